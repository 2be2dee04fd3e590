"""A DCGAN: truncated and random normals of stddev 0.02, transposed convolutions, batch normalization written out."""

import tensorflow as tf

BATCH = 4


def batch_norm(inputs, name):
    with tf.variable_scope(name):
        size = inputs.shape[-1].value
        gamma = tf.get_variable("gamma", [size], initializer=tf.random_normal_initializer(1.0, 0.02))
        beta = tf.get_variable("beta", [size], initializer=tf.constant_initializer(0.0))
        mean, variance = tf.nn.moments(inputs, [0, 1, 2])
        return tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, 1e-5)


def linear(inputs, units, name):
    with tf.variable_scope(name):
        matrix = tf.get_variable("Matrix", [inputs.shape[-1].value, units], tf.float32,
                                 tf.random_normal_initializer(stddev=0.02))
        bias = tf.get_variable("bias", [units], initializer=tf.constant_initializer(0.0))
        return tf.matmul(inputs, matrix) + bias


def conv2d(inputs, filters, name):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [5, 5, inputs.shape[-1].value, filters],
                            initializer=tf.truncated_normal_initializer(stddev=0.02))
        biases = tf.get_variable("biases", [filters], initializer=tf.constant_initializer(0.0))
        return tf.nn.bias_add(tf.nn.conv2d(inputs, w, strides=[1, 2, 2, 1], padding="SAME"), biases)


def deconv2d(inputs, output_shape, name):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [5, 5, output_shape[-1], inputs.shape[-1].value],
                            initializer=tf.random_normal_initializer(stddev=0.02))
        biases = tf.get_variable("biases", [output_shape[-1]], initializer=tf.constant_initializer(0.0))
        output = tf.nn.conv2d_transpose(inputs, w, output_shape=output_shape, strides=[1, 2, 2, 1])
        return tf.nn.bias_add(output, biases)


def generator(z):
    with tf.variable_scope("generator"):
        h0 = tf.reshape(linear(z, 4 * 4 * 16, "g_h0_lin"), [BATCH, 4, 4, 16])
        h0 = tf.nn.relu(batch_norm(h0, "g_bn0"))
        h1 = tf.nn.relu(batch_norm(deconv2d(h0, [BATCH, 8, 8, 8], "g_h1"), "g_bn1"))
        return tf.nn.tanh(deconv2d(h1, [BATCH, 16, 16, 3], "g_h2"))


def discriminator(image, reuse=False):
    with tf.variable_scope("discriminator", reuse=reuse):
        h0 = tf.nn.leaky_relu(conv2d(image, 8, "d_h0_conv"))
        h1 = tf.nn.leaky_relu(batch_norm(conv2d(h0, 16, "d_h1_conv"), "d_bn1"))
        return linear(tf.reshape(h1, [BATCH, -1 if h1.shape.as_list()[1] is None else 256]), 1, "d_h2_lin")


def build():
    tf.set_random_seed(7)
    z = tf.placeholder(tf.float32, [BATCH, 10])
    images = tf.placeholder(tf.float32, [BATCH, 16, 16, 3])
    fake = generator(z)
    real_logits, fake_logits = discriminator(images), discriminator(fake, reuse=True)
    ones, zeros = tf.ones_like(real_logits), tf.zeros_like(real_logits)
    d_loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=ones, logits=real_logits))
    d_loss += tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=zeros, logits=fake_logits))
    g_loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=ones, logits=fake_logits))
    for loss, letter in ((d_loss, "d"), (g_loss, "g")):
        variables = [v for v in tf.trainable_variables() if letter + "_" in v.name]
        tf.train.AdamOptimizer(2e-4, beta1=0.5).minimize(loss, var_list=variables)
