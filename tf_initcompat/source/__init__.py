"""Legacy initializers in Python files and notebooks: found, explained, rewritten. Nothing here imports TensorFlow.

What a name means is decided by `names` (Python's scopes), `project` (modules of the scanned tree), `namespaces` (what a
qualified name of TensorFlow is in the table) and `levels` (TensorFlow 1 or 2); `uses` puts them together.
"""
