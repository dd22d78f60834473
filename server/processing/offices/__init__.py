"""The tree of offices, and what follows from it."""
