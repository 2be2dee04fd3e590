"""Recurrent networks of `tf.nn.rnn_cell`: stacked LSTMs with dropout, a bidirectional GRU, a peephole cell."""

import tensorflow as tf


def build():
    tf.set_random_seed(7)
    words = tf.placeholder(tf.int32, [4, 5])
    lengths = tf.placeholder(tf.int32, [4])
    with tf.variable_scope("encoder", initializer=tf.random_uniform_initializer(-0.08, 0.08)):
        table = tf.get_variable("table", [30, 8])
        cells = [
            tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell(8, forget_bias=0.0), output_keep_prob=0.5)
            for _ in range(2)
        ]
        cell = tf.nn.rnn_cell.MultiRNNCell(cells)
        outputs, _ = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(table, words), lengths, dtype=tf.float32)
    with tf.variable_scope("reader"):
        forward, backward = tf.nn.rnn_cell.GRUCell(6), tf.nn.rnn_cell.GRUCell(
            6, kernel_initializer=tf.orthogonal_initializer()
        )
        both, _ = tf.nn.bidirectional_dynamic_rnn(forward, backward, outputs, dtype=tf.float32)
        peephole = tf.nn.rnn_cell.LSTMCell(5, use_peepholes=True, num_proj=3, initializer=tf.glorot_normal_initializer())
        outputs, _ = tf.nn.dynamic_rnn(peephole, tf.concat(both, 2), dtype=tf.float32)
    tf.get_variable("projection", [3, 30], initializer=tf.contrib.layers.xavier_initializer())
