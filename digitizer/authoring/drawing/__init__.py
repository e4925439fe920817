"""Entries as people and machines write them, and the damage that scanning does to a page."""
