"""A wide and deep model of feature columns: embedding columns, a linear model, dense layers."""

import tensorflow as tf


def build():
    tf.set_random_seed(7)
    columns = [tf.feature_column.categorical_column_with_hash_bucket(name, 20) for name in ("city", "job")]
    embedded = [
        tf.feature_column.embedding_column(columns[0], 4),
        tf.feature_column.embedding_column(columns[1], 3, initializer=tf.random_uniform_initializer(-0.1, 0.1)),
    ]
    features = {"city": [["a"], ["b"]], "job": [["c"], ["d"]], "age": [[1.0], [2.0]]}
    deep = tf.feature_column.input_layer(features, [tf.feature_column.numeric_column("age")] + embedded)
    with tf.variable_scope("deep", partitioner=tf.min_max_variable_partitioner(2, min_slice_size=64)):
        for number, units in enumerate((12, 6)):
            deep = tf.layers.dense(deep, units, tf.nn.relu, name="dense_{}".format(number))
    logits = tf.layers.dense(deep, 1, kernel_initializer=tf.glorot_normal_initializer(), name="logits")
    logits += tf.feature_column.linear_model(features, columns)
    loss = tf.losses.sigmoid_cross_entropy([[0.0], [1.0]], logits)
    tf.train.FtrlOptimizer(0.1).minimize(loss)
