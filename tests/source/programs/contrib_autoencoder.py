# An autoencoder with the initializers of tf.contrib, which TensorFlow 2 does not have any more.
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.contrib import layers as contrib_layers
from tensorflow.contrib.layers import xavier_initializer

SIZES = [640, 400, 640]


def main():
    weights = {}
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, SIZES[0]])
        layer = x
        for i, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:])):
            w = tf.get_variable("w%d" % i, [inputs, outputs], initializer=xavier_initializer())
            b = tf.get_variable("b%d" % i, shape=[outputs], initializer=tf.constant_initializer(0.1))
            layer = tf.nn.sigmoid(tf.matmul(layer, w) + b)
        he = tf.get_variable(
            "he",
            [500, 600],
            initializer=contrib_layers.variance_scaling_initializer(factor=2.0, mode="FAN_IN", uniform=False),
        )  # He et al.
        loss = tf.reduce_mean(tf.square(layer - x)) + 0 * tf.reduce_sum(he)
        train = tf.train.AdamOptimizer().minimize(loss)
        session.run(tf.global_variables_initializer())
        weights = session.run({v.op.name: v for v in tf.trainable_variables()})
        session.run(train, {x: np.ones([2, SIZES[0]])})
    return weights
