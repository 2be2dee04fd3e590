"""Class names under which Keras saves initializers: those of the legacy symbols, and those of the wrappers."""

import functools
from collections.abc import Mapping
from typing import Final

from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import Library, Symbol

#: Short names that legacy Keras resolves, in addition to the class names and their snake case.
SHORT_NAMES: Final = {"normal": "RandomNormal", "uniform": "RandomUniform", "one": "Ones", "zero": "Zeros"}


def class_name(symbol: Symbol) -> str:
    """Return the class that Keras saves; "" for a function that returns another row's class.

    Example:
      >>> class_name(symbols.by_name()["keras.initializers.he_normal"])
      'HeNormal'
      >>> class_name(symbols.by_name()["initializers.he_normal"])
      ''
    """
    return symbol.wrapper.name if symbol.kind == "class" else symbol.saved_as


def module(symbol: Symbol) -> str:
    """Return the module of the wrapper."""
    return symbol.wrapper.qualified_module


def registered_name(symbol: Symbol) -> str:
    """Return the name under which Keras registers the wrapper's class; "" if there is no class.

    Example:
      >>> registered_name(symbols.by_name()["keras.initializers.he_normal"])
      'tf_initcompat.keras>HeNormal'
    """
    name = class_name(symbol)
    return f"{symbol.library.registered_package}>{name}" if name else ""


@functools.cache
def wrappers() -> Mapping[str, Symbol]:
    """Return the row of each wrapper class, by the name under which Keras registers it."""
    return {name: symbol for symbol in symbols.INITIALIZERS if (name := registered_name(symbol))}


def snake_case(name: str) -> str:
    """Return a class name as Keras spells it in lower case.

    Example:
      >>> snake_case("HeNormal")
      'he_normal'
    """
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def rows(of_keras: bool = True) -> dict[str, Symbol]:
    """Return the row that each class name or alias in a saved file means.

    Args:
      of_keras: Whether a name that TensorFlow and v1 Keras share, such as "RandomNormal", means the v1 Keras class.

    Returns:
      Rows by name: class names, their snake case and short names, the same with the suffix "V2" of TensorFlow 2.0 or
      "Initializer" of Keras 3.0, and the names of the legacy functions.
    """
    by_class: dict[str, Symbol] = {}
    # Later rows replace earlier ones of the same name.
    for symbol in sorted(symbols.INITIALIZERS, key=lambda symbol: (symbol.library is Library.KERAS) is of_keras):
        if name := class_name(symbol):
            for spelling in (name, snake_case(name)):
                by_class |= {spelling: symbol, f"{spelling}V2": symbol}
            by_class[f"{name}Initializer"] = symbol
    by_public_name = {
        name.rpartition(".")[2]: symbol
        for symbol in reversed(symbols.INITIALIZERS)
        if class_name(symbol)
        for name in reversed(symbol.names)
    }
    by_short_name = {name: by_class[class_] for name, class_ in SHORT_NAMES.items()}
    return {**by_public_name, **by_class, **by_short_name}
