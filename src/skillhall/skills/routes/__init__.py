"""HTTP of skills: the catalogue, members' lists, what staff decides."""
