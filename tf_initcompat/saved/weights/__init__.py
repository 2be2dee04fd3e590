"""Weights that have to change with a config: what becomes of them, and where a file has them."""
