"""Weights in checkpoints of `tf.train.Saver`: by the names of the layers, below one name scope."""

import dataclasses
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tf_initcompat.saved.checkpoint_reader import CheckpointReader
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.pairs import LayerArrays, StoredArray
from tf_initcompat.saved.weights.places import Group, Layers, Slot, StoredWeight

__all__ = ["CheckpointWeights", "prefix_of"]

#: Suffixes of the files of one checkpoint.
_FILES: Final = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")
#: Part of the keys in a checkpoint of objects, which TensorFlow 2 writes.
_OBJECT_KEY: Final = ".ATTRIBUTES/"
#: Versions of tf.keras, those of TensorFlow 1.4 to 1.8, in which layers count from 1 and variables from 0.
_SHIFTING: Final = re.compile(r"2\.(0\.\d+|1\.[0-5])-tf$")
_NUMBER: Final = re.compile(r"_(\d+)$")
_MAX_NAMES: Final = 5


def prefix_of(path: Path) -> Path | None:
    """Return the path of a checkpoint without the suffixes of its files; None if there is no checkpoint.

    Args:
      path: The checkpoint, or one of its files.
    """
    prefix = path.with_name(_FILES.sub("", path.name))
    return prefix if prefix.with_name(f"{prefix.name}.index").is_file() else None


@dataclasses.dataclass(frozen=True)
class _Naming:
    """How the variables of a model are named.

    Attributes:
      scope: What precedes the name of the layer: "" or a name scope that ends with "/".
      is_shifted: Whether `dense_1` belongs to the layer `dense_2`, and `dense` to `dense_1`.
    """

    scope: str
    is_shifted: bool

    def name_of(self, slot: Slot) -> str:
        """Return the name of the layer that has a weight, in the checkpoint."""
        name = slot.owner.name
        number = _NUMBER.search(name)
        if not self.is_shifted or not number or not slot.owner.is_named_by_keras:
            return self.scope + name
        stem = name[: number.start()]
        return f"{self.scope}{stem}_{int(number[1]) - 1}" if number[1] != "1" else self.scope + stem


class _MissingError(Exception):
    """A layer whose weights are not in the checkpoint under the names that were tried."""


