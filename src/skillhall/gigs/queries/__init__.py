"""What gigs shows: projects, bids, engagements, money held, and the proofs of its rows."""
