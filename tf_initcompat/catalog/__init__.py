"""Everything that is known about the legacy symbols: plain data, without TensorFlow."""
