"""What the converter says of a file that it cannot convert."""


class FileError(Exception):
    """A file is no model, is damaged, or is dangerous; the message says which and what to do."""
