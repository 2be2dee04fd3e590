"""The model of bert-tensorflow 1.0.1, with smaller layers, in training."""

import os
import sys

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)
sys.path.insert(0, os.path.join(os.environ["PUBLIC_PROGRAMS"], "bert"))


def build():
    import modeling

    tf.set_random_seed(7)
    config = modeling.BertConfig(
        vocab_size=101, hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48
    )
    tokens = tf.placeholder(tf.int32, [2, 16])
    model = modeling.BertModel(config=config, is_training=True, input_ids=tokens)
    output = tf.nn.dropout(model.get_pooled_output(), keep_prob=0.9)
    weights = tf.get_variable("output_weights", [2, 24], initializer=tf.truncated_normal_initializer(stddev=0.02))
    tf.matmul(output, weights, transpose_b=True)
