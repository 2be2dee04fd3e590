"""A tf.function that adds new noise in every run, and repeats it after the global seed is set again.

Usage: python examples/function.py
"""

import numpy as np
import tensorflow as tf
from absl import app

import tf_initcompat

initializer = tf_initcompat.initializers.truncated_normal(stddev=0.1)


@tf.function
def perturbed(weights: tf.Tensor) -> tf.Tensor:
    """Return the weights plus noise."""
    return weights + initializer(weights.shape, dtype=weights.dtype)


def main(argv: list[str]) -> None:
    """Run the function twice, and twice again after setting the same global seed."""
    del argv
    weights = tf.zeros((1000, 100))
    runs = []
    for _ in range(2):
        tf.random.set_seed(42)
        runs.append([perturbed(weights).numpy() for _ in range(2)])
    (first, second), again = runs
    print(f"largest value: {np.abs(first).max():.3f}")
    print(f"two runs are equal: {bool(np.all(first == second))}")
    print(f"reproduced by tf.random.set_seed: {bool(np.all(np.stack(again) == np.stack([first, second])))}")


if __name__ == "__main__":
    app.run(main)
