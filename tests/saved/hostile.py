"""Harmless specimens of the public advisories on Keras model files: `python tests/saved/hostile.py FOLDER` writes them.

Where a real file would attack, a specimen leaves a file `executed`, or reads the files in the folder `outside`.
"""

import base64
import io
import json
import marshal
import pickle
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple

import h5py
import numpy as np

from tf_initcompat.saved.loading import installed

#: Bytes that a specimen declares and does not store.
BOMB: Final = 2**36


class Specimen(NamedTuple):
    """A file.

    Attributes:
      name: Its name. The suffix says how Keras loads it.
      advisories: Advisories that it stands for.
      message: What the error or the finding says.
      is_refused: Whether `convert` refuses it; otherwise it is converted and the danger is a finding.
      write: Writes it to a path. The folder of the path holds what it attacks.
      affects: Versions of Keras in which plain `load_model` does it, of those whose installations run the tests.
    """

    name: str
    advisories: str
    message: str
    is_refused: bool
    write: Callable[[Path], None]
    affects: tuple[str, ...] = ()


def model(*layers: dict[str, Any]) -> dict[str, Any]:
    """Return the config of a model, as the installed Keras loads it."""
    try:
        shape = "batch_shape" if installed.target().is_keras_3 else "batch_input_shape"
    except ImportError:
        shape = "batch_shape"
    first = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {shape: [None, 2], "dtype": "float32", "name": "i"},
        "registered_name": None,
    }
    config = {"name": "s", "layers": [first, *layers]}
    return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None}


def layer(class_name: str, module: str | None = "keras.layers", **config: Any) -> dict[str, Any]:
    """Return the config of a layer."""
    own = {"name": "x", "trainable": True, "dtype": "float32", **config}
    return {"module": module, "class_name": class_name, "config": own, "registered_name": None}


def dense(**config: Any) -> dict[str, Any]:
    """Return the config of a layer with weights."""
    return layer("Dense", units=2, **config)


def function(module: str, name: str) -> dict[str, Any]:
    """Return the config of a function."""
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def archive(path: Path, config: object, members: Mapping[str, bytes] | None = None) -> None:
    """Write a .keras file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(config))
        file.writestr("metadata.json", json.dumps({"keras_version": "3.0.0", "date_saved": ""}))
        for name, content in (members or {"model.weights.h5": weights(lambda group: None)}).items():
            file.writestr(name, content)


def weights(fill: Callable[[h5py.Group], None]) -> bytes:
    """Return a file of weights of Keras 3."""
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        fill(file.create_group("layers/dense/vars"))
    return data.getvalue()


def hdf5(path: Path, config: object, fill: Callable[[h5py.Group], None] | None = None) -> None:
    """Write a .h5 file whose layer `x` has the weights that a function makes."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0"
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [b"x"]
        own = root.create_group("x")
        own.attrs["weight_names"] = [b"kernel:0", b"bias:0"] if fill else []
        if fill:
            fill(own)
            if "bias:0" not in own:
                own["bias:0"] = [0.0, 0.0]


def code(path: Path) -> str:
    """Return the source of code that leaves a mark in the folder of a path."""
    return f"open({str(path.parent / 'executed')!r}, 'w').close()"


def bytecode(path: Path) -> str:
    """Return a function that leaves a mark, as Lambda layers have it."""
    made = compile(f"def f(x):\n    {code(path)}\n    return x", "f", "exec")
    (own,) = (constant for constant in made.co_consts if isinstance(constant, CodeType))
    return base64.b64encode(marshal.dumps(own)).decode()


