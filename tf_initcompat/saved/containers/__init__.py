"""The file formats of saved models."""
