"""Records as people read, list, judge and count them."""
