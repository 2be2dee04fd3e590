"""TensorFlow 1 weight initializers for TensorFlow 2 and Keras 3.

Replace `tf.compat.v1` by `tf_initcompat` in front of an initializer: the model starts from the same distribution of
weights, in the same contexts, with the same arguments and the same errors, on Keras 2 and on Keras 3. The initializers
are those of TensorFlow 1.15; docs/history.md lists what changed in earlier versions of TensorFlow 1.

Importing this package does not import TensorFlow; the first use of an initializer does.
"""

from typing import TYPE_CHECKING

from tf_initcompat._internal import keras_registry, mirror, sampling
from tf_initcompat._internal.sampling import legacy_sampling

__all__ = [
    "constant_initializer",
    "contrib",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "initializers",
    "keras",
    "legacy_sampling",
    "ones_initializer",
    "orthogonal_initializer",
    "parity",
    "random_normal_initializer",
    "random_uniform_initializer",
    "saved",
    "source",
    "truncated_normal_initializer",
    "typing",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "zeros_initializer",
]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tf_initcompat import contrib, initializers, keras, parity, saved, source, typing
    from tf_initcompat.wrappers import constant as _constant
    from tf_initcompat.wrappers import orthogonal as _orthogonal
    from tf_initcompat.wrappers import random as _random
    from tf_initcompat.wrappers import variance_scaling as _variance_scaling

    constant_initializer = _constant.Constant
    ones_initializer = _constant.Ones
    zeros_initializer = _constant.Zeros
    orthogonal_initializer = _orthogonal.Orthogonal
    random_normal_initializer = _random.RandomNormal
    random_uniform_initializer = _random.RandomUniform
    truncated_normal_initializer = _random.TruncatedNormal
    glorot_normal_initializer = _variance_scaling.GlorotNormal
    glorot_uniform_initializer = _variance_scaling.GlorotUniform
    uniform_unit_scaling_initializer = _variance_scaling.UniformUnitScaling
    variance_scaling_initializer = _variance_scaling.VarianceScaling
else:
    __getattr__, __dir__ = mirror.lazy_namespace(__name__, __all__)

keras_registry.register_when_imported()
sampling.apply_environment()
