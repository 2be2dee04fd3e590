"""The migrated v1_graph.py: the initializers come from tf_initcompat, everything else is the same.

With `TF_INITCOMPAT_SAMPLING=legacy`, its weights are bit for bit those of v1_graph.py on Keras 2. On Keras 3,
v1_graph.py has other weights, since `tf.compat.v1.keras.initializers.glorot_uniform` is Keras' own class there.

Usage: python examples/v1_graph_migrated.py
"""

import numpy as np
import tensorflow.compat.v1 as tf
from absl import app

import tf_initcompat


def train() -> list[np.ndarray]:
    """Return the weights before training, and the loss after each of two steps."""
    with tf.Graph().as_default():
        tf.set_random_seed(2017)
        features = tf.placeholder(tf.float32, [None, 64])
        labels = tf.placeholder(tf.int64, [None])
        with tf.variable_scope("hidden", initializer=tf_initcompat.variance_scaling_initializer(distribution="normal")):
            table = tf.get_variable("kernel", [64, 32], partitioner=tf.fixed_size_partitioner(4))
            bias = tf.get_variable("bias", [32], initializer=tf_initcompat.zeros_initializer())
        hidden = tf.nn.relu(tf.matmul(features, tf.concat(list(table), axis=0)) + bias)
        glorot = tf_initcompat.keras.initializers.glorot_uniform(seed=7)
        output = tf.get_variable("output", [32, 10], initializer=glorot)
        logits = tf.matmul(hidden, output)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

        random = np.random.default_rng(0)
        batch = {features: random.normal(size=(100, 64)), labels: random.integers(10, size=100)}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            weights: list[np.ndarray] = session.run(tf.trainable_variables())
            losses = [session.run([step, loss], batch)[1] for _ in range(2)]
    return [*weights, *losses]


def main(argv: list[str]) -> None:
    """Print a summary."""
    del argv
    *weights, first, second = train()
    for value in weights:
        print(f"{value.shape!s:10} std {value.std():.5f}")
    print(f"loss {first:.5f} -> {second:.5f}")


if __name__ == "__main__":
    app.run(main)
