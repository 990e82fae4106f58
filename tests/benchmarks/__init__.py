"""Measurements against the budgets: `python -m tests.benchmarks`, or `make bench`."""
