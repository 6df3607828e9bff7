"""Measures the server against the floor of its database; `python -m bench`, described in docs/benchmarks.md."""
