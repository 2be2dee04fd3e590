"""Graph seeds that change, with given op seeds, datasets and failed operations among the random operations."""

import tensorflow as tf


def shuffled(name):
    tf.Variable(tf.random_shuffle(list(range(9))), name=name)


def fail():
    try:
        tf.matmul(tf.placeholder(tf.float32, [2, 3]), tf.placeholder(tf.float32, [2, 3]))
    except ValueError:
        pass


def build():
    tf.get_variable("seeded_before", [2], initializer=tf.random_normal_initializer(seed=3))
    with tf.Graph().as_default():
        tf.set_random_seed(5)
        tf.random_normal([2])
        tf.get_variable("zeros", [2], initializer=tf.zeros_initializer())
    for number, seed in enumerate([0, 11, 2**31 + 5, 2**31 - 1, -3]):
        tf.set_random_seed(seed)
        tf.get_variable("unseeded_{}".format(number), [2])
        tf.get_variable("seeded_{}".format(number), [2], initializer=tf.random_normal_initializer(seed=3))
    tf.get_variable("zero", [2], initializer=tf.random_normal_initializer(seed=0))
    tf.get_variable("negative", [2], initializer=tf.random_normal_initializer(seed=-5))
    tf.get_variable("largest", [2], initializer=tf.random_normal_initializer(seed=2**31 - 1))
    tf.data.Dataset.range(5).shuffle(3)
    shuffled("after_dataset")
    tf.data.Dataset.range(5).map(lambda _: tf.random_uniform([])).shuffle(3).make_one_shot_iterator().get_next()
    shuffled("after_iterator")
    tf.RandomShuffleQueue(10, 2, [tf.float32])
    shuffled("after_queue")
    fail()
    fail()
    shuffled("after_failed_operations")
    tf.random_shuffle([1, 2, 3], seed=80)
    tf.Variable(tf.random_shuffle(list(range(9))) * tf.random_shuffle(list(range(9))), name="two_shuffles")
    with tf.name_scope("scope"):
        for name in ("first", "second"):
            integers = tf.random_uniform([2], 0, tf.constant(99), dtype=tf.int32)
            tf.Variable(integers * tf.random_shuffle([1, 2]), name=name)
