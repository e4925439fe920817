"""Records to files that other programs read, one module for each format."""
