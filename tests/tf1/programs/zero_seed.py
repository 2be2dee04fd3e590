"""The graph seed 0: the pair of seeds of the first random operation would be 0, 0, and TensorFlow replaces it."""

import tensorflow as tf


def build():
    tf.set_random_seed(0)
    tf.Variable(tf.random_shuffle([1, 2, 3, 4, 5]) * tf.random_shuffle([1, 2, 3, 4, 5]), name="product")
    tf.get_variable("kernel", [2])
