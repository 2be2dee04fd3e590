"""The class names under which Keras saves initializers: those of the legacy symbols, and those of the wrappers."""

import functools
from typing import Final

from tf_initcompat.catalog import symbols

_V1_KERAS: Final = "keras_v1:"

#: Short names that legacy Keras resolved beside the class names and their snake case.
SHORT_NAMES: Final = {"normal": "RandomNormal", "uniform": "RandomUniform", "one": "Ones", "zero": "Zeros"}


def class_name(symbol: symbols.Symbol) -> str:
    """Returns the class that Keras saves; "" for a function that returns another row's class."""
    return symbol.wrapper.partition(":")[2] if symbol.kind == "class" else symbol.saved_as


def module(symbol: symbols.Symbol) -> str:
    """Returns the module of the wrapper."""
    return f"tf_initcompat.wrappers.{symbol.wrapper.partition(':')[0]}"


def registered_name(symbol: symbols.Symbol) -> str:
    """Returns the name under which Keras knows the wrapper's class; "" where there is none."""
    package = "tf_initcompat.keras" if symbol.wrapper.startswith(_V1_KERAS) else "tf_initcompat"
    return f"{package}>{class_name(symbol)}" if class_name(symbol) else ""


@functools.cache
def wrappers() -> dict[str, symbols.Symbol]:
    """Returns the row of each wrapper, by the name under which Keras knows its class."""
    return {registered_name(symbol): symbol for symbol in symbols.INITIALIZERS}


def snake_case(name: str) -> str:
    """Returns a class name as Keras spells it in lower case."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def rows(of_keras: bool = True) -> dict[str, symbols.Symbol]:
    """Returns the row that each class name or alias in a saved file means.

    Args:
      of_keras: Whether a name that TensorFlow and v1 Keras share, such as "RandomNormal", means that of v1 Keras.

    Returns:
      Rows by name: class names, their snake case and short names, with "V2" that TensorFlow 2.0 appended and with the
      "Initializer" that Keras 3.0 appended, and the names of the legacy functions.
    """
    found: dict[str, symbols.Symbol] = {}
    # The later one wins.
    for symbol in sorted(symbols.INITIALIZERS, key=lambda one: one.wrapper.startswith(_V1_KERAS) is of_keras):
        if known := class_name(symbol):
            for name in (known, snake_case(known)):
                found |= {name: symbol, f"{name}V2": symbol}
            found[f"{known}Initializer"] = symbol
    for symbol in filter(class_name, symbols.INITIALIZERS):
        for qualified in symbol.names:
            found.setdefault(qualified.rpartition(".")[2], symbol)
    return {**found, **{name: found[known] for name, known in SHORT_NAMES.items()}}
