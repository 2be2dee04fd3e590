"""Load a model with legacy initializers in two ways: with `custom_objects`, and after a conversion.

Keras 3 does not load such a file by itself. It stops with `unexpected keyword argument 'dtype'`.

Usage: python examples/load_legacy_model.py model.h5
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_initcompat import saved


def main(path: Path) -> None:
    """Load a model in both ways and compare the weights."""
    # Keras looks names in the file up in this scope. Not compiled, since Keras 3 also rejects the losses of Keras 2.
    with tf.keras.utils.custom_object_scope(saved.custom_objects()):
        model = tf.keras.models.load_model(path, compile=False)
    print(f"loaded with custom_objects: {len(model.layers)} layers")

    # Keras 3 loads the converted file without this package.
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
