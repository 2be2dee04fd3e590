"""Reading of files that are not the subject of a command, such as .gitignore: never a pipe or a device."""

import os


def read(path: "str | os.PathLike[str]") -> bytes:
    """Return the content of a regular file. A pipe could block, and a device may have no end.

    Args:
      path: The file.

    Raises:
      OSError: If the file is not regular, or cannot be read.
    """
    if not os.path.isfile(path):
        os.stat(path)  # a missing file has its own error
        raise OSError("it is not a regular file")
    with open(path, "rb") as stream:
        return stream.read()
