"""Functions in eager code: each has a graph of its own, in which operations are counted."""

import tensorflow as tf

SHAPE = (4, 3)


def build():
    tf.set_random_seed(7)
    first, second = tf.glorot_uniform_initializer(), tf.contrib.layers.xavier_initializer(uniform=False)

    @tf.contrib.eager.defun
    def four_calls():
        return first(SHAPE), tf.initializers.identity()((3, 3)), first(SHAPE), second(SHAPE), tf.random_normal(SHAPE)

    @tf.contrib.eager.defun
    def with_input(scale):
        return scale * tf.initializers.he_uniform()(SHAPE), tf.orthogonal_initializer()(SHAPE) + scale

    values = {}
    for run in range(2):
        for name, tensors in (("four_calls", four_calls()), ("with_input", with_input(tf.constant(2.0)))):
            for number, tensor in enumerate(tensors):
                values["{}/{}/{}".format(name, run, number)] = tensor
    values["eager, afterwards"] = first(SHAPE)
    return values
