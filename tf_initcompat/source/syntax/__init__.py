"""The syntax of one file: text, edits, notebooks, names and literals."""
