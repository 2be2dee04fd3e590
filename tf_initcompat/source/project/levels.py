"""API levels: whether `tf` is TensorFlow 1 or TensorFlow 2 in a file, judged by the other names that the file uses."""

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


class Evidence(NamedTuple):
    """What the names of a file show about its API level.

    Attributes:
      shown: Level of all names that only one level has; undecided without such names, or if they disagree.
      explicit: Level by names that say theirs, such as `tf.compat.v1`; undecided without such names.
    """

    shown: Decision
    explicit: Decision

    def decision(self, required: Decision = UNDECIDED) -> Decision:
        """Return the API level of the file.

        Args:
          required: Level that the project requires, which decides if the names show none, or both.
        """
        if self.shown.level or not (required.level or self.shown == UNDECIDED):
            return self.shown
        return required if required.level else self.explicit


def evidence(names: Names) -> Evidence:
    """Return what the names of a file show about its API level."""
    found: dict[Level, Counter[str]] = {level: Counter() for level in Level}
    named: Counter[str] = Counter()
    for qualified, count in _qualified_names(names).items():
        name = qualified.removeprefix(_TENSORFLOW)
        level = _level_of_name().get(name) or _level_of_name().get(name.partition(".")[0])
        if qualified.startswith(_EXPLICIT):
            named[".".join(qualified.split(".")[:3])] += count
        elif not qualified.startswith(_TENSORFLOW):
            named[qualified.partition(".")[0]] += count
        elif level:
            found[level][f"tf.{name}"] += count
    levels = [level for level, counter in found.items() if counter]
    shown = explicit = UNDECIDED
    if len(levels) == 1:
        shown = Decision(levels[0], f"the file uses {_most_common(found[levels[0]])}")
    elif levels:
        both = " and ".join(_most_common(counter, 1) for counter in found.values())
        shown = Decision(None, f"the file uses {both}, which TensorFlow 1 and 2 do not have both")
    if named:  # a file that writes tf.compat.v1 for some names, or that is migrated, means TensorFlow 2 by a bare tf
        explicit = Decision(Level.TF2, f"the file uses {_most_common(named)} explicitly")
    return Evidence(shown, explicit)


def _most_common(counter: Counter[str], count: int = 3) -> str:
    return ", ".join(name for name, _ in counter.most_common(count))


def _qualified_names(names: Names) -> Counter[str]:
    """Return how often the file uses each name of TensorFlow and of the wrappers, shortened."""
    counter: Counter[str] = Counter()
    branches = VersionBranches(names)
    for node, candidates in names.chains:
        if branches.contain(node):
            continue
        for candidate in candidates:
            if candidate and candidate.startswith(_COUNTED):
                counter[_shortened(candidate)] += 1
    for binding, _, _ in names.imports:
        if binding.qualified and binding.qualified.startswith(_COUNTED) and not branches.contain(binding.node):
            counter[_shortened(binding.qualified)] += 1
    return counter


def _shortened(qualified: str) -> str:
    """Return as many components of a qualified name as matter."""
    return ".".join(qualified.split(".")[: 4 if qualified.startswith(_LONG) else 3])
