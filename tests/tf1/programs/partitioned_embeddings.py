"""Word vectors: partitioned embeddings whose scale is that of the whole table, and sampled softmax."""

import tensorflow as tf


def build():
    tf.set_random_seed(7)
    words = tf.placeholder(tf.int32, [8])
    contexts = tf.placeholder(tf.int64, [8, 1])
    with tf.variable_scope("embeddings", partitioner=tf.fixed_size_partitioner(4)):
        table = tf.get_variable("words", [64, 8], initializer=tf.variance_scaling_initializer(mode="fan_in"))
        users = tf.get_variable("users", [40, 8])
    vectors = tf.nn.embedding_lookup(table, words, partition_strategy="div")
    vectors += tf.nn.embedding_lookup(users, words, partition_strategy="div")
    columns = tf.get_variable("columns", [8, 90], initializer=tf.initializers.he_normal(),
                              partitioner=tf.fixed_size_partitioner(3, axis=1))
    sized = tf.get_variable("sized", [90, 16], initializer=tf.uniform_unit_scaling_initializer(factor=1.43),
                            partitioner=tf.variable_axis_size_partitioner(2000))
    hidden = tf.matmul(tf.nn.relu(tf.matmul(vectors, columns)), sized)
    nce_weights = tf.Variable(tf.truncated_normal([64, 16], stddev=0.25), name="nce_weights")
    nce_biases = tf.Variable(tf.zeros([64]), name="nce_biases")
    loss = tf.reduce_mean(
        tf.nn.nce_loss(weights=nce_weights, biases=nce_biases, inputs=hidden, labels=contexts, num_sampled=5,
                       num_classes=64)
    )
    projection = tf.get_variable("projection", [16, 6], initializer=tf.orthogonal_initializer())
    loss += tf.reduce_sum(tf.matmul(hidden, projection)) * 0.0
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)
