"""The checks that a comparison runs."""
