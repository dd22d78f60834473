"""HTTP in, HTTP out: the only Flask. A route says who may; processing does the work."""
