"""A variable after each of the functions that shift op seeds: TensorFlow 2 makes another number of operations.

docs/legacy_sampling.md has these numbers.
"""

import tensorflow as tf


def real(*shape):
    return tf.placeholder(tf.float32, shape)


def optimized():
    return tf.get_variable("optimized", [1], initializer=tf.zeros_initializer())


def gradients(function):
    value = tf.get_variable("value", [2, 3], initializer=tf.zeros_initializer())
    tf.gradients(function(value), value)


def reuse(function):
    def call():
        with tf.variable_scope("gradients", reuse=tf.AUTO_REUSE):
            gradients(function)

    return call


FUNCTIONS = [
    ("tf.nn.dropout(x, 0.5)", lambda: tf.nn.dropout(real(2, 3), 0.5)),
    ("tf.nn.dropout(x, keep_prob)", lambda: tf.nn.dropout(real(2, 3), keep_prob=tf.placeholder(tf.float32, []))),
    ("tf.tensordot", lambda: tf.tensordot(real(2, 3, 4), real(4, 5), [[2], [0]])),
    ("tf.zeros([batch, 3])", lambda: tf.zeros([tf.shape(real(None))[0], 3])),
    ("tf.nn.swish", lambda: tf.nn.swish(real(2))),
    ("tf.linspace", lambda: tf.linspace(0.0, 1.0, 4)),
    ("tf.clip_by_global_norm", lambda: tf.clip_by_global_norm([real(3), real(2)], 1.0)),
    ("tf.losses.mean_squared_error", lambda: tf.losses.mean_squared_error(real(2, 3), real(2, 3))),
    ("tf.train.FtrlOptimizer", lambda: tf.train.FtrlOptimizer(0.1).apply_gradients([(real(1), optimized())])),
    ("tf.random_gamma", lambda: tf.random_gamma([2], 3.0)),
    ("tf.image.resize_image_with_crop_or_pad", lambda: tf.image.resize_image_with_crop_or_pad(real(8, 8, 3), 4, 4)),
    ("tf.gradients of a sum", reuse(lambda value: value + real(3))),
    ("tf.gradients of reduce_mean", reuse(lambda value: tf.reduce_mean(value, 1))),
    ("tf.gradients of value[:, 1]", reuse(lambda value: value[:, 1])),
]


def build():
    tf.set_random_seed(7)
    with tf.variable_scope("gradients"):
        tf.get_variable("value", [2, 3], initializer=tf.zeros_initializer())
    tf.get_variable("before", [1])
    for number, (_, function) in enumerate(FUNCTIONS):
        function()
        tf.get_variable("after_{:02}".format(number), [1])
