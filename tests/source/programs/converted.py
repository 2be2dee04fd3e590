"""Output of tf_upgrade_v2 for a program with tf.contrib: plain TensorFlow 2 around compat.v1 initializers."""

import tensorflow as tf


def main():
    tf.random.set_seed(3)
    init = tf.compat.v1.keras.initializers.VarianceScaling(
        scale=2.0, mode=("FAN_IN").lower(), distribution=("uniform" if False else "truncated_normal")
    )
    first = tf.Variable(init([600, 500]), name="first")
    second = tf.Variable(init([600, 500]), name="second")
    embedding = tf.Variable(tf.compat.v1.random_uniform_initializer(-0.1, 0.1)([3000, 100]))

    @tf.function
    def step(ids):
        return tf.reduce_sum(tf.matmul(tf.nn.embedding_lookup(embedding, ids), first[:100] + second[:100]))

    assert step(tf.constant([1, 2, 3])).shape == ()
    return {"first": first.numpy(), "second": second.numpy(), "embedding": embedding.numpy()}
