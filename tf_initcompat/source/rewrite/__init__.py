"""Rewriting of uses to the wrappers or to plain Keras, and of the imports around them."""
