"""What learning shows: offers, free slots, sessions, statistics, calendar files, and the proofs of its rows."""
