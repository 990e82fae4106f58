"""Kills the real bot at seeded points of a fan-out and looks whether anything was missed or doubled.

A process that records answers is killed as well, to see whether each that it acknowledged is there.

`python -m tests.crash` runs the long suite; a short seeded version is among the tests.
"""
