"""A network with functions that make fewer operations in TensorFlow 2: dropout, tensordot, gradients in the middle.

The number of operations does not give the op seeds behind them; recorded op seeds do.
"""

import tensorflow as tf


def dense(inputs, units, name):
    kernel = tf.get_variable(name + "/kernel", [inputs.shape[-1].value, units])
    bias = tf.get_variable(name + "/bias", [units], initializer=tf.zeros_initializer())
    return tf.nn.relu(tf.tensordot(inputs, kernel, [[1], [0]]) + bias)


def build():
    tf.set_random_seed(7)
    keep = tf.placeholder(tf.float32, [])
    hidden = tf.placeholder(tf.float32, [8, 12])
    for number in range(3):
        hidden = tf.nn.dropout(dense(hidden, 10, "dense_{}".format(number)), keep_prob=keep)
    noise = tf.Variable(tf.random_uniform([10]), name="noise")
    scale = tf.Variable(tf.random_uniform([10], maxval=2.0) * tf.random_normal([10]), name="scale")
    hidden = tf.nn.dropout(hidden * scale + noise, 0.5)
    variables = tf.trainable_variables()
    gradients = tf.gradients(tf.reduce_mean(hidden), variables)
    tf.train.AdamOptimizer().apply_gradients(zip(gradients, variables))
    with tf.variable_scope("critic", partitioner=tf.fixed_size_partitioner(2)):
        critic = tf.get_variable("kernel", [10, 4], initializer=tf.contrib.layers.xavier_initializer())
    with tf.variable_scope("critic", reuse=tf.AUTO_REUSE):
        tf.get_variable("head", [4, 4], initializer=tf.orthogonal_initializer())
        tf.get_variable("head", [4, 4], initializer=tf.orthogonal_initializer())
    tf.matmul(hidden, critic)
    tf.Variable(tf.random_shuffle(tf.range(5)), name="first_order")
    tf.Variable(tf.random_shuffle(tf.range(5)), name="second_order")
