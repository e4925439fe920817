"""Scanned forms in, records out: every value with its place on the page and the probability that it is right."""

__version__ = "0.1.0"
