"""A word2vec-like table in shards."""

import tensorflow.compat.v1 as tf


def main():
    with tf.Graph().as_default(), tf.Session() as session:
        partitioner = tf.fixed_size_partitioner(4)
        with tf.variable_scope(
            "table", partitioner=partitioner, initializer=tf.variance_scaling_initializer(mode="fan_avg")
        ):
            table = tf.get_variable("embeddings", [4000, 100])
            bias = tf.get_variable("bias", [4000], initializer=tf.ones_initializer)
        rows = tf.nn.embedding_lookup(table, [1, 2], partition_strategy="div")
        session.run(tf.global_variables_initializer())
        assert session.run(rows).shape == (2, 100)
        return session.run({"table": table.as_tensor(), "bias": bias.as_tensor()})
