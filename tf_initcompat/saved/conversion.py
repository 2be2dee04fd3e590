"""The conversion of one file: what changes, and writing the result."""

import contextlib
import dataclasses
import itertools
import os
import tempfile
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Final

from tf_initcompat._internal import atomic
from tf_initcompat.saved import changes, containers, differences, errors, nodes, safety
from tf_initcompat.saved.activations import LEGACY_HARD_SIGMOID
from tf_initcompat.saved.changes import Change
from tf_initcompat.saved.containers import Container, Content, json_text
from tf_initcompat.saved.containers.pair import Pair
from tf_initcompat.saved.context import Context, Interpolation
from tf_initcompat.saved.differences import Difference
from tf_initcompat.saved.errors import FileError, NotAModelError
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.package_layers import is_package_layer
from tf_initcompat.saved.safety import Obstacle
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights import roles
from tf_initcompat.saved.weights.changes import WeightChange, Weights
from tf_initcompat.saved.weights.places import Layers

#: First version of tf.keras, that of TensorFlow 1.12, whose configs have the key `renorm`.
_NAMES_RENORM: Final = (2, 1, 6)
_TRAINING: Final = (
    "without the training configuration, which Keras 2 does not take from Keras 3; compile the model again"
)
#: Suffix of archives.
_ARCHIVE: Final = ".keras"
#: Suffixes of HDF5 files.
_HDF5: Final = (".h5", ".hdf5")


