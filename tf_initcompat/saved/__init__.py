"""Saved models with legacy initializers: loading them as they are, and converting them.

The names are loaded on first use: importing this package imports no TensorFlow, no Keras and no h5py.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tf_initcompat.saved.api import Conversion as Conversion
    from tf_initcompat.saved.api import FileError as FileError
    from tf_initcompat.saved.api import convert as convert
    from tf_initcompat.saved.api import custom_objects as custom_objects
    from tf_initcompat.saved.api import load_model as load_model
    from tf_initcompat.saved.api import upgraded as upgraded

__all__ = ["Conversion", "FileError", "convert", "custom_objects", "load_model", "upgraded"]


if not TYPE_CHECKING:  # type checkers would accept any name

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        value = getattr(importlib.import_module(f"{__name__}.api"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
