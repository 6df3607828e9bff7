"""How billing is stored: SQL that writes and locks."""
