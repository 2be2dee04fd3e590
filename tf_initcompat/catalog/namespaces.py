"""Lookups of qualified names: which legacy symbol, wrapper or foreign initializer a dotted name stands for."""

import functools
import re
from typing import Final, NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.unwrapped import UNWRAPPED, Unwrapped

_CONTRIB: Final = "contrib.layers."
_FRAMEWORK: Final = "contrib.framework."
_KERAS: Final = "keras."


class _Namespace(NamedTuple):
    """A module with legacy symbols.

    Attributes:
      module: Qualified name of the module.
      mirror: Prefix of its symbols' names below `tf_initcompat`.
      only_in_tf1: Whether its names are legacy at TensorFlow 1's API level only, unless TensorFlow 2 lacks them.
    """

    module: str
    mirror: str
    only_in_tf1: bool = False


#: Modules with legacy symbols. A module comes before the module that contains it.
_NAMESPACES: Final = (
    _Namespace("tensorflow.compat.v1.contrib.framework", _FRAMEWORK),
    _Namespace("tensorflow.compat.v1.contrib.layers", _CONTRIB),
    _Namespace("tensorflow.compat.v1", ""),
    _Namespace("tensorflow._api.v1", ""),
    _Namespace("tensorflow.contrib.framework", _FRAMEWORK),
    _Namespace("tensorflow.contrib.layers.python.layers.initializers", _CONTRIB),
    _Namespace("tensorflow.contrib.layers.python.layers", _CONTRIB),
    _Namespace("tensorflow.contrib.layers.initializers", _CONTRIB),
    _Namespace("tensorflow.contrib.layers", _CONTRIB),
    _Namespace("tensorflow.contrib.slim.initializers", _CONTRIB),
    _Namespace("tensorflow.contrib.slim", _CONTRIB),
    _Namespace("tensorflow.contrib.keras.api.keras", _KERAS),
    _Namespace("tensorflow.contrib.keras.python.keras", _KERAS),
    _Namespace("tensorflow.contrib.keras", _KERAS),
    _Namespace("tf_slim.layers.initializers", _CONTRIB),
    _Namespace("tf_slim.layers", _CONTRIB),
    _Namespace("tf_slim.initializers", _CONTRIB),
    _Namespace("tf_slim", _CONTRIB),
    _Namespace("tensorflow.python.keras._impl.keras", _KERAS),  # TensorFlow 1.3 to 1.8
    _Namespace("tensorflow.python.keras", _KERAS, only_in_tf1=True),
    _Namespace("tensorflow", "", only_in_tf1=True),
)
#: Prefix of the names below `tf_initcompat` for each private module that defines legacy classes.
_DEFINING_MODULES: Final = {
    "tensorflow.python.ops.init_ops": "",
    "tensorflow.python.keras.initializers.initializers_v1": _KERAS,
    "tensorflow.python.keras.initializers_v1": _KERAS,
}
#: Private modules that define the native classes.
_NATIVE_MODULES: Final = frozenset({"tensorflow.python.ops.init_ops_v2"})
#: Prefixes of the modules that TensorFlow 2 does not have.
_GONE_MODULES: Final = ("tensorflow.contrib.", "tensorflow.python.keras._impl.")
#: Other names of the package, and of the modules inside it that hold its public API.
_PACKAGE: Final = re.compile(r"^(?:tensorflow_core|tensorflow\._api\.v2|tensorflow_core\._api\.v[12])\.")
#: `compat.v1` and `compat.v2` both have a member `compat`, which contains the two again.
_REPEATED_COMPAT: Final = re.compile(r"^tensorflow\.compat\.v[12]\.(compat\.v[12])\.")
_OWN_PACKAGES: Final = frozenset({"tensorflow", "tensorflow_core", "tf_slim", "tf_initcompat"})
#: Libraries whose initializers share names with the legacy ones.
FOREIGN: Final = frozenset(
    {
        "chainer",
        "chex",
        "dm_haiku",
        "flax",
        "haiku",
        "jax",
        "keras",
        "lasagne",
        "mxnet",
        "numpy",
        "optax",
        "paddle",
        "sonnet",
        "tensorlayer",
        "tf_keras",
        "theano",
        "torch",
        "trax",
    }
)


class Match(NamedTuple):
    """The legacy symbol that a qualified name stands for.

    Attributes:
      name: Name of the symbol below `tf_initcompat`.
      only_in_tf1: Whether the name is legacy at TensorFlow 1's API level only; otherwise it is legacy at both levels.
    """

    name: str
    only_in_tf1: bool


@functools.cache
def _defined_names() -> dict[tuple[str, str], str]:
    """Return the first name of each row, by its mirror and the name that the defining module uses."""
    names: dict[tuple[str, str], str] = {}
    for symbol in symbols.SYMBOLS:
        if symbol.library is symbols.Library.CONTRIB:
            continue
        defined = symbol.wrapper.name
        for name in reversed(symbol.names):
            mirror, last = _KERAS if name.startswith(_KERAS) else "", name.rpartition(".")[2]
            # init_ops adds "_initializer" to every function, also where the public name lacks it.
            for attribute in (defined, last, *([f"{last}_initializer"] if symbol.distribution else ())):
                names[mirror, attribute] = name
            if symbol.is_base_class:
                names["", defined] = name  # init_ops defines the base class, too
    return names


