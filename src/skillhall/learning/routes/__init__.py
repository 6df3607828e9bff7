"""HTTP of learning: decode, call, encode; nothing else."""