@dataclasses.dataclass(frozen=True)
class CheckpointWeights:
    """The variables in a checkpoint.

    Attributes:
      reader: Reads them.
      shapes: Their shapes by name.
      scope: Name scope of the variables of the model; None if it is not known.
      is_shifted: Whether variables have the number of the layer minus one, as in tf.keras of TensorFlow 1.4 to 1.8.
      keras_version: "", since a checkpoint does not record it.
    """

    reader: CheckpointReader
    shapes: Mapping[str, tuple[int, ...]]
    scope: str | None = None
    is_shifted: bool = False
    keras_version: str = ""

    @classmethod
    def open(cls, prefix: Path, scope: str | None, keras_version: str) -> "CheckpointWeights":
        """Read the names of the variables.

        Args:
          prefix: Path of the checkpoint, without the suffixes of its files.
          scope: Name scope of the variables of the model; None if it is not known.
          keras_version: Version of the Keras that wrote the JSON.

        Raises:
          FileError: If TensorFlow is missing, the checkpoint is damaged, or `tf.train.Saver` has not written it.
        """
        reader = CheckpointReader(prefix, "the variables of a checkpoint")
        shapes = reader.shapes()
        if any(_OBJECT_KEY in name for name in shapes):
            raise FileError(
                "a checkpoint of objects, which has no names of variables; build the model with its code and call "
                "model.load_weights with a Keras 2"
            )
        return cls(reader, shapes, scope, is_shifted=_SHIFTING.match(keras_version) is not None)

    def arrays_of(self, layers: Layers) -> LayerArrays:
        """Return the arrays of each layer of a model."""
        slots = [slot for variants in layers.slots for slot in (variants[0] if variants else ())]
        if any(not variants for variants in layers.slots):
            name = next(
                outline.name for outline, variants in zip(layers.outlines, layers.slots, strict=True) if not variants
            )
            raise FileError(f"the weights of the layer {name!r} are not known, so they are not found by their names")
        if not slots:
            raise FileError("the model has no weights")
        found = dict[_Naming, LayerArrays]()
        problems = list[str]()
        for naming in self._namings(slots[0]):
            try:
                found[naming] = dict(self._named(layers, naming))
            except _MissingError as error:
                problems.append(str(error))
        exact = [naming for naming in found if not naming.scope]
        namings = exact or list(found)
        if len(namings) > 1:
            scopes = ", ".join(repr(naming.scope.rstrip("/")) for naming in namings)
            raise FileError(f"it has the variables of several models, in the scopes {scopes}; pass --scope")
        if not namings:
            names = [name for name in self.shapes if "/" in name]
            shown = ", ".join(names[:_MAX_NAMES]) or "no variables of layers"
            problem = problems[0] if problems else f"it has no weights of the layer {slots[0].owner.name!r}"
            raise FileError(f"{problem}; it has {shown}{', ...' if len(names) > _MAX_NAMES else ''}")
        return found[namings[0]]

    def _namings(self, slot: Slot) -> Iterator[_Naming]:
        """Yield the ways to name the variables under which a weight exists."""
        name = _Naming("", self.is_shifted).name_of(slot)
        pattern = re.compile(rf"^((?:.*/)?){re.escape(name)}/(?:.*/)?{slot.role}(?:_\d+)?$")
        for scope in dict.fromkeys(match[1] for match in map(pattern.match, self.shapes) if match):
            if self.scope is None or scope.strip("/") == self.scope.strip("/"):
                yield _Naming(scope, self.is_shifted)

    def _named(self, layers: Layers, naming: _Naming) -> Iterator[tuple[str, Mapping[str, StoredArray]]]:
        """Yield the arrays of each layer of the model.

        Raises:
          _MissingError: If a weight is not found.
        """
        for index, (outline, variants) in enumerate(zip(layers.outlines, layers.slots, strict=True)):
            error: _MissingError | None = None
            for slots in variants:
                try:
                    names = self._names(slots, naming)
                except _MissingError as missing:
                    error = error or missing
                    continue
                group = Group("", tuple(StoredWeight(name) for name in names))
                problem = layers.problem(index, group, {f"/{name}": self.shapes[name] for name in names})
                if problem:
                    raise _MissingError(f"the layer {outline.name!r} has other weights: {problem}")
                yield outline.name or f"layer_{index}", {f"{name}:0": self._array(name) for name in names}
                break
            else:
                raise error or _MissingError(f"it has no weights of the layer {outline.name!r}")

    def _array(self, name: str) -> StoredArray:
        return StoredArray(self.shapes[name], functools.partial(self.reader.read, name))

    def _names(self, slots: Sequence[Slot], naming: _Naming) -> list[str]:
        """Return the name of the variable for each weight of a layer."""
        by_owner: dict[tuple[int, str], list[Slot]] = defaultdict(list)
        for slot in slots:
            by_owner[slot.owner.identity, slot.role].append(slot)
        found = dict[int, str]()
        for (_, role), same in by_owner.items():
            name = naming.name_of(same[0])
            pattern = re.compile(rf"^{re.escape(name)}/(?:.*/)?{role}(?:_\d+)?$")
            names = sorted(filter(pattern.match, self.shapes), key=_order)
            if len(names) != len(same):
                what = f"{name}/{role}" if len(same) == 1 else f"{len(same)} variables {name}/.../{role}"
                raise _MissingError(
                    f"it has no {what}" if not names else f"it has {', '.join(names)} instead of {what}"
                )
            found.update((id(slot), variable) for slot, variable in zip(same, names, strict=True))
        return [found[id(slot)] for slot in slots]


def _order(name: str) -> tuple[object, ...]:
    """Return the key by which the equal weights in one layer are sorted: forward before backward, then by number."""
    parts = name.split("/")
    is_backward = any(part.startswith("backward_") for part in parts)
    numbers = [int(match[1]) if (match := _NUMBER.search(part)) else 0 for part in parts]
    return (is_backward, numbers)