class Executes:
    """An object that leaves a mark when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._source = code(path)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return exec, (self._source,)


def lambda_in_hdf5(path: Path) -> None:
    own = layer(
        "Lambda",
        function=[bytecode(path), None, None],
        function_type="lambda",
        output_shape_type="raw",
        output_shape=None,
        arguments={},
    )
    hdf5(path, model(own))


def lambda_in_archive(path: Path) -> None:
    value = {"code": bytecode(path), "defaults": None, "closure": None}
    own = {"class_name": "__lambda__", "config": {"value": [bytecode(path), None, None], **value}}
    archive(path, model(layer("Lambda", function=own, arguments={})))


def with_payload(path: Path) -> str:
    """Write a module that leaves a mark when it is imported, and return its name."""
    (path.parent / "harmless_payload.py").write_text(f"{code(path)}\nclass Payload: pass\n")
    return "harmless_payload"


def pickled_module(path: Path) -> None:
    content = base64.b64encode(pickle.dumps(Executes(path))).decode()
    archive(path, model(layer("TorchModuleWrapper", module=content)))


def pickled_arrays(path: Path) -> None:
    data = io.BytesIO()
    np.savez(data, weights=np.array([Executes(path)], dtype=object))
    archive(path, model(dense()), {"model.weights.npz": data.getvalue()})


def arrays_bomb(path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file, file.open("weights.npy", "w") as member:
        np.lib.format.write_array_header_1_0(member, {"descr": "<f4", "fortran_order": False, "shape": (BOMB,)})
    archive(path, model(dense()), {"model.weights.npz": data.getvalue()})


def asset_bomb(path: Path) -> None:
    archive(path, model(dense()), {"assets/x/vocabulary.txt": bytes(2**28)})


def external_dataset(group: h5py.Group, name: str, path: Path) -> None:
    target = path.parent / "outside" / "values.bin"
    group.create_dataset(name, (2, 2), "f4", external=[(str(target), 0, 16)])


def virtual_dataset(group: h5py.Group, name: str, path: Path) -> None:
    layout = h5py.VirtualLayout((2, 2), "f4")
    layout[...] = h5py.VirtualSource(str(path.parent / "outside" / "values.h5"), "values", (2, 2))
    group.create_virtual_dataset(name, layout)


def external_link(group: h5py.Group, name: str, path: Path) -> None:
    group[name] = h5py.ExternalLink(str(path.parent / "outside" / "values.h5"), "values")


def soft_link(group: h5py.Group, name: str, path: Path) -> None:
    group[name] = h5py.SoftLink("/model_weights")


def declared_shape(group: h5py.Group, name: str, path: Path) -> None:
    group.create_dataset(name, (BOMB // 2**13, 2**13), "f4", chunks=(1, 2**13), compression="gzip")


def many_shapes(group: h5py.Group, name: str, path: Path) -> None:
    for number in range(64):
        group.create_dataset(f"{name}_{number}", (2**10, 2**20), "f4", chunks=(1, 2**20), compression="gzip")
    group[name] = [[0.0, 0.0]] * 2


Fill = Callable[[h5py.Group, str, Path], None]


def in_hdf5(fill: Fill) -> Callable[[Path], None]:
    """Return a function that writes weights into a .h5 file."""
    config = model(dense(activation="linear", use_bias=True))
    return lambda path: hdf5(path, config, lambda group: fill(group, "kernel:0", path))


def in_archive(fill: Fill) -> Callable[[Path], None]:
    """Return a function that writes weights into a .keras file."""
    return lambda path: archive(
        path, model(dense()), {"model.weights.h5": weights(lambda group: fill(group, "0", path))}
    )


def with_config(make: Callable[[Path], dict[str, Any]]) -> Callable[[Path], None]:
    """Return a function that writes a .keras file with one layer."""
    return lambda path: archive(path, model(make(path)))


def string_lookup(path: Path) -> dict[str, Any]:
    return layer("StringLookup", dtype="int64", vocabulary=str(path.parent / "outside" / "words.txt"), max_tokens=None)


def damaged_heap(path: Path) -> None:
    """Write a .h5 file that h5py reads for ever: the size of the first object in its heap leads to one of size 0."""
    hdf5(path, model())
    content = bytearray(path.read_bytes())
    size = content.index(b"GCOL") + 24
    content[size : size + 8] = (2**11).to_bytes(8, "little")
    path.write_bytes(content)


_LAMBDA: Final = "a Lambda layer holds Python code"
_CALLED: Final = "is not among the classes of Keras that a model needs; loading the file calls it"
_IMPORTED: Final = "loading the file imports the module"
_CODE: Final = "2025-1550"
SPECIMENS: Final = (
    Specimen("lambda.h5", "2024-3660, 2025-9905", _LAMBDA, False, lambda_in_hdf5, ("2",)),
    Specimen("lambda.keras", "2024-3660, 2026-12481", _LAMBDA, False, lambda_in_archive),
    Specimen(
        "module.keras",
        _CODE,
        _IMPORTED,
        False,
        with_config(lambda path: layer("Payload", with_payload(path))),
        ("3.0",),
    ),
    Specimen(
        "builtin.keras",
        _CODE,
        _IMPORTED,
        False,
        with_config(lambda path: dense(kernel_initializer=function("builtins", "exec"))),
    ),
    Specimen(
        "get_file.keras",
        "2025-8747",
        _CALLED,
        False,
        with_config(lambda path: dense(activation=function("keras.utils", "get_file"))),
    ),
    Specimen(
        "setting.keras",
        "2025-9906",
        _CALLED,
        False,
        with_config(lambda path: dense(activation=function("keras.config", "enable_unsafe_deserialization"))),
    ),
    Specimen("torch.keras", "2025-49655", "holds a pickled PyTorch module", False, pickled_module),
    Specimen(
        "saved_model.keras",
        "2026-1462",
        "runs the graph of another file",
        False,
        with_config(lambda path: layer("TFSMLayer", filepath=str(path.parent / "outside"))),
    ),
    Specimen(
        "operation.h5",
        "",
        "which TensorFlow can have read and write files",
        False,
        lambda path: hdf5(path, model(layer("TFOpLambda", function="io.read_file"))),
    ),
    Specimen(
        "vocabulary.keras", "2025-12058", "layer is another file", False, with_config(string_lookup), ("2", "3.0")
    ),
    Specimen("pickle.keras", "", "may hold pickled objects", False, pickled_arrays),
    Specimen("external.h5", "2026-1669", "is the file", True, in_hdf5(external_dataset), ("2", "3.0")),
    Specimen("external.keras", "2026-1669", "is the file", True, in_archive(external_dataset)),
    Specimen("virtual.h5", "2026-12480", "is a part of the file", True, in_hdf5(virtual_dataset), ("3.0",)),
    Specimen("virtual.keras", "2026-12480", "is a part of the file", True, in_archive(virtual_dataset)),
    Specimen("link.h5", "", "is a link to the file", True, in_hdf5(external_link), ("3.0",)),
    Specimen("link.keras", "", "is a link to the file", True, in_archive(external_link)),
    Specimen("soft_link.h5", "", "is a link to", True, in_hdf5(soft_link)),
    Specimen("shape.h5", "2026-0897", "declares datasets of", True, in_hdf5(declared_shape)),
    Specimen("shape.keras", "2026-0897", "declares datasets of", True, in_archive(declared_shape)),
    Specimen("shapes.h5", "2026-0897", "declares datasets of", True, in_hdf5(many_shapes)),
    Specimen("arrays.keras", "", "may hold pickled objects", False, arrays_bomb),
    Specimen("assets.keras", "", "would unpack to", True, asset_bomb),
)


def write_outside(folder: Path) -> Path:
    """Write the files that no specimen may read, and return their folder."""
    outside = folder / "outside"
    outside.mkdir()
    np.full((2, 2), 1234.5, "f4").tofile(outside / "values.bin")
    with h5py.File(outside / "values.h5", "w") as file:
        file["values"] = np.full((2, 2), 1234.5, "f4")
    (outside / "words.txt").write_text("secret\n")
    (outside / "saved_model.pb").write_bytes(b"")
    return outside


def table() -> str:
    """Return the specimens as a table in Markdown, for docs/files_you_did_not_make.md."""
    lines = [
        "| specimen | advisories (CVE) | what is reported | `convert` | plain Keras |",
        "| :--- | :--- | :--- | :--- | :--- |",
    ]
    for specimen in SPECIMENS:
        result = "refuses it" if specimen.is_refused else "converts it"
        attacked = ", ".join({"2": "2.15", "3.0": "3.0"}[version] for version in specimen.affects)
        reported = f"... {specimen.message} ..."
        lines.append(f"| {specimen.name} | {specimen.advisories} | {reported} | {result} | {attacked} |")
    return "\n".join(lines)


def main(folder: str) -> None:
    """Write all specimens."""
    path = Path(folder)
    path.mkdir(parents=True)
    write_outside(path)
    for specimen in SPECIMENS:
        specimen.write(path / specimen.name)


if __name__ == "__main__":
    main(sys.argv[1])
