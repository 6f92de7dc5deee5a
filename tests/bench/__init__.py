"""Benchmarks: ratios within one run, never times. `python -m tests.bench` runs them all."""
