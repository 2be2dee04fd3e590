"""Writing a converted model as a `.keras` archive, which the installed Keras makes of the HDF5 file."""

import shutil
import tempfile
from pathlib import Path

from tf_initcompat.saved import containers
from tf_initcompat.saved.conversion import Conversion
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.loading import installed

__all__ = ["write"]


def write(conversion: Conversion, path: Path) -> None:
    """Write a converted model as a `.keras` archive.

    Nothing in the file is executed: the model is loaded only if every class in it is one that `safety.is_safe` accepts.

    Args:
      conversion: The conversion, whose container writes HDF5.
      path: The archive.

    Raises:
      FileError: If the model holds what Keras does not load without your code, if another Keras is installed than the
        file is for, or if Keras does not load the model or the archive.
      OSError: If a file cannot be read or written.
    """
    try:
        target = installed.target()
    except ImportError as error:
        raise _error("Keras has to write it, and it is not installed: pip install 'tf-initcompat[tf]'") from error
    if target is not conversion.context.target:
        raise _error(f"the file is for Keras {conversion.context.target.version}, and {target.version} is installed")
    for obstacle in conversion.obstacles:
        raise _error(f"Keras has to load the model, and {obstacle}")
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
        hdf5, archive = Path(folder, "model.h5"), Path(folder, "model.keras")
        conversion.write(hdf5)
        try:
            installed.load(hdf5, containers.container_of(hdf5)).save(str(archive))
            # Keras 3.0 does not load all archives that it saves, for example those of Bidirectional layers.
            installed.load(archive, containers.container_of(archive))
        except Exception as error:  # Keras raises exceptions of any type for what it does not load or save
            certain = (each for each in conversion.differences if each.rule.effect.is_certain)
            reason = next(map(str, certain), f"{type(error).__name__}: {str(error).partition(chr(10))[0][:300]}")
            raise _error(f"Keras does not load the model: {reason}") from error
        shutil.copyfile(archive, path)


def _error(reason: str) -> FileError:
    return FileError(f"no .keras archive can be written ({reason}); write a .h5 file")
