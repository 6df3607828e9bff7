"""What screens show of skills: the catalogue, the graph, members' lists; and the proofs about the rows."""
