from . import compat
from .compat import initializers as init
from .compat import tfv1 as tf


def main():
    with tf.Graph().as_default(), tf.Session() as session:
        lecun = init.lecun_uniform()
        a = tf.get_variable("a", [600, 500], initializer=lecun)
        b = tf.get_variable("b", [600, 500], initializer=lecun)
        c = tf.get_variable("c", [10], tf.float64, compat.tfv1.zeros_initializer())
        session.run(tf.global_variables_initializer())
        return session.run({"a": a, "b": b, "c": c})
