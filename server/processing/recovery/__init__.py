"""What the journal and the raw XML bring back."""
