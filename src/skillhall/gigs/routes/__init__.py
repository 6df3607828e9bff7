"""HTTP of gigs: decode, call, encode; nothing else."""
