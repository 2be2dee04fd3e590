"""Fuzzing of the readers of model files: intact inputs, damage, and what must be true of a damaged input.

An input is read, converted and written. Everything but a FileError is a failure, and so is an output that is not whole.
"""

import copy
import io
import json
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from tf_initcompat.saved.containers import isolation
from tf_initcompat.saved.conversion import convert_file
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.targets import TARGETS

FOLDER: Final = Path(__file__).parent
#: Values that a config never has in most places.
ODD: Final = (
    *(None, True, False, 0, -1, 1, 2**63, 10**400, 1e300, -0.0, "", "zeros", "Dense", "__lambda__", "\ud800", [], {}),
    *([None], [[]], {"class_name": None}, {"class_name": "Dense", "config": None}, {"class_name": [], "config": []}),
    *({"class_name": "function", "config": "exec", "module": "builtins"}, {"type": "ndarray", "value": [1]}),
    *({"class_name": "Zeros", "config": {}}, {"class_name": "VarianceScaling", "config": {"scale": "2"}}),
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def mutate_json(data: bytes, chance: random.Random) -> bytes:
    """Return a JSON text with other values in some places."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return mutate_bytes(data, chance)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(value))
        if not places:
            break
        (holder, key), (other, other_key) = chance.choice(places), chance.choice(places)
        match chance.randrange(4):
            case 0:
                holder[key] = copy.deepcopy(chance.choice(ODD))
            case 1:
                del holder[key]
            case 2:
                holder[key] = copy.deepcopy(other[other_key])
            case _ if isinstance(holder, dict):
                holder[str(other_key)] = holder.pop(key)
    return json.dumps(value).encode()


def mutate_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return data some bytes of which are others, are missing or are repeated."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not changed:
            break
        start = chance.randrange(len(changed))
        end = start + chance.choice((1, 1, 1, 2, 8, 64))
        match chance.randrange(4):
            case 0:
                changed[start] = chance.randrange(256)
            case 1:
                changed[start] ^= 1 << chance.randrange(8)
            case 2:
                del changed[start:end]
            case _:
                changed[start:start] = changed[start:end]
    return bytes(changed)


def mutate_archive(data: bytes, chance: random.Random) -> bytes:
    """Return an archive with another config, or other bytes."""
    if chance.random() < 0.3:
        return mutate_bytes(data, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            members = {name: old.read(name) for name in old.namelist()}
    except Exception:  # what zipfile raises for damaged data
        return mutate_bytes(data, chance)
    name = chance.choice(sorted(members) or ["config.json"])
    mutate = mutate_json if name.endswith(".json") else mutate_bytes
    members[name] = mutate(members.get(name, b"{}"), chance)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as new:
        for each, content in members.items():
            new.writestr(each, content)
    return output.getvalue()


def _models(suffix: str, count: int, size: int = 40_000) -> list[bytes]:
    """Return small models by the real versions."""
    found = list[bytes]()
    for path in sorted((FOLDER / "eras" / "files").glob("*.tar.xz")):
        with tarfile.open(path) as archive:
            members = [member for member in archive if member.name.endswith(suffix) and member.size < size]
            for member in members[:: max(1, len(members) // count)][:count]:
                content = archive.extractfile(member)
                assert content is not None
                found.append(content.read())
    return found


def _archives() -> list[bytes]:
    """Return the small models of the fixtures, and one with each of the configs in HDF5 files."""
    found = [path.read_bytes() for path in sorted((FOLDER / "fixtures").glob("*/*.keras"))]
    for config in _models(".json", 2, 4_000):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr("config.json", config)
            archive.writestr("metadata.json", '{"keras_version": "2.15.0"}')
        found.append(output.getvalue())
    return found


def _saved_models() -> list[bytes]:
    """Return the two files of SavedModels, behind the size of the first."""
    found = list[bytes]()
    for path in sorted((FOLDER / "eras" / "files").glob("tf-*.tar.xz")):
        with tarfile.open(path) as archive:
            files = {member.name: member for member in archive if member.isfile()}
            graphs = [name for name in files if name.endswith("/saved_model.pb")]
            for name in graphs[:4]:
                parts = list[bytes]()
                for each in (name, name.replace("saved_model.pb", "keras_metadata.pb")):
                    content = archive.extractfile(files[each]) if each in files else None
                    parts.append(content.read() if content else b"")
                found.append(struct.pack("<I", len(parts[0])) + b"".join(parts))
    return found


class Reader(NamedTuple):
    """What is fuzzed.

    Attributes:
      suffix: Suffix of the file; "" for a directory.
      seeds: Returns intact inputs.
      mutate: Returns another input.
      is_written: Whether the result is written.
    """

    suffix: str
    seeds: Callable[[], list[bytes]]
    mutate: Callable[[bytes, random.Random], bytes]
    is_written: bool = True


READERS: Final = {
    "json": Reader(".json", lambda: _models(".json", 8, 4_000), mutate_json),
    "archive": Reader(".keras", _archives, mutate_archive),
    "saved_model": Reader("", _saved_models, mutate_bytes, is_written=False),  # TensorFlow reads the variables
    "hdf5": Reader(".h5", lambda: _models(".h5", 4), mutate_bytes),
}


def read(reader: Reader, data: bytes, folder: Path, is_written: bool = True) -> bool:
    """Read, convert and write an input, and return whether it was converted.

    Args:
      reader: What is fuzzed.
      data: The input.
      folder: Folder for its file.
      is_written: Whether the result is written, and read again.
    """
    path, new = folder / f"in{reader.suffix}", folder / f"new{reader.suffix}"
    new.unlink(missing_ok=True)
    if reader.suffix:
        path.write_bytes(data)
    else:
        size = struct.unpack("<I", data[:4].ljust(4, b"\0"))[0]
        path.mkdir(exist_ok=True)
        (path / "saved_model.pb").write_bytes(data[4 : 4 + size])
        (path / "keras_metadata.pb").write_bytes(data[4 + size :])
    try:
        conversion = convert_file(path, TARGETS["3.15"], Form.NATIVE)
        if reader.is_written and is_written:
            conversion.write(new)
            convert_file(new, TARGETS["3.15"], Form.NATIVE)
    except FileError:
        assert (reader.suffix and {each.name for each in folder.iterdir()} <= {path.name, new.name}) or not new.exists()
        return False
    return True


def limit() -> None:
    """Give the process that reads HDF5 files a second."""
    isolation.Limits.for_file = classmethod(lambda cls, size: cls(1, 2**30))  # type: ignore[assignment, method-assign]
