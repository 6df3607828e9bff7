"""What payments shows: payments, refunds, chargebacks, payouts, and the proofs of its rows."""
