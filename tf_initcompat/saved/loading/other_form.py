"""Writing a converted model in the other form: the installed Keras makes an archive of HDF5, or reverse."""

import shutil
import tempfile
from pathlib import Path

from tf_initcompat.saved import containers
from tf_initcompat.saved.conversion import Conversion, convert_file
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.loading import installed

__all__ = ["write"]


def write(conversion: Conversion, path: Path, suffix: str) -> None:
    """Write a converted model in the form that a suffix names, which is not that of its container.

    Nothing in the file is executed: the model is loaded only if every class in it is one that `safety.is_safe` accepts.

    Args:
      conversion: The conversion.
      path: The new file.
      suffix: Suffix of the form.

    Raises:
      FileError: If the model holds what Keras does not load without your code, if another Keras is installed than the
        file is for, or if Keras does not load the model or the new file.
      OSError: If a file cannot be read or written.
    """
    own_suffix = conversion.container.suffixes[0]

    def error_of(reason: str) -> FileError:
        return FileError(f"no {suffix} file can be written ({reason}); write a {own_suffix} file")

    try:
        target = installed.target()
    except ImportError as error:
        raise error_of("Keras has to write it, and it is not installed: pip install 'tf-initcompat[tf]'") from error
    if target is not conversion.context.target:
        raise error_of(f"the file is for Keras {conversion.context.target.version}, and {target.version} is installed")
    for obstacle in conversion.obstacles:
        raise error_of(f"Keras has to load the model, and {obstacle}")
    with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
        own, other = Path(folder, f"model{own_suffix}"), Path(folder, f"model{suffix}")
        conversion.write(own)
        try:
            installed.load(own, containers.container_of(own)).save(str(other))
            # Keras does not load all that it saves: Keras 3.0 no archives of Bidirectional layers, and Keras 3.15 no
            # HDF5 file of a model that was compiled with "mse".
            again = convert_file(other, target, conversion.context.form)
            if again.is_needed:
                again.replace_source()
            installed.load(other, containers.container_of(other))
        except Exception as error:  # Keras raises exceptions of any type for what it does not load or save
            certain = (each for each in conversion.differences if each.rule.effect.is_certain)
            reason = next(map(str, certain), f"{type(error).__name__}: {str(error).partition(chr(10))[0][:300]}")
            raise error_of(f"Keras does not load the model: {reason}") from error
        shutil.copyfile(other, path)
