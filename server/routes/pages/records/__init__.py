"""Records: lists of them, one of them, and what could not be taken in."""
