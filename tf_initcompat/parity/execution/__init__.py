"""Calling the initializers: contexts, placement on strategies and devices, sampling in bounded memory."""
