"""Benchmarks: each prints a ratio against a named rival that is measured in the same run.

``python -m tests.bench`` runs all; ``python -m tests.bench.access`` runs one. Nothing here is a
test: a machine's speed is not a promise, and a slow day is not a failure.
"""
