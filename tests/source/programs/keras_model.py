"""A Keras model with compat.v1 initializers in its layers."""

import functools

import numpy as np
import tensorflow as tf
import tensorflow.compat.v1 as tf1

bert_initializer = functools.partial(tf1.truncated_normal_initializer, stddev=0.02)


def main():
    inputs = tf.keras.Input([700])
    x = tf.keras.layers.Dense(500, "relu", kernel_initializer=tf1.initializers.he_normal())(inputs)
    x = tf.keras.layers.Dense(600, "relu", kernel_initializer=bert_initializer())(x)
    outputs = tf.keras.layers.Dense(
        500,
        kernel_initializer=tf1.keras.initializers.glorot_normal(),
        bias_initializer=tf1.constant_initializer(-2.0),
    )(x)
    model = tf.keras.Model(inputs, outputs)
    weights = {str(i): w for i, w in enumerate(model.get_weights())}
    model.compile("sgd", tf.keras.losses.MeanSquaredError())
    model.fit(np.ones([4, 700]), np.ones([4, 500]), verbose=0)
    return weights
