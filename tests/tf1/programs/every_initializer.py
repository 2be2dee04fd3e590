"""Every random and deterministic initializer of TensorFlow 1, contrib's among them, with and without partitioners."""

import tensorflow as tf


def variable(name, shape, initializer, shards=1, axis=0):
    partitioner = tf.fixed_size_partitioner(shards, axis) if shards > 1 else None
    return tf.get_variable(name, shape, initializer=initializer, partitioner=partitioner)


def build():
    tf.set_random_seed(7)
    variable("default", [4, 3], None)
    variable("variance_scaling", [4, 3], tf.variance_scaling_initializer())
    variable("variance_scaling_uniform", [4, 3], tf.variance_scaling_initializer(2.0, "fan_out", "uniform"))
    variable("untruncated", [4, 3], tf.variance_scaling_initializer(distribution="untruncated_normal"))
    variable("zeros", [3], tf.zeros_initializer())
    variable("glorot_uniform", [4, 3], tf.glorot_uniform_initializer())
    variable("ones", [3], tf.ones_initializer())
    variable("glorot_normal", [3, 3, 2, 4], tf.glorot_normal_initializer())
    variable("identity", [3, 3], tf.initializers.identity())
    variable("he_normal", [4, 3], tf.initializers.he_normal())
    variable("identity_wide", [3, 5], tf.initializers.identity(gain=2.0))
    variable("he_uniform", [4, 3], tf.initializers.he_uniform())
    variable("identity_shards", [6, 4], tf.initializers.identity(), 3)
    variable("lecun_normal", [4, 3], tf.initializers.lecun_normal())
    variable("identity_columns", [4, 4], tf.initializers.identity(gain=0.5), 2, 1)
    variable("lecun_uniform", [4, 3], tf.initializers.lecun_uniform())
    variable("constant", [2, 2], tf.constant_initializer([1.0, 2.0, 3.0, 4.0]))
    variable("unit_scaling", [4, 3], tf.uniform_unit_scaling_initializer(factor=1.43))
    variable("constant_scalar", [2, 2], tf.constant_initializer(0.5))
    variable("random_normal", [4, 3], tf.random_normal_initializer(stddev=0.1))
    variable("random_uniform", [4, 3], tf.random_uniform_initializer(-0.1, 0.1))
    variable("truncated_normal", [4, 3], tf.truncated_normal_initializer(stddev=0.02))
    variable("orthogonal", [4, 3], tf.orthogonal_initializer(gain=1.5))
    variable("keras_he_normal", [4, 3], tf.keras.initializers.he_normal())
    variable("keras_lecun_uniform", [4, 3], tf.keras.initializers.lecun_uniform())
    variable("keras_normal", [4, 3], tf.keras.initializers.RandomNormal())
    variable("keras_uniform", [4, 3], tf.keras.initializers.RandomUniform())
    variable("keras_truncated", [4, 3], tf.keras.initializers.TruncatedNormal())
    variable("keras_orthogonal", [3, 4], tf.keras.initializers.Orthogonal())
    variable("keras_identity", [3, 3], tf.keras.initializers.Identity())
    variable("keras_glorot", [4, 3], tf.keras.initializers.glorot_uniform())
    variable("xavier", [4, 3], tf.contrib.layers.xavier_initializer())
    variable("xavier_normal", [4, 3], tf.contrib.layers.xavier_initializer(uniform=False))
    variable("xavier_conv2d", [3, 3, 2, 4], tf.contrib.layers.xavier_initializer_conv2d())
    variable("contrib_scaling", [4, 3], tf.contrib.layers.variance_scaling_initializer())
    variable("contrib_scaling_avg", [4, 3], tf.contrib.layers.variance_scaling_initializer(1.0, "FAN_AVG", True))
    variable("default_shards", [9, 4], None, 3)
    variable("variance_scaling_shards", [10, 4], tf.variance_scaling_initializer(), 3)
    variable("truncated_columns", [4, 6], tf.truncated_normal_initializer(stddev=0.3), 2, 1)
    variable("xavier_shards", [8, 4], tf.contrib.layers.xavier_initializer(), 2)
    with tf.variable_scope("scope", initializer=tf.glorot_normal_initializer()):
        for name in "abc":  # one instance
            tf.get_variable(name, [4, 3])
    variable("given_seed", [4, 3], tf.glorot_uniform_initializer(seed=5))
    tf.Variable(tf.truncated_normal([4, 3], stddev=0.1), name="tensor")
    tf.Variable(lambda: tf.random_uniform([4, 3], -1.0, 1.0), name="callable")
    variable("last", [4, 3], tf.random_normal_initializer())