@dataclasses.dataclass(frozen=True)
class Conversion:
    """The conversion of a file for a version of Keras. Nothing is written before `write` or `replace_source`.

    Attributes:
      source: The file, or the SavedModel directory.
      container: Kind of file.
      context: For which Keras it is converted.
      changes: What changes, in the order of the file.
      differences: What Keras 3 computes differently, or does not load, in the order of the file.
      documents: The JSON objects after the conversion, by name.
      texts: The JSON texts that change, by name.
      weights: The weights that change.
      obstacles: What a program without the code of the model's author cannot or must not load.
      state: Device, number, size and time of the last change of the source when it was read.

    >>> import pathlib, tempfile, tf_initcompat
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "model.json")
    >>> _ = path.write_text('{"class_name": "Dense", "config": {"kernel_initializer": "ones_initializer"}}')
    >>> conversion = tf_initcompat.saved.convert(path, target_keras="3.15")
    >>> len(conversion.changes), len(conversion.differences)
    (1, 0)
    >>> folder.cleanup()
    """

    source: Path
    container: Container
    context: Context
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]
    documents: JsonObject
    texts: Mapping[str, str]
    weights: tuple[WeightChange, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    state: tuple[int, ...] = ()

    @property
    def dangers(self) -> tuple[Obstacle, ...]:
        """The obstacles by which loading the file can run code or read other files."""
        return tuple(obstacle for obstacle in self.obstacles if obstacle.reason.is_danger)

    @property
    def uses_this_package(self) -> bool:
        """Whether a program that loads the result has to import `tf_initcompat`, for an activation or a layer."""
        return any(
            isinstance(change.after, dict)
            and (LEGACY_HARD_SIGMOID in change.after.values() or is_package_layer(change.after))
            for change in self.changes
        )

    @property
    def is_known_to_fail(self) -> bool:
        """Whether the converted model does not load or predicts differently, as far as the file shows."""
        return any(difference.rule.effect.is_certain for difference in self.differences)

    @property
    def is_needed(self) -> bool:
        """Whether the result differs from the source, for example because that is a directory."""
        return bool(self.changes) or not self.container.is_replaceable

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Suffixes of the files that `write` makes, the usual one first."""
        own = self.container.suffixes
        return (*own, *self._other_suffixes) if self.container.is_replaceable else (*self._other_suffixes, *own)

    @property
    def _other_suffixes(self) -> tuple[str, ...]:
        """Suffixes of the files that Keras makes of the file that the container writes."""
        if not self.container.has_weights:
            return ()
        return (_ARCHIVE,) if self.container.uses_legacy_loader else _HDF5

    @property
    def notes(self) -> tuple[str, ...]:
        """What users should know about the changes, without repetitions."""
        notes = [_TRAINING] if self.context.drops_training and self.container.has_weights else []
        return tuple(dict.fromkeys(notes + [change.note for change in self.changes if change.note]))

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the converted file. It appears whole or not at all.

        Args:
          path: File to write. An existing file is replaced. It must not be the source. With the suffix `.keras`, an
            HDF5 file or a SavedModel becomes an archive, and with `.h5` an archive becomes an HDF5 file. The installed
            Keras writes them.

        Raises:
          FileError: If the source is damaged or dangerous, or the new file cannot be written.
          OSError: If a file cannot be read or written.
        """
        path = Path(path)
        with errors.naming(self.source), atomic.replacement(path) as temporary:
            suffix = path.suffix.lower()
            if suffix in self._other_suffixes:
                from tf_initcompat.saved.loading import other_form  # loads the result of this module

                other_form.write(self, temporary, suffix)
            else:
                self._write(temporary)

    def replace_source(self) -> Path:
        """Replace the source by the converted file, and keep it under another name.

        Returns:
          The copy of the source: its name with ".orig", and a number if that exists.

        Raises:
          FileError: If the source is a directory or a pair, is damaged or dangerous, or the new file cannot be written.
          OSError: If a file cannot be read or written.
        """
        if not self.container.is_replaceable:
            raise FileError(f"{self.source}: the result is a file of another kind; write a new one")
        with errors.naming(self.source), atomic.replacement(self.source) as temporary:
            self._write(temporary)
            return atomic.back_up(self.source, _backup_names(self.source))

    @contextlib.contextmanager
    def comparable(self, original: Path) -> Generator[Path, None, None]:
        """Yield a file that Keras can load to compare its predictions: the original, or a copy of a pair in one file.

        Args:
          original: The source, or its backup.
        """
        if self.container.is_replaceable or self.container.is_directory:
            yield original
            return
        with tempfile.TemporaryDirectory(prefix="tf-initcompat-") as folder:
            copy = Path(folder, f"model{self.container.suffixes[0]}")
            with errors.naming(self.source):
                self.container.write(self.source, copy, {})
            yield copy

    def _write(self, path: Path) -> None:
        with containers.blamed_on(self.container):
            if self.weights:
                self.container.write(self.source, path, self.texts, self.weights)
            else:
                self.container.write(self.source, path, self.texts)
        if self.state and _state(self.source) != self.state:  # its weights may be converted already
            raise FileError("another process has changed it meanwhile; convert it again")


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _backup_names(path: Path) -> Iterator[Path]:
    """Yield path.orig, path.orig1, path.orig2, ..."""
    return (path.with_name(f"{path.name}.orig{number or ''}") for number in itertools.count())


def convert_file(
    source: Path,
    target: Target,
    form: Form,
    keeps_weights: bool = False,
    *,
    pair: Pair | None = None,
    unsaved_interpolation: Interpolation | None = None,
) -> Conversion:
    """Return the conversion of a file.

    Args:
      source: A .h5, .hdf5, .keras or .json file, or a SavedModel directory. Its content decides which it is.
      target: Keras that has to load the result.
      form: What legacy initializers become.
      keeps_weights: Whether weights stay as they are where that is possible.
      pair: Names the file of weights, if the source is a JSON file with one.
      unsaved_interpolation: Interpolation of UpSampling2D layers whose file does not name it.

    Raises:
      FileError: If it is not a model, is damaged or is dangerous.
      OSError: If it cannot be read.
    """
    with errors.naming(source):
        container = containers.container_of(source)
        if pair is not None:
            if container.has_weights:
                raise FileError("it has weights of its own; pass the JSON file of the model")
            container = pair
        state = _state(source)
        with containers.blamed_on(container):
            content = container.read(source)
            pickles = container.pickles(source)
        context = Context(
            target=target,
            form=form,
            uses_legacy_loader=container.uses_legacy_loader,
            keras_version=content.keras_version,
            has_weights=content.groups is not None,
            keeps_weights=keeps_weights,
            is_archive=container.has_weights and not container.uses_legacy_loader,
            unsaved_interpolation=unsaved_interpolation,
        )
        if content.groups and context.is_from_tensorflow and context.version < _NAMES_RENORM:
            stored = {weight.role for group in content.groups().values() for weight in group.weights}
            context = dataclasses.replace(context, stores_renorm=not stored.isdisjoint(roles.OLD_RENORM))
        return dataclasses.replace(_convert(source, container, content, context, pickles), state=state)


def _convert(source: Path, container: Container, content: Content, context: Context, pickles: list[str]) -> Conversion:
    if not isinstance(content.model.value.get("class_name"), str):
        raise NotAModelError(f"{containers.title_of(content.model.name)} has no class_name, so it is not a model")
    converted: JsonObject = {}
    all_changes: list[Change] = []
    texts: dict[str, str] = {}
    layers: Layers | None = None
    if content.training and context.drops_training:
        texts[content.training.name] = ""
    for document in content.documents if not context.drops_training else (content.model,):
        value = json_text.parse(document.text, containers.title_of(document.name))
        if document is content.model:
            with nodes.malformed_configs_are_errors():
                layers = Layers(value, context.is_from_keras_1)
        document_changes = changes.apply_upgrades({document.name: value}, context)
        all_changes += document_changes
        converted[document.name] = value
        if document_changes:
            texts[document.name] = json_text.dump(value, document.text, document.value)
    weights: list[WeightChange] = []
    reweighted = [(change, change.weights) for change in all_changes if change.weights]
    if reweighted and layers and content.groups:
        stored = Weights(layers, content.groups())
        with nodes.malformed_configs_are_errors():
            for change, weight in reweighted:
                weights += stored.change(change.place, weight.layer, weight.recipe)
    return Conversion(
        source=source,
        container=container,
        context=context,
        changes=tuple(all_changes),
        differences=tuple(differences.find(converted, context)),
        documents=converted,
        texts=texts,
        weights=tuple(weights),
        obstacles=tuple(dict.fromkeys(safety.find(converted, pickles))),
    )
