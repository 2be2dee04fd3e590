"""Which kind of file a saved model is, and its conversion into a new file."""

from pathlib import Path
from typing import Any, Final, NamedTuple

from tf_initcompat.saved import archive, envelopes, hdf5, nested, texts
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.nested import Change
from tf_initcompat.saved.targets import Target

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_CONTAINERS: Final = {"hdf5": hdf5, "archive": archive}


class Conversion(NamedTuple):
    """What would be changed in a file.

    Attributes:
      source: The file.
      kind: "hdf5", "archive" (.keras) or "json".
      changes: What is changed, in the order of the file.
      texts: The new JSON texts that differ from the old ones, by the name of the attribute or member.
      roots: The JSON objects as they are after the conversion, by the same names.
    """

    source: Path
    kind: str
    changes: list[Change]
    texts: dict[str, str]
    roots: dict[str, Any]

    def write(self, target: Path) -> None:
        """Writes the converted file.

        Args:
          target: A new file, not the source; whoever calls sees to it that it is complete before it gets its name.

        Raises:
          FileError: If the source cannot be read as what it is.
          OSError: If a file cannot be read or written.
        """
        if self.kind == "json":
            target.write_text(self.texts.get("", self.source.read_text("utf-8")), "utf-8")
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
        changes += [change._replace(place=change.place.lstrip(".")) for change in made]
    return Conversion(source, kind, changes, changed, roots)


def texts_of(source: Path) -> tuple[str, dict[str, str]]:
    """Returns the kind of a file and the JSON texts in it, by the name of their attribute or member.

    Raises:
      FileError: If it is no model, damaged or dangerous.
      OSError: If it cannot be read.
    """
    if source.is_dir():
        hint = "load it with keras.layers.TFSMLayer" if (source / "saved_model.pb").exists() else "give a file"
        raise FileError(f"it is a directory, no .h5, .keras or .json file; {hint}")
    with source.open("rb") as file:
        start = file.read(8)
    kind = "hdf5" if start == _HDF5 else "archive" if start.startswith(_ZIP) else "json"
    if kind == "json":
        with source.open("rb") as file:
            found = {"": texts.decode(file.read(texts.MAX_BYTES + 1), "the file")}
        if not found[""].lstrip().startswith("{"):
            raise FileError("it is no model: neither HDF5, nor a .keras archive, nor a JSON object")
    else:
        found = _CONTAINERS[kind].read(source)
    return kind, found
