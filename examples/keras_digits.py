"""A Keras model with legacy initializers, trained on handwritten digits, saved, and loaded again.

The data are the 1,797 digits in scikit-learn. Two layers of the same shape share one `he_uniform`. With Keras' own
class they would start with identical weights.

Usage: python examples/keras_digits.py
"""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from absl import app
from sklearn.datasets import load_digits

import tf_initcompat


def build() -> tf.keras.Model:
    """Return the untrained model."""
    shared = tf_initcompat.keras.initializers.he_uniform(seed=1)
    return tf.keras.Sequential(
        [
            tf.keras.layers.Input((64,)),
            tf.keras.layers.Dense(64, activation="relu", kernel_initializer=shared),
            tf.keras.layers.Dense(64, activation="relu", kernel_initializer=shared),
            tf.keras.layers.Dense(10, kernel_initializer=tf_initcompat.contrib.layers.xavier_initializer()),
        ]
    )


def main(argv: list[str]) -> None:
    """Train, save and load the model, and print what to check."""
    del argv
    tf.keras.utils.set_random_seed(0)
    digits = load_digits()
    images, labels = digits.data.astype(np.float32) / 16, digits.target
    model = build()
    first, second = (np.asarray(layer.kernel) for layer in model.layers[-3:-1])
    print(f"layers that share an initializer start equal: {bool(np.all(first == second))}")
    model.compile(
        optimizer=tf.keras.optimizers.Adam(0.003),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(images[:1500], labels[:1500], epochs=5, verbose=0)
    accuracy = model.evaluate(images[1500:], labels[1500:], verbose=0)[1]
    print(f"accuracy on 297 unseen digits: {accuracy:.3f}")
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "digits.keras")
        loaded = tf.keras.models.load_model(Path(folder) / "digits.keras")
    same = bool(np.all(model.predict(images, verbose=0) == loaded.predict(images, verbose=0)))
    print(f"loaded model predicts the same: {same}")
    print(f"its initializer: {loaded.layers[-1].kernel_initializer}")


if __name__ == "__main__":
    app.run(main)
