"""Right and wrong uses of the public interface, for type checkers only: test_uses.py compares their errors.

A comment "E:" lists the errors of its line. All other lines are right.
"""
# pyright: basic

import pathlib

import numpy as np

import tf_initcompat
from tf_initcompat import contrib, initializers, keras
from tf_initcompat.parity.pytest_plugin import InitializerParity
from tf_initcompat.typing import Initializer


def dense(units: int, initializer: Initializer) -> None:
    """Use an initializer as a layer does."""
    initializer((units, units), "float32")


# Constructors
tf_initcompat.glorot_uniform_initializer(seed=3)
tf_initcompat.random_normal_initializer(0.0, 1.0, np.int64(3), np.float64)
tf_initcompat.zeros_initializer(dtype="int32")
initializers.he_normal(seed=None)
keras.initializers.he_normal(seed=3)
tf_initcompat.keras.initializers.TruncatedNormal(stddev=0.1)
contrib.layers.xavier_initializer(uniform=False)
tf_initcompat.contrib.layers.xavier_initializer_conv2d(seed=3, dtype="float64")
contrib.framework.convolutional_delta_orthogonal(gain=2.0)
tf_initcompat.contrib.framework.convolutional_orthogonal_2d(2.0, 3, np.float64)

tf_initcompat.glorot_uniform_initializer(scale=2.0)  # E: mypy[call-arg] pyright[reportCallIssue]
tf_initcompat.keras.initializers.he_normal(sede=1)  # E: mypy[call-arg] pyright[reportCallIssue]
tf_initcompat.contrib.layers.xavier_initializer(unifrom=True)  # E: mypy[call-arg] pyright[reportCallIssue]
contrib.framework.convolutional_orthogonal_1d(scale=2.0)  # E: mypy[call-arg] pyright[reportCallIssue]
contrib.framework.convolutional_orthogonal_3d(seed="3")  # E: mypy[arg-type] pyright[reportArgumentType]
initializers.he_uniform(seed="3")  # E: mypy[arg-type] pyright[reportArgumentType]
initializers.zeros(dtype=None)  # E: mypy[arg-type] pyright[reportArgumentType]

# Names
tf_initcompat.he_normal  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
tf_initcompat.initializers.glorot_uniform_initializer()  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
tf_initcompat.keras.layers  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
tf_initcompat.contrib.layers.he_normal  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
contrib.framework.convolutional_orthogonal_4d  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]

# Calls
initializer = tf_initcompat.initializers.variance_scaling(scale=2.0, mode="fan_out", distribution="uniform")
initializer((2, 3))
initializer([2, 3], np.float64)
initializer(np.array([2, 3]), dtype="float32", partition_info=None)
initializer((4, 3), partition_shape=(2, 3), partition_offset=(2, 0))
initializer.get_config()["scale"]
type(initializer).from_config({"scale": 1.0}).scale
tf_initcompat.constant_initializer([1.0, 2.0])((2,), verify_shape=True)

initializer()  # E: mypy[call-arg] pyright[reportCallIssue]
initializer(5)  # E: mypy[arg-type] pyright[reportArgumentType]
initializer((2, 3), dtpye="float32")  # E: mypy[call-arg] pyright[reportCallIssue]
initializer((2, 3), verify_shape=True)  # E: mypy[call-arg] pyright[reportCallIssue]
initializer.get_configuration()  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
initializer.factor  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]

# The protocol
dense(3, initializer)
dense(3, tf_initcompat.contrib.layers.xavier_initializer())
dense(3, contrib.framework.convolutional_delta_orthogonal())
dense(3, tf_initcompat.keras.initializers.Zeros())

dense(3, initializers.he_normal)  # E: mypy[arg-type] pyright[reportArgumentType]
dense(3, "he_normal")  # E: mypy[arg-type] pyright[reportArgumentType]
dense(3, None)  # E: mypy[arg-type] pyright[reportArgumentType]

# Legacy sampling
with tf_initcompat.legacy_sampling():
    initializer((2, 3))

with tf_initcompat.legacy_sampling("tf1"), tf_initcompat.legacy_sampling(kind="legacy", seeds=None):
    initializer((2, 3))

with tf_initcompat.legacy_sampling("tf1", seeds="recorded.json"):
    initializer((2, 3))

with tf_initcompat.legacy_sampling("tf1", seeds=pathlib.Path("recorded.json")):
    initializer((2, 3))

with tf_initcompat.legacy_sampling("tf1", seeds={"kernel": 42}):
    initializer((2, 3))

tf_initcompat.legacy_sampling(True)  # E: mypy[arg-type] pyright[reportArgumentType]
tf_initcompat.legacy_sampling("tf2")  # E: mypy[arg-type] pyright[reportArgumentType]
tf_initcompat.legacy_sampling("tf1", {"kernel": 42})  # E: mypy[call-arg] pyright[reportCallIssue]
tf_initcompat.legacy_sampling("tf1", seeds={"kernel": "42"})  # E: mypy[dict-item] pyright[reportArgumentType]
tf_initcompat.legacy_sampling("tf1", seeds=42)  # E: mypy[arg-type] pyright[reportArgumentType]

# The other parts of the interface are attributes too.
tf_initcompat.parity.compare
tf_initcompat.parity.assert_parity
tf_initcompat.saved.load_model
tf_initcompat.typing.Initializer

pair = tf_initcompat.zeros_initializer, tf_initcompat.initializers.he_normal()
tf_initcompat.parity.compare(*pair, shape=(2, 3), dtype="float32", checks=tf_initcompat.parity.DISTRIBUTION)
tf_initcompat.parity.assert_parity(*pair, shape=3, arguments={"dtype": "float16"}, checks=["mean", "stddev"])
tf_initcompat.parity.assert_parity(*pair, shape=(2, 3), cheks=("mean",))  # E: mypy[call-arg] pyright[reportCallIssue]
tf_initcompat.parity.compare(*pair, shape=(2, 3), seed="one")  # E: mypy[arg-type] pyright[reportArgumentType]
tf_initcompat.parity.compare(*pair)  # E: mypy[call-arg] pyright[reportCallIssue]


def test_parity(initializer_parity: InitializerParity) -> None:
    initializer_parity(*pair, shape=(2, 3), contexts=("eager",))
    initializer_parity(*pair, shape=(2, 3), contxts=("eager",))  # E: mypy[call-arg] pyright[reportCallIssue]


tf_initcompat.parity.comapre  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
tf_initcompat.saved.load_modle  # E: mypy[attr-defined] pyright[reportAttributeAccessIssue]
