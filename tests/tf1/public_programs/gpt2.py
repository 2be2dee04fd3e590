"""The model of gpt-2-simple 0.5.4, with smaller layers."""

import os
import sys

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)
sys.path.insert(0, os.path.join(os.environ["PUBLIC_PROGRAMS"], "gpt_2_simple", "src"))


def build():
    import model

    tf.set_random_seed(7)
    hparams = model.HParams(n_vocab=101, n_ctx=32, n_embd=24, n_head=4, n_layer=3)
    tokens = tf.placeholder(tf.int32, [2, None])
    output = model.model(hparams=hparams, X=tokens)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tokens[:, 1:], logits=output["logits"][:, :-1])
    tf.train.AdamOptimizer().minimize(tf.reduce_mean(loss))
