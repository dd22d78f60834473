"""The tree of offices, its changes, and the days they work."""
