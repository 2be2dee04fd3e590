"""`migrate --to native`: what becomes plain Keras has the legacy law; what is not proven stays on the wrapper."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from tf_initcompat import parity
from tf_initcompat.parity.table import legacy
from tf_initcompat.source import rules
from tf_initcompat.source.process import Options, Result, process

HEAD = "import tensorflow.compat.v1 as tf\n"


def migrate(source: str, accept: frozenset[str] = frozenset()) -> Result:
    result = process("-", (HEAD + textwrap.dedent(source)).encode(), Options(to="native", accept=accept), is_file=False)
    assert not result.error
    return result


def body(source: str, **options: Any) -> str:
    result = migrate(source, **options)
    lines = result.after.decode().splitlines() if result.after else []
    again = process("-", result.after, Options(to="native"), is_file=False)
    assert not again.would_change
    return "\n".join(line for line in lines if not line.startswith(("import ", "from ")))


#: Calls and what becomes of them, as the initializer of one variable.
CALLS = {
    "zeros_initializer()": "Zeros()",
    "ones_initializer(tf.float32)": "Ones()",
    "constant_initializer(0.5)": "Constant(value=0.5)",
    "initializers.identity(gain=2.0)": "Identity(gain=2.0)",
    "orthogonal_initializer()": "Orthogonal()",
    "random_normal_initializer()": "RandomNormal(mean=0.0, stddev=1.0)",
    "random_normal_initializer(0.5, 0.1)": "RandomNormal(mean=0.5, stddev=0.1)",
    "truncated_normal_initializer(stddev=0.02)": "TruncatedNormal(mean=0.0, stddev=0.02)",
    "random_uniform_initializer()": "RandomUniform(minval=0.0, maxval=1.0)",
    "random_uniform_initializer(-0.1, 0.1)": "RandomUniform(minval=-0.1, maxval=0.1)",
    "keras.initializers.RandomNormal()": "RandomNormal(mean=0.0, stddev=0.05)",
    "keras.initializers.uniform()": "RandomUniform(minval=-0.05, maxval=0.05)",
    "glorot_uniform_initializer()": "GlorotUniform()",
    "initializers.glorot_normal(dtype=tf.float64)": "GlorotNormal()",
    "initializers.he_normal()": "HeNormal()",
    "keras.initializers.lecun_uniform()": "LecunUniform()",
    "variance_scaling_initializer()": 'VarianceScaling(scale=1.0, mode="fan_in", distribution="truncated_normal")',
    "variance_scaling_initializer(2, 'fan_avg', 'uniform')": (
        'VarianceScaling(scale=2, mode="fan_avg", distribution="uniform")'
    ),
    "variance_scaling_initializer(distribution='untruncated_normal')": (
        'VarianceScaling(scale=1.0, mode="fan_in", distribution="untruncated_normal")'
    ),
    "variance_scaling_initializer(mode=('FAN_OUT').lower(), distribution='normal')": (
        'VarianceScaling(scale=1.0, mode="fan_out", distribution="truncated_normal")'
    ),
    "contrib.layers.xavier_initializer()": 'VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform")',
    "contrib.layers.xavier_initializer(False)": (
        f'VarianceScaling(scale={1.3 * 0.87962566103423978**2!r}, mode="fan_avg", distribution="truncated_normal")'
    ),
    "contrib.layers.variance_scaling_initializer(factor=2.0, mode='FAN_OUT', uniform=True)": (
        'VarianceScaling(scale=2.0, mode="fan_out", distribution="uniform")'
    ),
    "contrib.layers.variance_scaling_initializer()": (
        f'VarianceScaling(scale={2 * 1.3 * 0.87962566103423978**2!r}, mode="fan_in", distribution="truncated_normal")'
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_native_call(call: str) -> None:
    migrated = body(f"tf.get_variable('x', [3], initializer=tf.{call})\n")
    assert migrated == f"tf.get_variable('x', [3], initializer=keras.initializers.{CALLS[call]})"


@pytest.mark.parametrize("call", CALLS)
def test_native_law(call: str) -> None:
    name, _, arguments = call.partition("(")
    try:
        real = legacy.real(name)
    except legacy.LegacyMissingError as error:
        pytest.skip(str(error))
    # What is migrated is executed, with its arguments, against the real symbol. False alarms: 1e-3 for each.
    space = {"tf": tf.compat.v1, "keras": tf.keras, "real": real}
    parity.assert_parity(
        lambda: eval(f"real({arguments}", space),
        lambda: eval(f"keras.initializers.{CALLS[call]}", space),
        arguments={},
        shape=(300, 200),
        dtype="float32",
        checks=parity.DISTRIBUTION,
        contexts=("eager",),
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = tf.zeros_initializer(dtype=tf.float64)([3])", "x = keras.initializers.Zeros()([3], dtype=tf.float64)"),
        ("x = tf.zeros_initializer(tf.int32)(shape=s)", "x = keras.initializers.Zeros()(shape=s, dtype=tf.int32)"),
        ("x = tf.ones_initializer(tf.int32)([3], tf.int64)", "x = keras.initializers.Ones()([3], tf.int64)"),
        (
            "i = tf.zeros_initializer()\ni([3]), tf.get_variable('x', [3], tf.float32, i)",
            "i = keras.initializers.Zeros()\ni([3]), tf.get_variable('x', [3], tf.float32, i)",
        ),
        (
            "tf.get_variable('x', [3], initializer=tf.ones_initializer)",
            "tf.get_variable('x', [3], initializer=keras.initializers.Ones)",
        ),
        ("x = tf.zeros_initializer(dtype=tf.bool)((n),)", "x = keras.initializers.Zeros()((n), dtype=tf.bool)"),
        ("x = tf.glorot_uniform_initializer(dtype=tf.float64)([3])", "x = keras.initializers.GlorotUniform()([3])"),
        (
            "x = tf.random_normal_initializer(stddev=(s := 0.1))([3])",
            "x = keras.initializers.RandomNormal(mean=0.0, stddev=(s := 0.1))([3])",
        ),
        (
            "tf.layers.dense(x, 1, kernel_initializer=tf.initializers.he_normal())",
            "tf.layers.dense(x, 1, kernel_initializer=keras.initializers.HeNormal())",
        ),
    ],
)
def test_dtype_and_consumers(source: str, expected: str) -> None:
    assert body(source) == expected


#: Names that are imported themselves: before, and after.
IMPORTED = {
    "a name that nothing needs any more": (
        """
        from tensorflow.compat.v1 import zeros_initializer as z, placeholder
        z()([2]), placeholder
        """,
        """
        from tensorflow.compat.v1 import placeholder
        from tensorflow import keras
        keras.initializers.Zeros()([2]), placeholder
        """,
    ),
    "what is not proven keeps the name": (
        """
        from tensorflow.contrib.layers import xavier_initializer as x
        x(True)([2]), x(seed=3)([3])
        """,
        """
        from tf_initcompat.contrib.layers import xavier_initializer as x
        from tensorflow.compat.v2 import keras
        keras.initializers.VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform")([2]), x(seed=3)([3])
        """,
    ),
    "one of two": (
        """
        from tensorflow.compat.v1 import zeros_initializer, ones_initializer
        zeros_initializer()([2]), ones_initializer()([3]), ones_initializer
        """,
        """
        from tensorflow import keras
        from tf_initcompat import ones_initializer
        keras.initializers.Zeros()([2]), keras.initializers.Ones()([3]), ones_initializer
        """,
    ),
    "a public name": (
        """
        from tensorflow.compat.v1 import zeros_initializer
        __all__ = ['zeros_initializer']
        zeros_initializer()([2])
        """,
        """
        from tf_initcompat import zeros_initializer
        from tensorflow import keras
        __all__ = ['zeros_initializer']
        keras.initializers.Zeros()([2])
        """,
    ),
}


@pytest.mark.parametrize(("source", "expected"), IMPORTED.values(), ids=IMPORTED)
def test_names_that_are_imported(source: str, expected: str) -> None:
    result = process("-", textwrap.dedent(source).encode(), Options(to="native"), is_file=False)
    assert result.after.decode() == textwrap.dedent(expected)
    assert not process("-", result.after, Options(to="native"), is_file=False).would_change


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("import tensorflow.compat.v1 as tf\ntf.set_random_seed(1)\n", "global-seed"),
        ("p = tf.fixed_size_partitioner(2)\n", "partition"),
        ("with tf.variable_scope('a', partitioner=p): pass\n", "partition"),
        ("with tf.variable_scope('a', partitioner=None): pass\n", ""),
    ],
)
def test_what_other_files_of_the_tree_do(tmp_path: Path, other: str, reason: str) -> None:
    (tmp_path / "train.py").write_text(other)
    model = tmp_path / "model.py"
    source = HEAD + "tf.get_variable('x', [3], initializer=tf.glorot_uniform_initializer())\n"
    result = process(str(model), source.encode(), Options((str(tmp_path),), to="native"))
    assert [rules.rule(one.rule).name for one in result.kept] == ([reason] if reason else [])
    assert (b"tf_initcompat" in result.after) == bool(reason)


@pytest.mark.parametrize(
    "guarded",
    [
        "if TYPE_CHECKING:\n    import tensorflow as tf2\nx = t.zeros_initializer()([3])\n",
        "x = t.zeros_initializer()([3])\nimport tensorflow as tf2\n",
    ],
)
def test_name_of_keras_that_is_not_there(guarded: str) -> None:
    result = process("-", f"import tensorflow.compat.v1 as t\n{guarded}".encode(), Options(to="native"), is_file=False)
    assert b"x = keras.initializers.Zeros()([3])" in result.after


def test_native_is_not_legacy_again() -> None:
    """In a file on TensorFlow 1, what is native is spelled so that no later run takes it for TensorFlow 1's."""
    source = (
        "import tensorflow as tf\ntf.placeholder()\nw = tf.get_variable('w', [3], initializer=tf.zeros_initializer())\n"
    )
    first = process("-", source.encode(), Options(to="native"), is_file=False)
    assert b"initializer=tf.compat.v2.keras.initializers.Zeros()" in first.after
    for to in ("native", "shim"):
        again = process("-", first.after, Options(to=to), is_file=False)
        assert not again.findings
        assert not again.would_change


