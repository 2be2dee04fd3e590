"""Mirrors the weight initializers of `tf.contrib.layers`."""

from tf_initcompat.wrappers.contrib import variance_scaling_initializer as variance_scaling_initializer
from tf_initcompat.wrappers.contrib import xavier_initializer as xavier_initializer
from tf_initcompat.wrappers.contrib import xavier_initializer as xavier_initializer_conv2d
