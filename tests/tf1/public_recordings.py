"""Programs of other authors, from packages on PyPI, in the real TensorFlow 1 and migrated.

The packages are not installed. The environment variable TF_INITCOMPAT_PUBLIC_PROGRAMS names a folder that has them:

    pip install --no-deps --target FOLDER bert-tensorflow==1.0.1 facenet==1.0.3 gpt-2-simple==0.5.4

`public_programs/` has programs that build their models. Recordings are below `recorded_public/`, in the form that
`program_recordings.py` describes.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from tf1 import program_recordings as recordings

from tf_initcompat import source

VARIABLE = "TF_INITCOMPAT_PUBLIC_PROGRAMS"
PROGRAMS = {path.stem: path for path in sorted((recordings.HERE / "public_programs").glob("*.py"))}
FOLDER = recordings.HERE / "recorded_public"

#: Files of the packages that the programs use, as patterns.
FILES = ("bert/modeling.py", "facenet/src/models/*.py", "gpt_2_simple/src/model.py")
#: Files that run in both versions of TensorFlow, except for the initializers.
FOR_BOTH = ("gpt_2_simple/src/model.py",)
#: Lines that a user changes after the migration of the initializers.
BY_HAND = {
    "import tensorflow as tf\n": "import tensorflow.compat.v1 as tf\nimport slim_repaired\n",
    "import tensorflow.contrib.slim as slim": "slim = slim_repaired",
    "tf.contrib.layers.layer_norm": "slim_repaired.layer_norm",
}
#: Programs with `tf.layers`, or with layers of slim that need it.
NEED_KERAS_2 = tuple(name for name in PROGRAMS if name != "gpt2")


def environment(folder: Path) -> dict[str, str]:
    """Return the environment variable that tells the programs where the packages are."""
    return {"PUBLIC_PROGRAMS": str(folder)}


def migrated(packages: Path, folder: Path) -> Path:
    """Return a folder with migrated copies of the packages' files."""
    for path in (path for pattern in FILES for path in packages.glob(pattern)):
        name = path.relative_to(packages)
        text = source.migrate(path.read_text(), assume="tf1").content
        if str(name) not in FOR_BOTH:
            for old, new in BY_HAND.items():
                text = text.replace(old, new)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def record(python: str) -> dict[str, Any]:
    """Record the programs in an interpreter with a TensorFlow 1."""
    packages = Path(os.environ[VARIABLE])
    settings = {**recordings.TENSORFLOW_1, **environment(packages)}
    observations = recordings.run(python, "graph", PROGRAMS.values(), environment=settings)
    shutil.rmtree(FOLDER, ignore_errors=True)
    recordings.save(observations, FOLDER)
    return observations
