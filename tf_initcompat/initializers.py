"""Mirrors the weight initializers of `tf.compat.v1.initializers`."""

from tf_initcompat.wrappers import variance_scaling as _variance_scaling

he_normal = _variance_scaling.he_normal
he_uniform = _variance_scaling.he_uniform
lecun_normal = _variance_scaling.lecun_normal
lecun_uniform = _variance_scaling.lecun_uniform
