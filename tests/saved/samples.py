"""Files and configs for the tests."""

import io
import json
import zipfile
from pathlib import Path

from saved import make_fixtures

from tf_initcompat import cli

#: A model in each kind of container.
HDF5 = make_fixtures.FIXTURES / "tf-2.15-graph" / "layers.h5"
ARCHIVE = make_fixtures.FIXTURES / "keras-3.15" / "layers.keras"
JSON = make_fixtures.FIXTURES / "tf-2.15-eager" / "layers.json"
SMALL = make_fixtures.FIXTURES / "tf-2.15-eager" / make_fixtures.SMALL

#: Keras warns of optimizers whose state it does not restore.
IGNORED_WARNINGS = "ignore"

#: The smallest model.
CONFIG = '{"class_name": "Sequential", "config": {"layers": []}}'


def convert(*arguments: object) -> int:
    """Run `convert` for Keras 3.15 without the verification, and return the exit status."""
    return cli.main(["convert", "--no-verify", "--target-keras", "3.15", *map(str, arguments)])


def archive(**members: str) -> bytes:
    """Return a zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def model(layer: object) -> str:
    """Return the JSON of a model with one layer."""
    return json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}})


def dense(**initializer: object) -> dict[str, object]:
    """Return the config of a layer with an initializer."""
    return {"class_name": "Dense", "config": {"name": "d", "kernel_initializer": initializer}}


def extract(name: str, folder: Path) -> Path:
    """Extract one of the small models into a folder."""
    with zipfile.ZipFile(SMALL) as file:
        return Path(file.extract(name, folder))
