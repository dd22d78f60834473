"""What photos, films and recordings are, say and look like, and how they leave the house."""
