"""Variables by every way of making one: scopes, reuse, templates, getters, partitioners, collections, equal names."""

import tensorflow as tf


def doubled(getter, name, *args, **kwargs):
    variable = getter(name, *args, **kwargs)
    return 2.0 * variable if name.endswith("scaled") else variable


def layer(value):
    return tf.matmul(value, tf.get_variable("kernel", [2, 2], initializer=tf.contrib.layers.xavier_initializer()))


def build():
    tf.set_random_seed(1)
    with tf.variable_scope("outer", custom_getter=doubled) as scope:
        tf.get_variable("w", [3, 2])
        tf.get_variable("scaled", [3, 2], initializer=tf.truncated_normal_initializer(stddev=0.02))
        with tf.variable_scope("inner", initializer=tf.random_normal_initializer()):
            tf.get_variable("w", [3, 2])
        with tf.variable_scope(scope, reuse=True):
            tf.get_variable("w", [3, 2])
        with tf.variable_scope("outer"):
            tf.get_variable("x", [3, 2])
    for _ in range(3):
        with tf.variable_scope(None, default_name="w"):
            tf.get_variable("w", [2, 2], initializer=tf.uniform_unit_scaling_initializer())
    for _ in range(2):
        tf.Variable(tf.truncated_normal([2]), name="w")
    tf.placeholder(tf.float32, [], name="taken")
    tf.get_variable("taken", [2])
    template = tf.make_template("template", layer)
    template(template(tf.placeholder(tf.float32, [4, 2])))
    for axis in (0, 1):
        name = "axis_{}".format(axis)
        tf.get_variable(name, [6, 8], partitioner=tf.fixed_size_partitioner(3, axis))
        tf.get_variable(name + "_of_size", [6, 8], partitioner=tf.variable_axis_size_partitioner(64, axis))
    tf.get_variable("by_bytes", [60, 8], partitioner=tf.min_max_variable_partitioner(4, min_slice_size=128))
    tf.create_partitioned_variables([4, 4], [2, 1], tf.random_uniform_initializer(), name="created")
    tf.get_variable("local", [2], collections=[tf.GraphKeys.LOCAL_VARIABLES])
    tf.get_variable("in_a_collection", [2], collections=["mine"])
    tf.add_to_collection(tf.GraphKeys.LOCAL_VARIABLES, tf.constant(1.0))  # not a variable
    tf.while_loop(lambda k: k < 3.0, lambda k: k + tf.random_normal([]), [tf.constant(0.0)])
    tf.get_variable("after_loop", [2])
    tf.cond(tf.placeholder(tf.bool, []), lambda: tf.random_uniform([2]), lambda: tf.random_normal([2]))
    tf.get_variable("after_condition", [2])
    tf.get_variable("resource", [2], use_resource=True)
    tf.get_variable("value", [2])
    with tf.device("/cpu:0"), tf.name_scope("tower"):
        tf.get_variable("kernel", [2])
        tf.Variable(tf.truncated_normal([2]), name="kernel")
    for dtype in (tf.float16, tf.float64):
        tf.get_variable("uniform_" + dtype.name, [4], dtype, tf.random_uniform_initializer(dtype=dtype))
        tf.get_variable("normal_" + dtype.name, [4], dtype, tf.random_normal_initializer(dtype=dtype))
    for dtype in (tf.int32, tf.int64):
        tf.get_variable(dtype.name, [4], dtype, tf.random_uniform_initializer(0, 99, dtype=dtype))
