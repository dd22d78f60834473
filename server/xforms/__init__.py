"""The grammar of forms and records: bytes in, values out. No files, clock, network or database."""
