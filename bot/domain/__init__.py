"""Rules and values: standard library and pydantic only, no I/O. Time and randomness are arguments."""