def test_native_is_not_legacy_in_a_tree_on_tensorflow_1(tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text("import tensorflow.compat.v1 as tfv1\n")
    model = tmp_path / "model.py"
    source = b"from compat import tfv1 as tf\nw = tf.get_variable('w', [3], initializer=tf.zeros_initializer())\n"
    result = process(str(model), source, Options((str(tmp_path),), to="native"))
    assert b"from tensorflow.compat.v2 import keras\n" in result.after
    assert not process(str(model), result.after, Options((str(tmp_path),), "tf1", "native")).would_change


def test_dtype_of_a_parameter_stays() -> None:
    source = "def f(shape, dtype=tf.float32): return tf.random_normal_initializer(dtype=dtype)(shape)"
    assert body(source).endswith("keras.initializers.RandomNormal(mean=0.0, stddev=1.0)(shape, dtype=dtype)")


def test_name_of_keras_that_the_file_has() -> None:
    source = "import tensorflow as tf\nx = tf.compat.v1.zeros_initializer()([3])\n"
    result = process("-", source.encode(), Options(to="native"), is_file=False)
    assert result.after.decode() == "import tensorflow as tf\nx = tf.keras.initializers.Zeros()([3])\n"


#: What stays on the wrapper, and the rule that says why.
KEPT = {
    "f(tf.glorot_uniform_initializer())": "unknown-consumer",
    "i = tf.glorot_uniform_initializer()\nf(i), f(i)": "shared-instance",
    "tf.get_variable('x', [3], initializer=tf.glorot_uniform_initializer(seed=1))": "seeded-freshness",
    "tf.set_random_seed(1)\ntf.get_variable('x', [3], initializer=tf.glorot_uniform_initializer())": "global-seed",
    "tf.get_variable('x', [3], partitioner=p, initializer=tf.contrib.layers.xavier_initializer())": "partition",
    "tf.get_variable('x', [3], initializer=tf.constant_initializer(v))": "list-constant",
    "tf.get_variable('x', [3], initializer=tf.random_uniform_initializer(0, 9, dtype=tf.int32))": "integer-dtype",
    "tf.get_variable('x', [3], initializer=tf.uniform_unit_scaling_initializer())": "rank-1-fan",
    "tf.get_variable('x', [3], initializer=tf.variance_scaling_initializer(mode=m))": "unresolved-arguments",
    "tf.get_variable('x', [3], initializer=tf.random_normal_initializer(*a))": "unresolved-arguments",
    "tf.get_variable('x', [3], initializer=tf.random_normal_initializer)": "unknown-consumer",
    "f(tf.zeros_initializer)": "unknown-consumer",
    "tf.get_variable('x', [3], tf.int32, tf.random_uniform_initializer(0, 10))": "integer-dtype",
    "tf.random_uniform_initializer(0, 10)([3], dtype)": "integer-dtype",
    "tf.constant_initializer(2.7)([2], tf.int32)": "integer-dtype",
    "tf.random_uniform_initializer(0, m)([3])": "unresolved-arguments",
    "tf.get_variable('x', [3], initializer=tf.glorot_uniform_initializer(), **kw)": "unknown-consumer",
    "from tensorflow.compat.v1 import set_random_seed as s\ns(1); tf.glorot_uniform_initializer()([3])": "global-seed",
    "tf.estimator.RunConfig(tf_random_seed=42); tf.glorot_uniform_initializer()([3])": "global-seed",
    "with tf.variable_scope('x', None, None, fixed_size_partitioner(2)):\n"
    " tf.get_variable('x', [3], initializer=tf.glorot_uniform_initializer())": "partition",
    "tf.keras.backend.set_floatx('float64'); tf.zeros_initializer()([3])": "constructor-dtype",
    "z = tf.zeros_initializer()\nz([2], tf.float32, None)": "unknown-consumer",
    "z = tf.zeros_initializer()\nisinstance(z, Z), z([2])": "unknown-consumer",
    "z = tf.zeros_initializer()\nz.dtype": "unknown-consumer",
    "z = tf.zeros_initializer(dtype=tf.float64)\nz([2])": "constructor-dtype",
    "tf.zeros_initializer(dtype=tf.float64)()": "unknown-consumer",
    # A parameter's default is not all that it can be.
    "def f(dtype=tf.float32): return tf.zeros_initializer(dtype=dtype)": "unknown-consumer",
    "i = tf.zeros_initializer(dtype=tf.float64)": "constructor-dtype",
    "tf.keras.layers.MultiHeadAttention(3, 3, kernel_initializer=tf.glorot_uniform_initializer())": "unknown-consumer",
    "tf.keras.layers.LSTM(3, kernel_initializer=tf.glorot_uniform_initializer())": "unknown-consumer",
    "with tf.variable_scope('x', initializer=tf.glorot_uniform_initializer()): pass": "shared-instance",
    "tf.get_variable('x', [3], initializer=tf.constant_initializer(0.0, verify_shape=True))": "unresolved-arguments",
}


@pytest.mark.parametrize("source", KEPT)
def test_kept_on_the_wrapper(source: str) -> None:
    result = migrate(source)
    assert b"tf_initcompat." in result.after
    assert b"keras.initializers." not in result.after
    assert KEPT[source] in {rules.rule(one.rule).name for one in result.kept}


def test_accepted_rule() -> None:
    source = "tf.get_variable('x', [3], initializer=tf.uniform_unit_scaling_initializer(1.4))"
    accepted = body(source, accept=frozenset({"IC112"}))
    assert f'VarianceScaling(scale={1.4**2!r}, mode="fan_in", distribution="uniform")' in accepted
