"""The network squeezenet of facenet 1.0.3, in training, and its classification layer."""

import os
import sys

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)
sys.path.insert(0, os.path.join(os.environ["PUBLIC_PROGRAMS"], "facenet", "src", "models"))


def build():
    import squeezenet

    tf.set_random_seed(666)
    images = tf.placeholder(tf.float32, [2, 160, 160, 3])
    squeezenet.inference(images, tf.placeholder(tf.float32, []), True, 128, weight_decay=5e-4)
