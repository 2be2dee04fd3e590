"""A network of `tf.contrib.slim`: argument scopes, dropout, regularizers, fully connected layers."""

import tensorflow as tf

slim = tf.contrib.slim


def build():
    tf.set_random_seed(7)
    images = tf.placeholder(tf.float32, [4, 16, 16, 3])
    with slim.arg_scope(
        [slim.conv2d, slim.fully_connected],
        weights_regularizer=slim.l2_regularizer(1e-4),
        weights_initializer=tf.truncated_normal_initializer(stddev=0.05),
    ):
        net = slim.conv2d(images, 6, [3, 3], scope="conv1")
        net = slim.max_pool2d(net, [2, 2], scope="pool1")
        net = slim.repeat(net, 2, slim.conv2d, 6, [3, 3], scope="conv2")
        net = slim.separable_conv2d(net, 8, [3, 3], 1, scope="separable", weights_initializer=None)
        net = slim.flatten(net)
        net = slim.fully_connected(net, 12, scope="fc1")
        net = slim.dropout(net, 0.5, scope="dropout1")
        net = slim.fully_connected(
            net, 5, activation_fn=None, scope="logits", weights_initializer=tf.contrib.layers.xavier_initializer()
        )
    tf.losses.sparse_softmax_cross_entropy([0, 1, 2, 3], net)
    tf.train.RMSPropOptimizer(0.01).minimize(tf.losses.get_total_loss())
