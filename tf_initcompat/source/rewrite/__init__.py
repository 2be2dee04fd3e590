"""Rewriting: to the wrappers, to plain Keras, and the imports of both."""
