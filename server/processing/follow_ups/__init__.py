"""What happens after the phone was thanked. A follow-up may run twice with the same result."""
