"""A package that gets at TensorFlow through a module of its own."""

from .model import main

__all__ = ["main"]
