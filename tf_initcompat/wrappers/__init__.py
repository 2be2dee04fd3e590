"""The thin wrapper classes: the only part of the package that runs in a user's model."""
