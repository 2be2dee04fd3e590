"""Op seeds that were recorded in TensorFlow 1: reading and checking them.

`tf_initcompat/recorder/op_seeds.py` writes the files. Reading one executes nothing of it.
"""

import dataclasses
import json
import operator
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, SupportsIndex, cast

from tf_initcompat._internal import regular, suggestions

FORMAT: Final = "tf_initcompat op seeds"
VERSION: Final = 1

#: Largest op seed; TensorFlow reduces op seeds modulo it and replaces the pair (0, 0) by (0, it).
LARGEST: Final = 2**31 - 1
_EXPECTED: Final = "Make it with tf_initcompat/recorder/op_seeds.py; see docs/legacy_sampling.md."


@dataclasses.dataclass(frozen=True)
class RecordedSeeds:
    """Op seeds by the names of variables and operations.

    Attributes:
      source: Where they come from, for messages.
      variables: Op seed of each variable whose initial value takes one random operation.
      scopes: Op seeds of other random operations, by name scope and in the order of their creation.
    """

    source: str
    variables: Mapping[str, int]
    scopes: Mapping[str, tuple[int, ...]]

    def of_variable(self, name: str) -> int:
        """Return the op seed of a variable.

        Args:
          name: Its name, for a shard that of the shard, such as "table/part_0".

        Raises:
          ValueError: If none was recorded.
        """
        try:
            return self.variables[name]
        except KeyError:
            near = suggestions.nearest(name, self.variables)
            hint = f" The nearest name is {near!r}." if near else ""
            raise ValueError(f"{self.missing([name])}{hint}") from None

    def different(self, variables: Sequence[str]) -> str:
        """Return the message of the error for variables whose initializer took no recorded op seed."""
        return (
            f"The recorded op seed in {self.source} is not the one of the {_listed(variables)}. The initializer is "
            "another one, or has another op seed, than in TensorFlow 1. By default, the layers of Keras take the "
            "initializers of TensorFlow 1 only after tf.compat.v1.disable_v2_behavior()."
        )

    def unseeded(self, variables: Sequence[str]) -> str:
        """Return the message of the error for variables in a graph without a graph seed."""
        return (
            f"The recorded op seeds in {self.source} have no effect for the {_listed(variables)}: the Graph has "
            "no seed. Call tf.compat.v1.set_random_seed in the Graph, as the program did in TensorFlow 1."
        )

    def missing(self, variables: Sequence[str]) -> str:
        """Return the message of the error for variables without a recorded op seed."""
        return (
            f"No op seed is recorded in {self.source} for the {_listed(variables)}. Record the op seeds again with all "
            "variables of the program, or give the initializer an op seed in both programs."
        )


def _listed(variables: Sequence[str]) -> str:
    return f"variable{'' if len(variables) == 1 else 's'} {', '.join(map(repr, variables))}"


def load(seeds: object) -> RecordedSeeds:
    """Return the op seeds of a file or a mapping.

    Args:
      seeds: Path of a file, or a mapping from names of variables to op seeds.

    Raises:
      TypeError: If it is neither.
      ValueError: If a file or mapping is malformed.
      OSError: If the file cannot be read.
    """
    if isinstance(seeds, Mapping):
        variables = _op_seeds("Argument `seeds`", cast(Mapping[object, object], seeds))
        return RecordedSeeds("the argument `seeds`", variables, {})
    if isinstance(seeds, (str, os.PathLike)):
        return _load_file(Path(cast("str | os.PathLike[str]", seeds)))
    raise TypeError(
        "Argument `seeds` must be the path of a recording or a mapping from names of variables to op seeds. "
        f"Received: {seeds!r}"
    )


def _load_file(path: Path) -> RecordedSeeds:
    try:
        content = regular.read(path)
    except OSError as error:
        raise error if error.filename else OSError(f"{path} cannot be read: {error}") from error
    try:
        document: object = json.loads(content.decode(), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise ValueError(f"{path} is not a recording of op seeds: {error}. {_EXPECTED}") from error
    contents = cast(dict[str, object], document) if isinstance(document, dict) else {}
    if contents.get("format") != FORMAT:
        raise ValueError(f"{path} is not a recording of op seeds: it has no 'format': {FORMAT!r}. {_EXPECTED}")
    if contents.get("version") != VERSION:
        raise ValueError(
            f"{path} has version {contents.get('version')!r} of the format; this package reads version {VERSION}. "
            "Record the op seeds again with the recorder of this package."
        )
    variables, operations = (_section(path, contents, name) for name in ("variables", "operations"))
    scopes: dict[str, tuple[int, ...]] = {}
    for name, op_seed in sorted(operations.items(), key=operator.itemgetter(1)):  # op seeds count operations
        scope = name.rpartition("/")[0]
        scopes[scope] = (*scopes.get(scope, ()), op_seed)
    return RecordedSeeds(str(path), variables, scopes)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of JSON; the parser would take the last of equal names."""
    contents = dict(pairs)
    if len(contents) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)!r} occurs twice")
    return contents


def _section(path: Path, contents: Mapping[str, object], name: str) -> dict[str, int]:
    section = contents.get(name)
    if not isinstance(section, dict):
        raise ValueError(f"{path} is malformed: {name!r} must be an object with op seeds by name. {_EXPECTED}")
    return _op_seeds(f"{path} is malformed: {name!r}", cast(Mapping[object, object], section))


def _op_seeds(subject: str, seeds: Mapping[object, object]) -> dict[str, int]:
    """Return op seeds by name after a check of both.

    Args:
      subject: Beginning of the message of an error.
      seeds: Candidates.
    """
    checked: dict[str, int] = {}
    for name, value in seeds.items():
        if not isinstance(name, str):
            raise ValueError(f"{subject} must have names as keys. Received: {name!r}")
        op_seed = _as_op_seed(value)
        if op_seed is None:
            raise ValueError(
                f"{subject} must have integers from 0 to 2**31 - 1 as op seeds. Received for {name!r}: {value!r}"
            )
        checked[name] = op_seed
    return checked


def _as_op_seed(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        op_seed = operator.index(cast(SupportsIndex, value))
    except TypeError:
        return None
    return op_seed if 0 <= op_seed <= LARGEST else None
