#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""A GRU cell by hand, with an initializer class of its own, on TensorFlow's private modules."""

from __future__ import absolute_import, division, print_function

import math

import tensorflow as tf; v1 = tf.compat.v1
from tensorflow.python.ops import init_ops


class Scaled(init_ops.RandomNormal):
    """Normal, scaled by the size."""

    def __init__(self, size, dtype=tf.float32):
        super(Scaled, self).__init__(0.0, 1.0 / math.sqrt(size), dtype=dtype)


def _gates(x, state, size, kind=init_ops.orthogonal_initializer):
    kernel = v1.get_variable("kernel", [x.shape[-1] + size, 2 * size], initializer=Scaled(size))
    recurrent = v1.get_variable("recurrent", [size, size], initializer=kind(gain=0.5))
    bias = v1.get_variable("bias", [2 * size], initializer=init_ops.constant_initializer(1.0, dtype=tf.float32))
    reset, update = tf.split(tf.sigmoid(tf.matmul(tf.concat([x, state], 1), kernel) + bias), 2, 1)
    return update * state + (1 - update) * tf.tanh(tf.matmul(reset * state, recurrent))


def main():
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("gru", reuse=v1.AUTO_REUSE):
            state = tf.zeros([2, 300])
            for _ in range(3):
                state = _gates(tf.ones([2, 200]), state, 300)
        session.run(v1.global_variables_initializer())
        assert session.run(state).shape == (2, 300)
        return session.run({v.op.name: v for v in v1.trainable_variables()})
