"""A network of `tf.layers`: convolutions, batch normalization, dropout, dense layers, default initializers."""

import tensorflow as tf


def build():
    tf.set_random_seed(7)
    images = tf.placeholder(tf.float32, [4, 16, 16, 3])
    training = tf.placeholder(tf.bool, [])
    he = tf.contrib.layers.variance_scaling_initializer()
    hidden = tf.layers.conv2d(images, 8, 3, padding="same", kernel_initializer=he, name="conv1")
    hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=training))
    hidden = tf.layers.max_pooling2d(hidden, 2, 2)
    hidden = tf.layers.separable_conv2d(hidden, 8, 3, padding="same", activation=tf.nn.relu)
    hidden = tf.layers.conv2d_transpose(hidden, 6, 3, strides=2, padding="same", name="up")
    hidden = tf.layers.flatten(tf.layers.average_pooling2d(hidden, 4, 4))
    hidden = tf.layers.dropout(tf.layers.dense(hidden, 16, activation=tf.nn.relu), 0.4, training=training)
    hidden = tf.layers.dense(hidden, 8, kernel_initializer=tf.initializers.he_uniform(), name="fc")
    logits = tf.layers.dense(hidden, 4, use_bias=False, kernel_initializer=tf.orthogonal_initializer())
    tf.losses.softmax_cross_entropy(tf.one_hot([0, 1, 2, 3], 4), logits)
    loss = tf.losses.get_total_loss()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        tf.train.AdamOptimizer().minimize(loss)
