"""Measure quality and speed: `make bench`."""
