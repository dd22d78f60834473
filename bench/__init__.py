"""Measured numbers, and how to repeat them: see README.md."""
