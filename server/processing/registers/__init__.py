"""Registers: lists that forms choose from and records add to."""
