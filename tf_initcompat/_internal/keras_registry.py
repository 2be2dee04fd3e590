"""Registration of the wrappers and layers with Keras, so that models load without `custom_objects`.

Keras 3 loads only classes of its registry, often in a process that has not made a wrapper yet. The classes are
registered as soon as `tf_initcompat`, TensorFlow and Keras are imported, in any order. This module imports none of them
itself.
"""

import importlib
import sys
from typing import Any, Final

from tf_initcompat._internal import after_import

_TENSORFLOW: Final = "tf_initcompat.wrappers.tensorflow"
_KERAS_PACKAGES: Final = ("keras", "tf_keras")


def register_when_imported() -> None:
    """Register the wrappers with every Keras that is imported, now or later."""
    register_imported()
    after_import.call(_KERAS_PACKAGES, _register)


def register_imported() -> None:
    """Register the wrappers with every Keras that is imported now."""
    for package in _KERAS_PACKAGES:
        _register(package)


def _register(package: str) -> None:
    keras: Any = sys.modules.get(package)
    # Keras on another backend works without TensorFlow, which must not be imported for it.
    if "tensorflow" not in sys.modules or not hasattr(keras, "saving"):
        return
    # The wrappers are importing TensorFlow, which imports Keras: they call again afterwards.
    if _TENSORFLOW in sys.modules and not hasattr(sys.modules[_TENSORFLOW], "tf"):
        return
    for name, wrapper in registered_classes().items():
        keras.saving.register_keras_serializable(name.partition(">")[0], wrapper.__name__)(wrapper)
        # Keras 2 saves only the bare name in .h5 files. For a name that Keras has it loads its own class, as it does
        # for the real legacy classes. The others have to be custom objects.
        if not hasattr(keras.initializers, wrapper.__name__):
            keras.utils.get_custom_objects()[wrapper.__name__] = wrapper
    activations = importlib.import_module("tf_initcompat.wrappers.activations")
    layers = importlib.import_module("tf_initcompat.wrappers.layers")
    for registered in (activations.legacy_hard_sigmoid, *layers.classes(keras).values()):
        keras.saving.register_keras_serializable("tf_initcompat")(registered)


def registered_classes() -> dict[str, type]:
    """Return the wrapper classes by the name under which Keras saves them."""
    from tf_initcompat.catalog import class_names  # not at the top: `import tf_initcompat` has to be fast

    return {
        name: getattr(importlib.import_module(symbol.wrapper.qualified_module), class_names.class_name(symbol))
        for name, symbol in class_names.wrappers().items()
    }
