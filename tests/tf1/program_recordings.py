"""Whole programs in the real TensorFlow 1: running them, their recordings, and their migrated twins.

`programs/` has programs as they were written for TensorFlow 1. They set a graph seed and give no op seed. A folder of
`recorded_seeds/` belongs to a version of TensorFlow. It has the op seeds as the recorder of the package writes them,
and in `values.json` the dtype, shape and hash of each variable's initial value.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tf_initcompat import source

HERE = Path(__file__).parent
PROGRAMS = {path.stem: path for path in sorted((HERE / "programs").glob("*.py"))}
EAGER_PROGRAMS = {path.stem: path for path in sorted((HERE / "eager_programs").glob("*.py"))}
FOLDER = HERE / "recorded_seeds"

#: Programs with functions that are not in TensorFlow 2 when Keras 3 is installed: `tf.layers`, `tf.nn.rnn_cell`.
NEED_KERAS_2 = ("feature_columns", "layers_net", "rnn_cells")
#: Environment variables for a TensorFlow 1. The path of this process is for another Python, and importing TensorFlow 2
#: sets the other variable, also for 1.15.
TENSORFLOW_1 = {"PYTHONPATH": "", "TF2_BEHAVIOR": "0"}

#: Lines that a user changes after the migration of the initializers.
BY_HAND = {
    "import tensorflow as tf\n": "import tensorflow.compat.v1 as tf\n",
    "slim = tf.contrib.slim": "import tf_slim as slim",
    "tf.contrib.eager.defun": "tf.function",
}
#: Beginnings of the labels of versions without `tf.enable_eager_execution`.
WITHOUT_EAGER_MODE = ("1.4.", "1.5.", "1.6.")
#: Programs with `tf.contrib.slim`.
NEED_SLIM = ("slim_net",)


def run(
    python: str | Path,
    mode: str,
    programs: Iterable[Path],
    sampling: str | Path = "environment",
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what `run_programs.py` observes: versions, and for each program its values and op seeds, or its error.

    Args:
      python: The interpreter.
      mode: "graph", "resources" or "eager", as `run_programs.py` takes it.
      programs: Files of the programs.
      sampling: Kind of legacy sampling in TensorFlow 2, or the folder of a recording, as `run_programs.py` takes it.
      environment: Environment variables besides those of this process.

    Raises:
      RuntimeError: If the process fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "observations.json")
        process = subprocess.run(
            [python, HERE / "run_programs.py", out, mode, sampling, *programs],
            capture_output=True,
            text=True,
            check=False,
            # One program serves old and new interpreters, so it must not leave bytecode behind.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", **(environment or {})},
        )
        if process.returncode:
            raise RuntimeError(f"{python} run_programs.py failed:\n{process.stderr[-4000:]}")
        observations: dict[str, Any] = json.loads(out.read_text())
        return observations


def run_in_tensorflow_1(python: str | Path) -> dict[str, Any]:
    """Return the observations of all programs in an interpreter with a TensorFlow 1."""
    observations = run(python, "graph", PROGRAMS.values(), environment=TENSORFLOW_1)
    if not label(observations).startswith(WITHOUT_EAGER_MODE):
        eager = run(python, "eager", EAGER_PROGRAMS.values(), environment=TENSORFLOW_1)
        observations["programs"] |= eager["programs"]
    return observations


def twins(folder: Path) -> dict[str, Path]:
    """Write the programs as they are after migration, and return their files by name."""
    files = {}
    for name, path in {**PROGRAMS, **EAGER_PROGRAMS}.items():
        text = source.migrate(path.read_text(), assume="tf1").content
        for old, new in BY_HAND.items():
            text = text.replace(old, new)
        files[name] = folder / path.name
        files[name].write_text(text)
    return files


def label(observations: Mapping[str, Any]) -> str:
    """Return the name of a recording, such as "1.15.5" or "1.15.0-python2.7"."""
    versions = observations["versions"]
    suffix = "-python2.7" if versions["python"].startswith("2.7.") else ""
    return f"{versions['tensorflow']}{suffix}"


def save(observations: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Write the recording of a version; programs that need a newer version are left out."""
    folder = folder / label(observations)
    folder.mkdir(parents=True, exist_ok=True)
    values = {}
    for name, program in sorted(observations["programs"].items()):
        if "error" not in program:
            if "op seeds" in program:
                (folder / f"{name}.json").write_text(_text(program["op seeds"]))
            values[name] = dict(sorted(program["values"].items()))
    (folder / "values.json").write_text(_text(values))


def _text(document: object) -> str:
    return json.dumps(document, indent=1) + "\n"


def labels() -> list[str]:
    """Return the names of all recordings."""
    return sorted(path.name for path in FOLDER.iterdir())


def values(version: str, folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """Return the recorded values of a version, by program and variable."""
    recorded: dict[str, dict[str, str]] = json.loads((folder / version / "values.json").read_text())
    return recorded


def op_seeds(version: str, program: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Return the recorded op seeds of a program, in the format of the recorder."""
    recorded: dict[str, Any] = json.loads((folder / version / f"{program}.json").read_text())
    return recorded
