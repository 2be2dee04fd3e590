"""Which kind of file a saved model is, and its conversion into a new file."""

import shutil
import zipfile
from pathlib import Path
from typing import Any, Final, NamedTuple

from tf_initcompat.saved import nested
from tf_initcompat.saved.containers import archive, hdf5, texts
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.nested import Change
from tf_initcompat.saved.targets import Target
from tf_initcompat.saved.upgrades import differences, envelopes

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_CONTAINERS: Final = {"hdf5": hdf5, "archive": archive}
#: The endings by which Keras chooses how to load a file.
ENDINGS: Final = {"hdf5": (".h5", ".hdf5"), "archive": (".keras",), "json": (".json",)}


class Conversion(NamedTuple):
    """What would be changed in a file.

    Attributes:
      source: The file.
      kind: "hdf5", "archive" (.keras) or "json".
      changes: What is changed, in the order of the file.
      texts: The new JSON texts that differ from the old ones, by the name of the attribute or member.
      roots: The JSON objects as they are after the conversion, by the same names.
      differences: What is known to predict differently, or not to load, in the Keras for which it is, a sentence each.
    """

    source: Path
    kind: str
    changes: list[Change]
    texts: dict[str, str]
    roots: dict[str, Any]
    differences: list[str]

    def write(self, target: Path) -> None:
        """Writes the converted file.

        Args:
          target: A new file, not the source; whoever calls sees to it that it is complete before it gets its name.

        Raises:
          FileError: If the source cannot be read as what it is.
          OSError: If a file cannot be read or written.
        """
        if self.kind == "json" and self.texts:
            target.write_bytes(self.texts[""].encode("utf-8"))
        elif self.kind == "json":
            shutil.copyfile(self.source, target)
        else:
            _CONTAINERS[self.kind].write(self.source, target, self.texts)


def read(source: Path, target: Target, to: str) -> Conversion:
    """Returns what has to be changed in a file so that a version of Keras loads it.

    Args:
      source: A model: `.h5`, `.hdf5`, `.keras` or `.json`, told apart by what is in them.
      target: The Keras that has to load it.
      to: "native" or "shim".

    Raises:
      FileError: If it is no model, damaged or dangerous.
      OSError: If it cannot be read.
    """
    kind, found = texts_of(source)
    changes: list[Change] = []
    changed: dict[str, str] = {}
    roots: dict[str, Any] = {}
    for name, text in found.items():
        what = f"the JSON of {name!r}" if name else "the file"
        holder, original = ({name: texts.parse(text, what)} for _ in range(2))
        if name != hdf5.TRAINING and not isinstance(holder[name].get("class_name"), str):
            raise FileError(f"{what} is no model: it has no class_name")
        made = nested.convert(holder, target, to) + envelopes.upgrade(holder, target, kind == "hdf5")
        roots |= holder
        if made:
            changed[name] = texts.dump(holder[name], text, original[name])
        changes += made
    known = differences.of(roots, target, _version(source, kind, roots), kind == "hdf5")
    return Conversion(source, kind, changes, changed, roots, list(dict.fromkeys(known)))


def _version(source: Path, kind: str, roots: dict[str, Any]) -> str:
    """Returns the version of the Keras that wrote a file; "" if it does not say."""
    return str(roots[""].get("keras_version", "")) if kind == "json" else _CONTAINERS[kind].version(source)


def texts_of(source: Path) -> tuple[str, dict[str, str]]:
    """Returns the kind of a file and the JSON texts in it, by the name of their attribute or member.

    Raises:
      FileError: If it is no model, damaged or dangerous.
      OSError: If it cannot be read.
    """
    if source.is_dir():
        hint = "load it with keras.layers.TFSMLayer" if (source / "saved_model.pb").exists() else "give a file"
        raise FileError(f"it is a directory, no .h5, .keras or .json file; {hint}")
    if source.exists() and not source.is_file():
        raise FileError("it is no regular file but a pipe or a device: give a file")
    kind = _kind(source)
    if kind == "json":
        with source.open("rb") as file:
            found = {"": texts.decode(file.read(texts.MAX_BYTES + 1), "the file")}
        if not found[""].lstrip().startswith("{"):
            raise FileError("it is no model: neither HDF5, nor a .keras archive, nor a JSON object")
    else:
        found = _CONTAINERS[kind].read(source)
    return kind, found


def _kind(source: Path) -> str:
    with source.open("rb") as file:
        if file.read(4) in _ZIP:  # asked first: an archive of Keras holds an HDF5 file
            return "archive"
        if hdf5.is_one(source):
            return "hdf5"
        return "archive" if zipfile.is_zipfile(file) else "json"
