"""Eager code: initializers with and without op seeds, variables of `get_variable`, plain random tensors."""

import tensorflow as tf
from tensorflow.python.ops import variable_scope

SHAPE = (4, 3)


def build():
    tf.set_random_seed(7)
    values = {}
    initializers = [
        tf.glorot_uniform_initializer(),
        tf.random_normal_initializer(stddev=0.1),
        tf.truncated_normal_initializer(),
        tf.variance_scaling_initializer(2.0, "fan_out", "uniform"),
        tf.uniform_unit_scaling_initializer(factor=1.43),
        tf.orthogonal_initializer(),
        tf.initializers.he_normal(),
        tf.keras.initializers.lecun_uniform(),
        tf.keras.initializers.RandomUniform(),
        tf.contrib.layers.xavier_initializer(),
        tf.contrib.layers.variance_scaling_initializer(),
        tf.random_uniform_initializer(-1.0, 1.0, seed=3),
    ]
    for number, initializer in enumerate(initializers):
        for call in range(2):
            values["initializer_{}/{}".format(number, call)] = initializer(SHAPE)
    values["random_normal"] = tf.random_normal(SHAPE)
    values["random_uniform"] = tf.random_uniform(SHAPE)
    values["variable"] = tf.Variable(tf.truncated_normal(SHAPE), name="variable")
    store = variable_scope.EagerVariableStore()
    with store.as_default(), tf.variable_scope("scope", initializer=tf.glorot_normal_initializer()):
        for name in "ab":
            values["scope/" + name] = tf.get_variable(name, SHAPE)
    tf.set_random_seed(8)
    values["another seed"] = initializers[0](SHAPE)
    return values
