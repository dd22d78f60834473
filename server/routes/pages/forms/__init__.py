"""Forms: what they ask, their versions and drafts, filled on paper or in a browser."""
