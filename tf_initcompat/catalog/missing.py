"""Names of TensorFlow 1.15 that a newer TensorFlow lacks, and what to do about each: plain data, without TensorFlow.

`missing_names.json` is made from real installations by `tests/source/make_missing_names.py`.
"""

import enum
import functools
import json
import os
import pkgutil
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tf_initcompat.catalog import namespaces

#: Packages that install `tensorflow`.
_DISTRIBUTIONS: Final = ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tensorflow-intel", "tf-nightly")
#: First release that has Keras 3 as `tf.keras`, unless TF_USE_LEGACY_KERAS is set.
_KERAS_3: Final = (2, 16)
_LEGACY_KERAS: Final = "TF_USE_LEGACY_KERAS"
_V1: Final = "compat.v1."
_SLIM: Final = "tf_slim"
#: Modules of contrib that are passed on as a whole, such as `layers = tf.contrib.layers`.
_SLIM_MODULES: Final = {"slim": _SLIM, "layers": f"{_SLIM}.layers"}


class Way(enum.Enum):
    """Way out of a missing name. The value says what to do, for people.

    The members are in the order in which a project is best changed.
    """

    COMPAT_V1 = "import tensorflow.compat.v1 as tf, or run tf_upgrade_v2"
    RENAMED = "tf_upgrade_v2 renames them"
    RENAMED_LEGACY_KERAS = f"tf_upgrade_v2 renames them; install tf_keras and set {_LEGACY_KERAS}=1"
    SLIM = "install tf_slim, which has contrib's code"
    LEGACY_KERAS = f"install tf_keras and set {_LEGACY_KERAS}=1"
    LEGACY_KERAS_V1 = f"install tf_keras, set {_LEGACY_KERAS}=1, and import tensorflow.compat.v1 as tf"
    OLDER = "TensorFlow 2.15 is the last release with them"
    EXAMPLES = "the tutorials' code is gone; tf.keras.datasets has MNIST"
    PRIVATE = "private modules that are gone; use public names"
    NONE = "no newer TensorFlow has them; the code must be replaced"


class Installation(NamedTuple):
    """A TensorFlow to compare with.

    Attributes:
      version: Version, such as "2.21".
      keras: Generation of its `tf.keras`: 2 or 3.
    """

    version: str
    keras: int

    def __str__(self) -> str:
        """Return the installation, for people."""
        return f"TensorFlow {self.version} with Keras {self.keras}"


class Missing(NamedTuple):
    """A name that an installation lacks.

    Attributes:
      name: The name, as users write it: "tf.layers.dense".
      group: The name, or the module of contrib that it belongs to.
      way: What to do.
      replacement: Name that replaces it; "" if there is none, or if only the module changes.
    """

    name: str
    group: str
    way: Way
    replacement: str = ""


@functools.cache
def _table() -> dict[str, Any]:
    content = pkgutil.get_data("tf_initcompat.catalog", "missing_names.json")
    assert content is not None, "the loader of the package does not support data files"
    table: dict[str, Any] = json.loads(content)
    return table


@functools.cache
def releases() -> tuple[str, ...]:
    """Return the releases that were observed, the oldest first."""
    return tuple(_table()["private"])


@functools.cache
def _lacking() -> Mapping[str, frozenset[str]]:
    """Return the names that each column of the table lacks."""
    columns: dict[str, set[str]] = {column: set() for column in _table()["columns"]}
    for group in _table()["missing"]:
        for index in group["columns"]:
            columns[_table()["columns"][index]].update(group["names"])
    return {column: frozenset(names) for column, names in columns.items()}


def of_version(version: str) -> Installation:
    """Return the installation with a version of TensorFlow 2, and the Keras that the environment chooses.

    Args:
      version: Version, such as "2.16" or "2.21.0".

    Raises:
      ValueError: If it is not a version of TensorFlow 2.

    Examples:
      >>> of_version("2.15.1")
      Installation(version='2.15', keras=2)
    """
    match = re.fullmatch(r"(2)\.(\d+)(?:[.+].*|[a-z]+\d*.*)?", version)
    if match is None:
        raise ValueError(f"must be a version of TensorFlow 2, such as {releases()[-1]}, not {version!r}")
    major, minor = int(match[1]), int(match[2])
    is_legacy = os.environ.get(_LEGACY_KERAS, "").lower() in ("1", "true")
    return Installation(f"{major}.{minor}", 2 if is_legacy or (major, minor) < _KERAS_3 else 3)


def installed() -> Installation:
    """Return the installation of this environment; without TensorFlow, the newest that was observed."""
    import importlib.metadata  # takes 20 ms

    for distribution in _DISTRIBUTIONS:
        try:
            return of_version(importlib.metadata.version(distribution))
        except (importlib.metadata.PackageNotFoundError, ValueError):
            continue
    return of_version(releases()[-1])


