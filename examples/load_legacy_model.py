"""Load a model that was saved by TensorFlow 1 behavior, in two ways: as it is, and converted.

    python examples/load_legacy_model.py model.h5

The file holds the configs of legacy initializers, which Keras 3 does not take (`unexpected keyword argument 'dtype'`).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_initcompat import saved


def main(path: Path) -> None:
    """Loads a model in both ways and compares the weights."""
    # Keras' own way to say what a name in a file means. Not compiled, since Keras 3 rejects the losses of Keras 2 too.
    with tf.keras.utils.custom_object_scope(saved.custom_objects()):
        model = tf.keras.models.load_model(path, compile=False)
    print(f"loaded with custom_objects: {len(model.layers)} layers")

    # Once and for all: a file that any Keras 3 loads, without this package.
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / f"converted{path.suffix}"
        command = [sys.executable, "-m", "tf_initcompat", "convert", "--no-verify", str(path), str(new)]
        target = [] if hasattr(tf.keras, "random") else ["--target-keras", "2"]
        print(subprocess.run([*command, *target], check=True, capture_output=True, text=True).stdout.strip())
        converted = tf.keras.models.load_model(new, compile=False)
    same = all(map(np.array_equal, model.get_weights(), converted.get_weights()))
    print(f"every weight is the same: {same}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} MODEL.h5")
    main(Path(sys.argv[1]))
