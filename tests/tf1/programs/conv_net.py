"""An image classifier in the style of slim: contrib's initializers, convolutions, dropout, momentum."""

import tensorflow as tf


def conv2d(inputs, filters, size, name):
    with tf.variable_scope(name):
        kernel = tf.get_variable(
            "weights",
            [size, size, inputs.shape[-1].value, filters],
            initializer=tf.contrib.layers.xavier_initializer_conv2d(),
        )
        bias = tf.get_variable("biases", [filters], initializer=tf.zeros_initializer())
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(inputs, kernel, [1, 1, 1, 1], "SAME"), bias))


def dense(inputs, units, name, initializer):
    with tf.variable_scope(name):
        kernel = tf.get_variable("weights", [inputs.shape[-1].value, units], initializer=initializer)
        bias = tf.get_variable("biases", [units], initializer=tf.constant_initializer(0.1))
        return tf.matmul(inputs, kernel) + bias


def build():
    tf.set_random_seed(7)
    images = tf.placeholder(tf.float32, [8, 16, 16, 3])
    labels = tf.placeholder(tf.int64, [8])
    hidden = conv2d(images, 8, 3, "conv1")
    hidden = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    hidden = conv2d(hidden, 16, 3, "conv2")
    hidden = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    hidden = conv2d(hidden, 16, 1, "conv3")
    hidden = tf.reshape(hidden, [8, 4 * 4 * 16])
    hidden = tf.nn.relu(dense(hidden, 32, "fc1", tf.contrib.layers.variance_scaling_initializer()))
    logits = dense(hidden, 10, "logits", tf.truncated_normal_initializer(stddev=0.01))
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    loss += 1e-4 * tf.add_n([tf.nn.l2_loss(variable) for variable in tf.trainable_variables()])
    step = tf.train.get_or_create_global_step()
    tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, global_step=step)
