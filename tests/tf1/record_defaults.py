"""Record the default initial values of the variables of real TensorFlow 1 installations, in `recorded_defaults/`.

Usage: python tests/tf1/record_defaults.py --python OLD/bin/python [--python ...]

Each `--python` is an interpreter with a TensorFlow 1. The one with TensorFlow 1.15.5 also gives the parameters in
`tf_initcompat/catalog/creator_parameters.json`, and the values of the legacy code in `replacements.py`.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import recordings

FOLDER = Path(__file__).parent / "recorded_defaults"
OBSERVE = Path(__file__).parent / "observe_defaults.py"
REPLACEMENTS = Path(__file__).parent / "recorded_replacements.json"
OBSERVE_REPLACEMENTS = Path(__file__).parent / "observe_replacements.py"
PARAMETERS = Path(__file__).parents[2] / "tf_initcompat/catalog/creator_parameters.json"


def observe(python: str | Path, program: Path = OBSERVE) -> dict[str, Any]:
    """Return the observations of a program in an interpreter's TensorFlow, made in a process of its own."""
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", **recordings.OLD_ENVIRONMENT}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "observations.json")
        subprocess.run([python, program, path], check=True, capture_output=True, env={**os.environ, **settings})
        observations: dict[str, Any] = json.loads(path.read_text())
        return observations


def text(values: dict[str, Any]) -> str:
    """Return JSON with one key on a line."""
    lines = (f" {json.dumps(key)}: {json.dumps(values[key], separators=(',', ':'))}" for key in sorted(values))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Record the interpreters that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", required=True, metavar="PATH", help="an interpreter")
    for python in parser.parse_args().python:
        observations = observe(python)
        version = observations["tensorflow"]
        (FOLDER / f"{version}.json").write_text(text(observations["defaults"]))
        if version == recordings.MIRRORED:
            PARAMETERS.write_text(text(observations["parameters"]))
            REPLACEMENTS.write_text(text(observe(python, OBSERVE_REPLACEMENTS)))
        print(f"{version}: {len(observations['defaults'])} callables")


if __name__ == "__main__":
    main()
