"""What one person alone may not do."""
