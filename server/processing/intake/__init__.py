"""A record from the phone's bytes to its thanks."""
