"""Makes the wrappers known to Keras, so that models load without `custom_objects`.

Keras 3 loads only classes from its registry, and a process that loads a model has often not made a wrapper yet. So the
classes are registered as soon as both `tf_initcompat` and Keras are imported, in whichever order; neither imports the
other, and neither imports TensorFlow.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from tf_initcompat.catalog import class_names, symbols

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_TENSORFLOW: Final = "tf_initcompat.wrappers.tensorflow"
_KERAS_PACKAGES: Final = ("keras", "tf_keras")


def register_when_imported() -> None:
    """Registers the wrappers with every Keras that is imported, now or later."""
    register_imported()
    sys.meta_path.insert(0, _AfterImport())


def register_imported() -> None:
    """Registers the wrappers with every Keras that is imported now."""
    for package in _KERAS_PACKAGES:
        _register(package)


def _register(package: str) -> None:
    keras: Any = sys.modules.get(package)
    # Keras on another backend works without TensorFlow, which must not be imported for it.
    if "tensorflow" not in sys.modules or not hasattr(keras, "saving"):
        return
    # In the middle of the wrappers' own import of TensorFlow: they call again when it is done.
    if _TENSORFLOW in sys.modules and not hasattr(sys.modules[_TENSORFLOW], "tf"):
        return
    for name, wrapper in registered_classes().items():
        keras.saving.register_keras_serializable(name.partition(">")[0], wrapper.__name__)(wrapper)
        # Keras 2 keeps only the bare name in .h5 files. Where Keras has a class of that name it loads that one, as it
        # does for the real legacy classes; the others have to be found.
        if not hasattr(keras.initializers, wrapper.__name__):
            keras.utils.get_custom_objects()[wrapper.__name__] = wrapper


def registered_classes() -> dict[str, type]:
    """Returns the wrapper classes by the name under which Keras saves them."""
    return {
        name: getattr(importlib.import_module(class_names.module(symbol)), class_names.class_name(symbol))
        for symbol in symbols.INITIALIZERS
        if (name := class_names.registered_name(symbol))
    }


class _AfterImport:
    """Registers the wrappers right after a Keras package has been executed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        if fullname not in _KERAS_PACKAGES:
            return None
        import importlib.util  # importing this package must not pay for it

        sys.meta_path.remove(self)  # while the other finders are asked
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_register(module: "ModuleType") -> None:
            execute(module)
            _register(fullname)

        spec.loader.exec_module = execute_and_register  # type: ignore[method-assign]
        return spec
