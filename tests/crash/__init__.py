"""Kills the real bot at seeded points of a fan-out and looks whether anything was missed or doubled.

`python -m tests.crash` runs the long suite; a short seeded version is among the tests.
"""
