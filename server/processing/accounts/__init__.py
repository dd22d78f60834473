"""Who signs in, or holds a phone or a code."""
