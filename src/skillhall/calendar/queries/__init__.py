"""What calendar shows: free slots; a person's hours, entries and feed; proofs about the stored rows."""
