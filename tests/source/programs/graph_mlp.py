"""A multilayer perceptron as it was written for TensorFlow 1: placeholders, variables, a session."""

import numpy as np
import tensorflow.compat.v1 as tf


def dense(x, units, name, initializer=tf.variance_scaling_initializer(scale=2.0, mode="fan_in", distribution="normal")):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [int(x.shape[-1]), units], initializer=initializer)
        b = tf.get_variable("b", [units], initializer=tf.zeros_initializer())
        return tf.matmul(x, w) + b


def main():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 512])
        hidden = tf.nn.relu(dense(x, 512, "first"))
        hidden = tf.nn.relu(dense(hidden, 512, "second"))
        y = dense(hidden, 512, "third", tf.glorot_uniform_initializer())
        loss = tf.reduce_mean(tf.square(y - 1.0))
        train = tf.train.GradientDescentOptimizer(1e-3).minimize(loss)
        session.run(tf.global_variables_initializer())
        weights = session.run({v.op.name: v for v in tf.trainable_variables()})
        feed = {x: np.ones([4, 512], np.float32)}
        before = session.run(loss, feed)
        session.run(train, feed)
        assert session.run(loss, feed) < before
        return weights
