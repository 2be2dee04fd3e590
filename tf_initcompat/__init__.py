"""TensorFlow 1 weight initializers for TensorFlow 2 and Keras 3.

Replace `tf.compat.v1` by `tf_initcompat` in front of an initializer: the model starts from the same distribution of
weights, in the same contexts, with the same arguments and the same errors, on Keras 2 and on Keras 3.

Importing this package does not import TensorFlow; the first use of an initializer does.
"""

from typing import TYPE_CHECKING

from tf_initcompat import mirror
from tf_initcompat.wrappers import keras_registry
from tf_initcompat.wrappers.sampling import legacy_sampling as legacy_sampling

if TYPE_CHECKING:
    from tf_initcompat import contrib as contrib
    from tf_initcompat import initializers as initializers
    from tf_initcompat import keras as keras
    from tf_initcompat.wrappers.constant import Constant as constant_initializer
    from tf_initcompat.wrappers.constant import Ones as ones_initializer
    from tf_initcompat.wrappers.constant import Zeros as zeros_initializer
    from tf_initcompat.wrappers.orthogonal import Orthogonal as orthogonal_initializer
    from tf_initcompat.wrappers.random import RandomNormal as random_normal_initializer
    from tf_initcompat.wrappers.random import RandomUniform as random_uniform_initializer
    from tf_initcompat.wrappers.random import TruncatedNormal as truncated_normal_initializer
    from tf_initcompat.wrappers.variance_scaling import GlorotNormal as glorot_normal_initializer
    from tf_initcompat.wrappers.variance_scaling import GlorotUniform as glorot_uniform_initializer
    from tf_initcompat.wrappers.variance_scaling import UniformUnitScaling as uniform_unit_scaling_initializer
    from tf_initcompat.wrappers.variance_scaling import VarianceScaling as variance_scaling_initializer
else:
    __getattr__, __dir__ = mirror.lazy_namespace(__name__)

__version__ = "0.1.0"

keras_registry.register_when_imported()
