"""Mirror of `tf.compat.v1.keras.initializers`."""

from tf_initcompat.wrappers import constant as _constant
from tf_initcompat.wrappers import keras_lookup as _keras_lookup
from tf_initcompat.wrappers import keras_v1 as _keras_v1
from tf_initcompat.wrappers import orthogonal as _orthogonal
from tf_initcompat.wrappers import variance_scaling as _variance_scaling

__all__ = [
    "Constant",
    "Identity",
    "Initializer",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "uniform",
    "zeros",
]

Constant = _constant.Constant
constant = _constant.Constant
Identity = _constant.Identity
identity = _constant.Identity
Ones = _constant.Ones
ones = _constant.Ones
Zeros = _constant.Zeros
zeros = _constant.Zeros
Initializer = _keras_lookup.Initializer
deserialize = _keras_lookup.deserialize
get = _keras_lookup.get
serialize = _keras_lookup.serialize
he_normal = _keras_v1.HeNormal
he_uniform = _keras_v1.HeUniform
lecun_normal = _keras_v1.LecunNormal
lecun_uniform = _keras_v1.LecunUniform
RandomNormal = _keras_v1.RandomNormal
normal = _keras_v1.RandomNormal
random_normal = _keras_v1.RandomNormal
RandomUniform = _keras_v1.RandomUniform
random_uniform = _keras_v1.RandomUniform
uniform = _keras_v1.RandomUniform
TruncatedNormal = _keras_v1.TruncatedNormal
truncated_normal = _keras_v1.TruncatedNormal
Orthogonal = _orthogonal.Orthogonal
orthogonal = _orthogonal.Orthogonal
glorot_normal = _variance_scaling.GlorotNormal
glorot_uniform = _variance_scaling.GlorotUniform
VarianceScaling = _variance_scaling.VarianceScaling
