"""Rows in, bytes out: a writer per format. Never opens the database; ``formats`` lists them."""
