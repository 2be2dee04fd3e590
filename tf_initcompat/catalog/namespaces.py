"""Which legacy symbol a qualified name of TensorFlow is. The symbols are rows of `tf_initcompat.catalog.symbols`."""

import functools
import re
from typing import Final, Literal, NamedTuple

from tf_initcompat.catalog import symbols

#: Modules that hold legacy symbols, longest first where one is in another: what stands in front of their names below
#: `tf_initcompat`, and when the name is a legacy one: always, or only at TensorFlow 1's API level.
_NAMESPACES: Final[tuple[tuple[str, str, Literal["always", "tf1"]], ...]] = (
    ("tensorflow.compat.v1.contrib.layers", "contrib.layers.", "always"),
    ("tensorflow.compat.v1", "", "always"),
    ("tensorflow._api.v1", "", "always"),
    ("tensorflow.contrib.layers.python.layers.initializers", "contrib.layers.", "always"),
    ("tensorflow.contrib.layers.python.layers", "contrib.layers.", "always"),
    ("tensorflow.contrib.layers.initializers", "contrib.layers.", "always"),
    ("tensorflow.contrib.layers", "contrib.layers.", "always"),
    ("tensorflow.contrib.slim.initializers", "contrib.layers.", "always"),
    ("tensorflow.contrib.slim", "contrib.layers.", "always"),
    ("tensorflow.contrib.keras.api.keras", "keras.", "always"),
    ("tensorflow.contrib.keras.python.keras", "keras.", "always"),
    ("tensorflow.contrib.keras", "keras.", "always"),
    ("tf_slim.layers.initializers", "contrib.layers.", "always"),
    ("tf_slim.layers", "contrib.layers.", "always"),
    ("tf_slim.initializers", "contrib.layers.", "always"),
    ("tf_slim", "contrib.layers.", "always"),
    ("tensorflow.python.keras", "keras.", "tf1"),
    ("tensorflow", "", "tf1"),
)
#: Other names of the package and of its public interface inside it.
_PACKAGE: Final = re.compile(r"^(?:tensorflow_core|tensorflow\._api\.v2|tensorflow_core\._api\.v[12])\.")
#: Each of these modules has the others, and itself, as members.
_AGAIN: Final = re.compile(r"^tensorflow\.compat\.v[12]\.(compat\.v[12])\.")
#: Modules that define the classes under the classes' own names.
_DEFINING: Final = {
    "tensorflow.python.ops.init_ops": "",
    "tensorflow.python.keras.initializers.initializers_v1": "keras.",
    "tensorflow.python.keras.initializers_v1": "keras.",
}
#: TensorFlow's own modules with the native initializers: no legacy symbols, but no public API either.
_PRIVATE_NATIVE: Final = ("tensorflow.python.ops.init_ops_v2",)
#: Libraries whose initializers only share names with the legacy ones.
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
    """The legacy symbol that a qualified name is.

    Attributes:
      name: Its name below `tf_initcompat`.
      always: Whether it is legacy at every API level; otherwise only at TensorFlow 1's.
      private: Whether it was reached through a module that is not public.
    """

    name: str
    always: bool
    private: bool


@functools.cache
def _defined() -> dict[tuple[str, str], str]:
    """Returns the first name of each row by its name space and the name of what defines it."""
    found = {}
    for symbol in symbols.INITIALIZERS:
        if symbol.library is symbols.Library.CONTRIB:
            continue
        attribute = symbol.wrapper.name
        for name in reversed(symbol.names):
            space, last = "keras." if name.startswith("keras.") else "", name.rpartition(".")[2]
            # init_ops calls every class by a name that ends so, also where the public name does not.
            for one in (attribute, last, f"{last}_initializer"):
                found[space, one] = name
    return found


@functools.cache
def _rows() -> dict[str, symbols.Symbol]:
    return {name: symbol for name, symbol in symbols.by_name().items() if symbol.distribution}


@functools.cache
def last_names() -> frozenset[str]:
    """Returns the last components of all names of legacy symbols, and the names that define them."""
    return frozenset(name.rpartition(".")[2] for name in _rows()) | {name for _, name in _defined()}


@functools.lru_cache(maxsize=4096)
def lookup(qualified: str) -> Match | None:
    """Returns the legacy symbol that a qualified name can mean.

    Args:
      qualified: Such as "tensorflow.contrib.layers.xavier_initializer".

    Returns:
      The match, or None where the name is no legacy symbol at any API level.
    """
    qualified = _PACKAGE.sub("tensorflow.", qualified)
    while (shorter := _AGAIN.sub(r"tensorflow.\1.", qualified)) != qualified:
        qualified = shorter
    module, _, name = qualified.rpartition(".")
    if module in _DEFINING:
        defined = _defined().get((_DEFINING[module], name))
        return Match(defined, True, True) if defined else None
    for prefix, mirror, level in _NAMESPACES:
        if qualified.startswith(f"{prefix}."):
            name = mirror + qualified.removeprefix(f"{prefix}.")
            if name.startswith(symbols.CONTRIB_PREFIX) and mirror != "contrib.layers.":
                return None
            if name in _rows():
                always = level == "always" or name in symbols.GONE_FROM_TF2
                return Match(name, always, ".python." in qualified)
            if level == "always":
                return None
    return None


def migrated(qualified: str) -> str:
    """Returns the name of a wrapper below `tf_initcompat`, or nothing."""
    name = qualified.removeprefix("tf_initcompat.")
    return name if name != qualified and name in _rows() else ""


def is_private_native(qualified: str) -> bool:
    """Returns whether a qualified name is a native initializer in a module that is not public."""
    return qualified.rpartition(".")[0] in _PRIVATE_NATIVE and qualified.rpartition(".")[2] in last_names()


def is_foreign(qualified: str) -> bool:
    """Returns whether a qualified name belongs to a library that has initializers of its own."""
    return qualified.partition(".")[0] in FOREIGN