def has(name: str, installation: Installation, namespace: str = "tf") -> bool:
    """Return whether an installation has a public name of TensorFlow 1.15.

    Args:
      name: Name below the namespace, such as "layers.dense".
      installation: The installation. One that was not observed counts as the nearest older one.
      namespace: "tf" for `tensorflow`, "v1" for `tensorflow.compat.v1`.

    Examples:
      >>> has("placeholder", of_version("2.15")), has("placeholder", of_version("2.15"), "v1")
      (False, True)
    """
    lacking = _lacking()[f"{_observed(installation)} keras{installation.keras} {namespace}"]
    return not _is_inside(name, lacking)


def below(module: str, installation: Installation, namespace: str = "tf") -> frozenset[str]:
    """Return the public names below a module of TensorFlow 1.15 that an installation lacks.

    Args:
      module: Dotted name below the namespace, such as "layers".
      installation: The installation.
      namespace: "tf" for `tensorflow`, "v1" for `tensorflow.compat.v1`.

    Examples:
      >>> "nn.rnn_cell" in below("nn", of_version("2.21"))
      True
    """
    lacking = _lacking()[f"{_observed(installation)} keras{installation.keras} {namespace}"]
    return frozenset(name for name in lacking if name.startswith(f"{module.rstrip('.')}."))


@functools.lru_cache(maxsize=16384)
def lookup(qualified: str, installation: Installation) -> Missing | None:
    """Return what an installation lacks of a qualified name.

    Args:
      qualified: Qualified name, such as "tensorflow.layers.dense".
      installation: The installation.

    Returns:
      The missing name. None for names that it has, names that are not of TensorFlow 1.15, and legacy initializers,
      which have wrappers.

    Examples:
      >>> lookup("tensorflow.set_random_seed", of_version("2.15")).way.name
      'COMPAT_V1'
      >>> lookup("tensorflow.contrib.slim.conv2d", of_version("2.15")).group
      'tf.contrib.slim'
      >>> lookup("tensorflow.zeros_initializer", of_version("2.15"))
    """
    qualified = namespaces.normalized(qualified)
    package, _, name = qualified.partition(".")
    if package != "tensorflow" or not name or namespaces.lookup(qualified):
        return None
    written = f"tf.{name}"
    namespace = "v1" if name.startswith(_V1) else "tf"
    name = name.removeprefix(_V1).removeprefix("compat.v2.")
    top, _, inner = name.partition(".")
    if top == "contrib":
        return _of_contrib(written, inner, installation)
    if top == "examples":
        return Missing(written, "tf.examples", Way.EXAMPLES)
    if top == "python":
        gone = frozenset(_table()["private"][_observed(installation)])
        return Missing(qualified, qualified, Way.PRIVATE) if _is_inside(inner, gone) else None
    if has(name, installation, namespace):
        return None
    return Missing(written, written, _way(name, installation, namespace))


def _way(name: str, installation: Installation, namespace: str) -> Way:
    """Return what to do about a public name that a namespace of an installation lacks."""
    legacy = installation._replace(keras=2)
    if has(name, installation, "v1"):
        # With Keras 3, `tf.compat.v1.layers` is an empty module.
        is_empty = below(name, installation, "v1") > below(name, legacy, "v1")
        return Way.LEGACY_KERAS_V1 if is_empty else Way.COMPAT_V1
    if has(name, legacy, namespace):
        return Way.LEGACY_KERAS
    if has(name, legacy, "v1"):
        return Way.LEGACY_KERAS_V1
    oldest = Installation(releases()[0], 2)
    return Way.OLDER if has(name, oldest) or has(name, oldest, "v1") else Way.NONE


def _of_contrib(written: str, inner: str, installation: Installation) -> Missing:
    """Return the entry of a name below contrib."""
    module = inner.partition(".")[0]
    group = f"tf.contrib.{module}" if module else "tf.contrib"
    replacement: str = _SLIM_MODULES.get(inner) or _table()["replacements"].get(inner, "")
    if not replacement:
        way = Way.NONE
    elif replacement.startswith(_SLIM):
        way = Way.SLIM
    else:
        name = replacement.removeprefix("tf.")
        is_v1 = name.startswith(_V1)
        is_there = has(name.removeprefix(_V1), installation, "v1" if is_v1 else "tf")
        way = Way.RENAMED if is_there else Way.RENAMED_LEGACY_KERAS
    return Missing(written, group, way, replacement)


def _observed(installation: Installation) -> str:
    """Return the newest observed release that is not newer than an installation."""
    older = [release for release in releases() if _number(release) <= _number(installation.version)]
    return older[-1] if older else releases()[0]


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _is_inside(name: str, names: frozenset[str]) -> bool:
    """Return whether a dotted name, or a module that contains it, is among names."""
    return any(name[:end] in names for end in (*_dots(name), len(name)))


def _dots(name: str) -> list[int]:
    return [index for index, letter in enumerate(name) if letter == "."]
