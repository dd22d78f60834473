"""Cầu Nối: questionnaires to phones with ODK Collect, answers to case managers."""
