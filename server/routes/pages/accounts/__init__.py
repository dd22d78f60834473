"""Signing in; people and phones, as themselves and as who manages them sees them."""
