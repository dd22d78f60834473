"""What the law asks: consents, requests, incidents, time limits, the access log."""
