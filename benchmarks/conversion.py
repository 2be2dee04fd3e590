"""Benchmark the conversion of saved models: `python benchmarks/conversion.py`.

The times are those of the models in tests/saved/eras. The memory is that of a process that converts a large model with
weights that change, or of the process that reads its HDF5 file if that is more.
"""

import importlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from tf_initcompat import saved  # noqa: E402

archives: Final[Any] = importlib.import_module("saved.eras.archives")  # of the tests
#: Units of the GRU in the large model.
UNITS: Final = (0, 2000, 4000)
#: Converts a file and prints the peak memory in bytes of the larger process.
PEAK: Final = """
import resource, sys
from pathlib import Path
from tf_initcompat import saved
from tf_initcompat.saved.containers import isolation

saved.convert(sys.argv[1], target_keras="3.15").write(Path(sys.argv[1]).with_name("new.h5"))
isolation.end()
print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024)
"""


def times(folder: Path) -> list[float]:
    """Return the time in seconds of the conversion of each model, which include writing the result."""
    found = list[float]()
    source = folder / "model.h5"
    for maker, name in archives.everything():
        source.write_bytes(archives.files(maker)[f"{name}.h5"])
        start = time.perf_counter()
        try:
            saved.convert(source, target_keras="3.15").write(folder / "new.h5")
        except saved.FileError:  # a model that no Keras loads
            continue
        found.append(time.perf_counter() - start)
    return found


def large_model(path: Path, units: int) -> int:
    """Write a model of Keras 2.2 with a GRU, whose gates change, and return its size."""
    config = {"name": "g", "units": units, "recurrent_activation": "hard_sigmoid", "reset_after": False}
    layer = {"class_name": "GRU", "config": {**config, "batch_input_shape": [None, None, units]}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(
            {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
        )
        file.attrs["keras_version"] = "2.2.4"
        group = file.create_group("model_weights/g")
        file["model_weights"].attrs["layer_names"] = [b"g"]
        group.attrs["weight_names"] = [b"g/kernel:0", b"g/recurrent_kernel:0", b"g/bias:0"]
        for name, shape in (
            ("kernel", (units, 3 * units)),
            ("recurrent_kernel", (units, 3 * units)),
            ("bias", 3 * units),
        ):
            group[f"g/{name}:0"] = np.zeros(shape, "float32")
    return path.stat().st_size


def peak(path: Path) -> int:
    """Return the peak memory in bytes of a conversion. The process between has no memory that would count."""
    launch = "import subprocess, sys; print(subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True).stdout)"
    command = [sys.executable, "-c", launch, sys.executable, "-c", PEAK, str(path)]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1])


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = times(folder)
        print(
            f"{len(seconds)} models: median {np.median(seconds):.4f} s, 99 % below {np.quantile(seconds, 0.99):.4f} s, "
            f"first {seconds[0]:.2f} s"
        )
        base = None
        for units in UNITS:
            size, memory = large_model(folder / "large.h5", units or 1), peak(folder / "large.h5")
            base = memory if base is None else base
            print(
                f"file of {size / 2**20:.0f} MiB: {memory / 2**20:.0f} MiB, growth {(memory - base) / size:.2f} of it"
            )


if __name__ == "__main__":
    main()
