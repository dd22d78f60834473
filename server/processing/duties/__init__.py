"""What the law asks of whoever keeps people's data: consents, requests, time limits, the log."""
