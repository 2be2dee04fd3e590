"""API levels: whether `tf` is TensorFlow 1 or TensorFlow 2 in a file, judged by the other names that the file uses."""

import ast
import enum
import functools
import json
import pkgutil
from collections import Counter
from typing import Final, Literal, NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.source.project.version_branches import VersionBranches
from tf_initcompat.source.syntax.names import Names

#: Names of the levels, for users.
LevelName = Literal["tf1", "tf2"]


class Level(enum.Enum):
    """API level of a bare `tf`, that is of `tf` after `import tensorflow as tf`."""

    TF1 = "tf1"
    TF2 = "tf2"


class Decision(NamedTuple):
    """The API level of a bare `tf`, and its reason.

    Attributes:
      level: The level, or None if nothing decides.
      reason: The reason, for messages.
    """

    level: Level | None
    reason: str


UNDECIDED: Final = Decision(None, "nothing in the file shows whether `tf` is TensorFlow 1 or 2")

_TENSORFLOW: Final = "tensorflow."
_COUNTED: Final = (_TENSORFLOW, "tf_initcompat.")
_EXPLICIT: Final = ("tensorflow.compat.v1.", "tensorflow.compat.v2.")
#: Modules whose names are counted with one component more.
_LONG: Final = (*_EXPLICIT, "tensorflow.keras.initializers.")


@functools.cache
def _level_of_name() -> dict[str, Level]:
    """Return the level of each name that exists at one level only."""
    content = pkgutil.get_data("tf_initcompat.catalog", "api_levels.json")
    assert content is not None, "the loader of the package does not support data files"
    levels = {name: Level(level) for level, names in json.loads(content).items() for name in names}
    levels |= dict.fromkeys(symbols.GONE_FROM_TF2, Level.TF1)
    natives = {native for symbol in symbols.INITIALIZERS for native in (symbol.native, symbol.preset) if native}
    for name in (f"{module}.{native}" for module in ("initializers", "keras.initializers") for native in natives):
        if name not in symbols.by_name():
            levels[name] = Level.TF2
    return levels


def decide(names: Names, required: Decision = UNDECIDED) -> Decision:
    """Decide the API level of a file.

    Args:
      names: Names of the file.
      required: Level that the project requires, which decides if the names do not.

    Returns:
      The level of all names that show one, and these names. Names in a branch that TensorFlow's version chooses do not
      count. If names show both levels, the project decides.
    """
    evidence: dict[Level, Counter[str]] = {level: Counter() for level in Level}
    explicit: Counter[str] = Counter()
    for qualified, count in _qualified_names(names).items():
        name = qualified.removeprefix(_TENSORFLOW)
        level = _level_of_name().get(name) or _level_of_name().get(name.partition(".")[0])
        if qualified.startswith(_EXPLICIT):
            explicit[".".join(qualified.split(".")[:3])] += count
        elif not qualified.startswith(_TENSORFLOW):
            explicit[qualified.partition(".")[0]] += count
        elif level:
            evidence[level][f"tf.{name}"] += count
    shown = [level for level, counter in evidence.items() if counter]
    if len(shown) == 1:
        return Decision(shown[0], f"the file uses {_most_common(evidence[shown[0]])}")
    if required.level:
        return required
    if shown:
        both = " and ".join(_most_common(counter, 1) for counter in evidence.values())
        return Decision(None, f"the file uses {both}, which TensorFlow 1 and 2 do not have both")
    # A file that writes tf.compat.v1 for some names, or that is migrated, means TensorFlow 2 by a bare tf.
    return Decision(Level.TF2, f"the file uses {_most_common(explicit)} explicitly") if explicit else UNDECIDED


def _most_common(counter: Counter[str], count: int = 3) -> str:
    return ", ".join(name for name, _ in counter.most_common(count))


def _qualified_names(names: Names) -> Counter[str]:
    """Return how often the file uses each name of TensorFlow and of the wrappers, shortened."""
    counter: Counter[str] = Counter()
    branches = VersionBranches(names)
    for node in names.nodes_of(ast.Attribute):
        if isinstance(names.parents.get(node), ast.Attribute) or branches.contain(node):
            continue
        for candidate in names.resolve(node):
            if candidate and candidate.startswith(_COUNTED):
                counter[_shortened(candidate)] += 1
    for binding, _, _ in names.imports:
        if binding.qualified and binding.qualified.startswith(_COUNTED) and not branches.contain(binding.node):
            counter[_shortened(binding.qualified)] += 1
    return counter


def _shortened(qualified: str) -> str:
    """Return as many components of a qualified name as matter."""
    return ".".join(qualified.split(".")[: 4 if qualified.startswith(_LONG) else 3])
