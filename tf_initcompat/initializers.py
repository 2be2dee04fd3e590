"""Mirrors the weight initializers of `tf.compat.v1.initializers`."""

from tf_initcompat.wrappers.constant import Constant as constant
from tf_initcompat.wrappers.constant import Identity as identity
from tf_initcompat.wrappers.constant import Ones as ones
from tf_initcompat.wrappers.constant import Zeros as zeros
from tf_initcompat.wrappers.orthogonal import Orthogonal as orthogonal
from tf_initcompat.wrappers.random import RandomNormal as random_normal
from tf_initcompat.wrappers.random import RandomUniform as random_uniform
from tf_initcompat.wrappers.random import TruncatedNormal as truncated_normal
from tf_initcompat.wrappers.variance_scaling import GlorotNormal as glorot_normal
from tf_initcompat.wrappers.variance_scaling import GlorotUniform as glorot_uniform
from tf_initcompat.wrappers.variance_scaling import UniformUnitScaling as uniform_unit_scaling
from tf_initcompat.wrappers.variance_scaling import VarianceScaling as variance_scaling
from tf_initcompat.wrappers.variance_scaling import he_normal as he_normal
from tf_initcompat.wrappers.variance_scaling import he_uniform as he_uniform
from tf_initcompat.wrappers.variance_scaling import lecun_normal as lecun_normal
from tf_initcompat.wrappers.variance_scaling import lecun_uniform as lecun_uniform
