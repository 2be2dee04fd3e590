"""Is a file's bare `tf` TensorFlow 1 or 2? Its other names say so."""

import ast
import functools
import json
import pkgutil
from collections import Counter
from typing import Final, Literal, NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.source.syntax import names

Level = Literal["tf1", "tf2"]

_TENSORFLOW: Final = "tensorflow."
_KNOWN: Final = (_TENSORFLOW, "tf_initcompat.")
_EXPLICIT: Final = ("tensorflow.compat.v1.", "tensorflow.compat.v2.")
#: What is told apart by a further component.
_LONG: Final = (*_EXPLICIT, "tensorflow.keras.initializers.")


class Decision(NamedTuple):
    """The API level of a bare `tf`.

    Attributes:
      level: The level, or None if nothing decides.
      reason: Why, for the finding.
    """

    level: Level | None
    reason: str


UNDECIDED: Final = Decision(None, "nothing in the file shows whether `tf` is TensorFlow 1 or 2")


@functools.cache
def _only() -> dict[str, Level]:
    """Returns the level of each name that only one of the levels has."""
    content = pkgutil.get_data("tf_initcompat.catalog", "api_levels.json")
    assert content is not None  # a loader without data files
    levels: dict[Level, list[str]] = json.loads(content)
    only = {name: level for level, several in levels.items() for name in several}
    only |= dict.fromkeys(symbols.GONE_FROM_TF2, "tf1")
    natives = {one for symbol in symbols.INITIALIZERS for one in (symbol.native, symbol.preset) if one}
    for name in (f"{space}.{native}" for space in ("initializers", "keras.initializers") for native in natives):
        if name not in symbols.by_name():
            only[name] = "tf2"
    return only


def decide(found: names.Names, required: Decision = UNDECIDED) -> Decision:
    """Decides the API level of a file.

    Args:
      found: The names of the file.
      required: The level that its project requires, which decides where the names do not.

    Returns:
      The level with most evidence, and the evidence.
    """
    evidence: dict[Level, Counter[str]] = {"tf1": Counter(), "tf2": Counter()}
    explicit: Counter[str] = Counter()
    for qualified, count in _qualified(found).items():
        name = qualified.removeprefix("tensorflow.")
        level = _only().get(name) or _only().get(name.partition(".")[0])
        if qualified.startswith(_EXPLICIT):
            explicit[".".join(qualified.split(".")[:3])] += count
        elif not qualified.startswith(_TENSORFLOW):
            explicit[qualified.partition(".")[0]] += count
        elif level:
            evidence[level][f"tf.{name}"] += count
    totals = {level: sum(counter.values()) for level, counter in evidence.items()}
    if totals["tf1"] == totals["tf2"]:
        if required.level:
            return required
        # Who spells out tf.compat.v1 for some names, or has migrated them, means TensorFlow 2 by a bare tf.
        return Decision("tf2", f"the file spells out {_listed(explicit)}") if explicit else UNDECIDED
    level = "tf1" if totals["tf1"] > totals["tf2"] else "tf2"
    return Decision(level, f"the file uses {_listed(evidence[level])}")


def _listed(counter: Counter[str]) -> str:
    return ", ".join(name for name, _ in counter.most_common(3))


def _qualified(found: names.Names) -> Counter[str]:
    """Returns how often each name of TensorFlow and of the wrappers is used, in as many components as matter."""
    counted: Counter[str] = Counter()
    for node in found.nodes[ast.Attribute]:
        if isinstance(found.parents.get(node), ast.Attribute):
            continue
        for candidate in found.resolve(node):
            if candidate and candidate.startswith(_KNOWN):
                counted[_shortened(candidate)] += 1
    for binding, _, _ in found.imports:
        if binding.qualified and binding.qualified.startswith(_KNOWN):
            counted[_shortened(binding.qualified)] += 1
    return counted


def _shortened(qualified: str) -> str:
    return ".".join(qualified.split(".")[: 4 if qualified.startswith(_LONG) else 3])
