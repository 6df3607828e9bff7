"""HTTP of payments: decode, call, encode; nothing else."""