@functools.cache
def _unwrapped() -> dict[str, Unwrapped]:
    """Return the row of each qualified name of an initializer without a wrapper."""
    return {
        f"tensorflow.{name}": row
        for row in UNWRAPPED
        for public in row.names
        for name in (public, *(f"{module}.{public.rpartition('.')[2]}" for module in row.modules))
    }


@functools.cache
def last_names() -> frozenset[str]:
    """Return the last component of every qualified name that `lookup` or `unwrapped` finds."""
    qualified = (*symbols.by_name(), *_unwrapped())
    return frozenset(name.rpartition(".")[2] for name in qualified) | {name for _, name in _defined_names()}


@functools.cache
def initializer_names() -> frozenset[str]:
    """Return the last names of the symbols that make tensors: those that a string or a configuration can give."""
    rows = symbols.by_name()
    defined = (last for (_, last), name in _defined_names().items() if rows[name].distribution)
    return frozenset({*defined, *(name.rpartition(".")[2] for name, row in rows.items() if row.distribution)})


def normalized(qualified: str) -> str:
    """Return a qualified name with the public name of TensorFlow's package.

    Examples:
      >>> normalized("tensorflow_core.zeros_initializer")
      'tensorflow.zeros_initializer'
    """
    qualified = _PACKAGE.sub("tensorflow.", qualified)
    while (shorter := _REPEATED_COMPAT.sub(r"tensorflow.\1.", qualified)) != qualified:
        qualified = shorter
    return qualified


@functools.lru_cache(maxsize=4096)
def lookup(qualified: str) -> Match | None:
    """Return the legacy symbol that a qualified name can stand for.

    Args:
      qualified: Qualified name, such as "tensorflow.contrib.layers.xavier_initializer".

    Returns:
      The match, or None for a name that is not legacy at any API level.

    Examples:
      >>> lookup("tensorflow.contrib.layers.xavier_initializer")
      Match(name='contrib.layers.xavier_initializer', only_in_tf1=False)
      >>> lookup("tensorflow.zeros_initializer").only_in_tf1
      True
      >>> lookup("tensorflow.keras.initializers.HeNormal")
    """
    qualified = normalized(qualified)
    module, _, last = qualified.rpartition(".")
    if module in _DEFINING_MODULES:
        defined = _defined_names().get((_DEFINING_MODULES[module], last))
        return Match(defined, only_in_tf1=False) if defined else None
    for namespace in _NAMESPACES:
        if not qualified.startswith(f"{namespace.module}."):
            continue
        name = namespace.mirror + qualified.removeprefix(f"{namespace.module}.")
        symbol = symbols.by_name().get(name)
        if symbol is not None:
            if symbol.is_contrib is not namespace.mirror.startswith(symbols.CONTRIB_PREFIX):
                return None
            only_in_tf1 = namespace.only_in_tf1 and name not in symbols.GONE_FROM_TF2
            return Match(name, only_in_tf1)
        if not namespace.only_in_tf1:
            return None
    return None


def _of_tf1(qualified: str) -> str:
    """Return a qualified name as TensorFlow 1 has it, without `compat.v1`."""
    return normalized(qualified).replace("tensorflow.compat.v1.", "tensorflow.", 1)


def wrapper_name(qualified: str) -> str:
    """Return the name of a wrapper below `tf_initcompat`, or "" if the qualified name is not a wrapper's."""
    name = qualified.removeprefix("tf_initcompat.")
    return name if name != qualified and name in symbols.by_name() else ""


def unwrapped(qualified: str) -> Unwrapped | None:
    """Return the row of an initializer without a wrapper, or None if the qualified name is not that of one.

    Examples:
      >>> unwrapped("tensorflow.contrib.framework.load_embedding_initializer").effect
      'reads its values from a checkpoint'
    """
    return _unwrapped().get(_of_tf1(qualified))


def is_private_native(qualified: str) -> bool:
    """Return whether a qualified name is a native initializer in a private module."""
    module, _, last = qualified.rpartition(".")
    return module in _NATIVE_MODULES and last in last_names()


def is_gone_from_tf2(qualified: str) -> bool:
    """Return whether a qualified name belongs to a module that TensorFlow 2 does not have.

    Examples:
      >>> is_gone_from_tf2("tensorflow.contrib.layers"), is_gone_from_tf2("tensorflow.compat.v1")
      (True, False)
    """
    return f"{_of_tf1(qualified)}.".startswith(_GONE_MODULES)


def is_other_package(qualified: str) -> bool:
    """Return whether a qualified name belongs neither to TensorFlow, nor to tf_slim, nor to this package."""
    return qualified.partition(".")[0] not in _OWN_PACKAGES


def is_foreign(qualified: str) -> bool:
    """Return whether a qualified name belongs to another library with initializers of its own."""
    return qualified.partition(".")[0] in FOREIGN
