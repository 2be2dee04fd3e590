"""Mirror of the weight initializers of `tf.compat.v1.initializers`."""

from tf_initcompat.wrappers import constant as _constant
from tf_initcompat.wrappers import orthogonal as _orthogonal
from tf_initcompat.wrappers import presets as _presets
from tf_initcompat.wrappers import random as _random
from tf_initcompat.wrappers import variance_scaling as _variance_scaling

__all__ = [
    "constant",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "uniform_unit_scaling",
    "variance_scaling",
    "zeros",
]

constant = _constant.Constant
identity = _constant.Identity
ones = _constant.Ones
zeros = _constant.Zeros
orthogonal = _orthogonal.Orthogonal
random_normal = _random.RandomNormal
random_uniform = _random.RandomUniform
truncated_normal = _random.TruncatedNormal
glorot_normal = _variance_scaling.GlorotNormal
glorot_uniform = _variance_scaling.GlorotUniform
uniform_unit_scaling = _variance_scaling.UniformUnitScaling
variance_scaling = _variance_scaling.VarianceScaling
he_normal = _presets.he_normal
he_uniform = _presets.he_uniform
lecun_normal = _presets.lecun_normal
lecun_uniform = _presets.lecun_uniform
