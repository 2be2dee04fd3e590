"""A dueling DQN: an online and a target network, He and fan_avg initializers, variables from tensors, an update."""

import tensorflow as tf

ACTIONS, OBSERVATIONS = 4, 6


def layer(inputs, units, name, initializer, activation=None):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [inputs.shape[-1].value, units], initializer=initializer)
        b = tf.get_variable("b", [units], initializer=tf.constant_initializer(0.1))
        output = tf.matmul(inputs, w) + b
        return output if activation is None else activation(output)


def network(observations, name):
    with tf.variable_scope(name):
        hidden = layer(observations, 24, "hidden1", tf.initializers.he_normal(), tf.nn.relu)
        hidden = layer(hidden, 24, "hidden2", tf.variance_scaling_initializer(2.0, mode="fan_avg"), tf.nn.relu)
        value = layer(hidden, 1, "value", tf.initializers.lecun_uniform())
        advantage = layer(hidden, ACTIONS, "advantage", None)
        return value + advantage - tf.reduce_mean(advantage, axis=1, keepdims=True)


def build():
    tf.set_random_seed(7)
    observations = tf.placeholder(tf.float32, [None, OBSERVATIONS])
    actions = tf.placeholder(tf.int32, [None])
    targets = tf.placeholder(tf.float32, [None])
    online, target = network(observations, "online"), network(observations, "target")
    noise = tf.Variable(tf.random_uniform([ACTIONS], -1e-3, 1e-3), trainable=False, name="noise")
    chosen = tf.reduce_sum((online + noise) * tf.one_hot(actions, ACTIONS), axis=1)
    loss = tf.reduce_mean(tf.square(targets - chosen)) + 0.0 * tf.reduce_sum(target)
    tf.train.RMSPropOptimizer(1e-3).minimize(loss)
    for name in ("online", "target"):
        assert len(tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, name + "/")) == 8
    for source, copy in zip(tf.trainable_variables("online/"), tf.trainable_variables("target/")):
        copy.assign(source)
