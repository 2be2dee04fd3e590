"""Facts about the legacy symbols: plain data, without TensorFlow."""
