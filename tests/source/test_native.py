"""`migrate --to native`: what becomes plain Keras has the legacy distribution; the rest becomes wrappers."""

from pathlib import Path

import legacy
import pytest
import tensorflow as tf
from checks import check_compiles, check_transformed, dedent

from tf_initcompat import parity
from tf_initcompat.source import MigrateResult, migrate

HEAD = "import tensorflow.compat.v1 as tf\n"


def migrate_body(body: str, accept: tuple[str, ...] = ()) -> MigrateResult[str]:
    """Return the result for a program that begins with an import of TensorFlow 1; a second run changes nothing."""
    result = migrate(HEAD + dedent(body), to="native", accept=accept)
    assert result.error == ""
    check_compiles(result.content)
    assert not migrate(result.content, to="native").is_changed
    return result


def without_imports(code: str) -> str:
    """Return code without its import statements."""
    return "".join(line for line in code.splitlines(keepends=True) if not line.startswith(("import ", "from ")))


#: Uses of Keras' lookups and its base class, their native code, and the rules that keep the wrapper.
LOOKUPS = [
    ("tf.keras.initializers.get(name)", "tf_initcompat.keras.initializers.get(name)", ["IC122"]),
    ("tf.keras.initializers.get('zeros')", "keras.initializers.get('zeros')", []),
    ("tf.keras.initializers.deserialize(x)", "tf_initcompat.keras.initializers.deserialize(x)", ["IC122"]),
    ("tf.keras.initializers.serialize(x)", "keras.initializers.serialize(x)", []),
    (
        "tf.keras.initializers.serialize(x, use_legacy_format=True)",
        "tf_initcompat.keras.initializers.serialize(x, use_legacy_format=True)",
        ["IC118"],
    ),
    ("class A(tf.keras.initializers.Initializer): pass", "class A(keras.initializers.Initializer): pass", []),
    ("isinstance(x, tf.keras.initializers.Initializer)", "isinstance(x, keras.initializers.Initializer)", []),
]


@pytest.mark.parametrize(("before", "after", "reasons"), LOOKUPS)
def test_lookups_and_the_base_class(before: str, after: str, reasons: list[str]) -> None:
    result = migrate_body(f"{before}\n")
    assert without_imports(result.content) == f"{after}\n"
    assert [finding.rule for finding in result.not_converted] == reasons


def test_imported_lookups_and_the_base_class() -> None:
    result = migrate_body(
        """
        from tensorflow.compat.v1.keras.initializers import Initializer, get
        class A(Initializer): pass
        get(name)
        """
    )
    assert without_imports(result.content) == "class A(keras.initializers.Initializer): pass\nget(name)\n"
    assert "from tf_initcompat.keras.initializers import get\n" in result.content
    assert [finding.rule for finding in result.not_converted] == ["IC122"]


#: Calls and the native code of each, as the initializer of one variable.
CALLS = {
    "zeros_initializer()": "Zeros()",
    "ones_initializer(tf.float32)": "Ones()",
    "constant_initializer(0.5)": "Constant(value=0.5)",
    "initializers.identity(gain=2.0)": "Identity(gain=2.0)",
    "orthogonal_initializer()": "Orthogonal()",
    "random_normal_initializer()": "RandomNormal(mean=0.0, stddev=1.0)",
    "random_normal_initializer(0.5, 0.1)": "RandomNormal(mean=0.5, stddev=0.1)",
    "truncated_normal_initializer(stddev=0.02)": "TruncatedNormal(mean=0.0, stddev=0.02)",
    "random_uniform_initializer()": "RandomUniform(minval=0, maxval=1.0)",
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
    result = migrate_body(f"tf.get_variable('x', [3], initializer=tf.{call})\n")
    expected = f"tf.get_variable('x', [3], initializer=keras.initializers.{CALLS[call]})\n"
    assert without_imports(result.content) == expected


@pytest.mark.parametrize("call", CALLS)
def test_native_distribution(call: str) -> None:
    name, _, arguments = call.partition("(")
    real = legacy.real(name)
    # The native code is executed and compared with the real symbol. The rate of false alarms is 1e-3 for each call.
    namespace = {"tf": tf.compat.v1, "keras": tf.keras, "real": real}
    parity.assert_parity(
        lambda: eval(f"real({arguments}", namespace),
        lambda: eval(f"keras.initializers.{CALLS[call]}", namespace),
        arguments={},
        shape=(300, 200),
        dtype="float32",
        checks=parity.DISTRIBUTION,
        contexts=("eager",),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = tf.zeros_initializer(dtype=tf.float64)([3])", "x = keras.initializers.Zeros()([3], dtype=tf.float64)"),
        ("x = tf.zeros_initializer(tf.int32)(shape=s)", "x = keras.initializers.Zeros()(shape=s, dtype=tf.int32)"),
        ("x = tf.ones_initializer(tf.int32)([3], tf.int64)", "x = keras.initializers.Ones()([3], tf.int64)"),
        (
            """
            i = tf.zeros_initializer()
            i([3]), tf.get_variable('x', [3], tf.float32, i)
            """,
            """
            i = keras.initializers.Zeros()
            i([3]), tf.get_variable('x', [3], tf.float32, i)
            """,
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
        (
            """
            x = tf.variance_scaling_initializer(scale=d['x'], mode='fan_out')(
                [3])
            """,
            """
            x = keras.initializers.VarianceScaling(scale=d['x'], mode="fan_out", distribution="truncated_normal")(
                [3])
            """,
        ),
    ],
)
def test_dtype_and_consumers(before: str, after: str) -> None:
    assert without_imports(migrate_body(before).content) == dedent(after)


IMPORTED = [
    pytest.param(
        """
        from tensorflow.compat.v1 import zeros_initializer as z, placeholder
        z()([2]), placeholder
        """,
        """
        from tensorflow.compat.v1 import placeholder
        from tensorflow import keras
        keras.initializers.Zeros()([2]), placeholder
        """,
        id="a name that nothing reads any more",
    ),
    pytest.param(
        """
        from tensorflow.contrib.layers import xavier_initializer as x
        x(True)([2]), x(seed=3)([3])
        """,
        """
        from tf_initcompat.contrib.layers import xavier_initializer as x
        from tensorflow.compat.v2 import keras
        keras.initializers.VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform")([2]), x(seed=3)([3])
        """,
        id="a name that is not converted everywhere",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import zeros_initializer, ones_initializer
        zeros_initializer()([2]), ones_initializer()([3]), ones_initializer
        """,
        """
        from tensorflow import keras
        from tf_initcompat import ones_initializer
        keras.initializers.Zeros()([2]), keras.initializers.Ones()([3]), ones_initializer
        """,
        id="one of two names",
    ),
    pytest.param(
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
        id="a public name",
    ),
]


@pytest.mark.parametrize(("before", "after"), IMPORTED)
def test_imported_names(before: str, after: str) -> None:
    check_transformed(before, after, to="native")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("import tensorflow.compat.v1 as tf\ntf.set_random_seed(1)\n", "global-seed"),
        ("p = tf.fixed_size_partitioner(2)\n", "partition"),
        ("with tf.variable_scope('a', partitioner=p): pass\n", "partition"),
        ("with tf.variable_scope('a', partitioner=None): pass\n", ""),
    ],
)
def test_effects_of_other_files_of_the_tree(tmp_path: Path, other: str, reason: str) -> None:
    (tmp_path / "train.py").write_text(other)
    source = HEAD + "tf.get_variable('x', [3], initializer=tf.glorot_uniform_initializer())\n"
    result = migrate(source, path=tmp_path / "model.py", to="native")
    assert [finding.name for finding in result.not_converted] == ([reason] if reason else [])
    assert ("tf_initcompat" in result.content) == bool(reason)


@pytest.mark.parametrize(
    "program",
    [
        """
        import tensorflow.compat.v1 as t
        if TYPE_CHECKING:
            import tensorflow as tf2
        x = t.zeros_initializer()([3])
        """,
        """
        import tensorflow.compat.v1 as t
        x = t.zeros_initializer()([3])
        import tensorflow as tf2
        """,
    ],
    ids=["under a condition", "below"],
)
def test_name_of_keras_that_is_not_bound_yet(program: str) -> None:
    assert "x = keras.initializers.Zeros()([3])" in migrate(dedent(program), to="native").content


@pytest.mark.parametrize("to", ["native", "shim"])
def test_native_is_not_legacy_again(to: str) -> None:
    """In a file for TensorFlow 1, native code has a spelling that no later run takes for TensorFlow 1's."""
    result = check_transformed(
        """
        import tensorflow as tf
        tf.placeholder()
        w = tf.get_variable('w', [3], initializer=tf.zeros_initializer())
        """,
        """
        import tensorflow as tf
        tf.placeholder()
        w = tf.get_variable('w', [3], initializer=tf.compat.v2.keras.initializers.Zeros())
        """,
        to="native",
    )
    again = migrate(result.content, to=to)
    assert not again.findings
    assert not again.is_changed


def test_native_is_not_legacy_in_a_tree_for_tensorflow_1(tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text("import tensorflow.compat.v1 as tfv1\n")
    model = tmp_path / "model.py"
    source = "from compat import tfv1 as tf\nw = tf.get_variable('w', [3], initializer=tf.zeros_initializer())\n"
    result = migrate(source, path=model, to="native")
    assert "from tensorflow.compat.v2 import keras\n" in result.content
    assert not migrate(result.content, path=model, to="native", assume="tf1").is_changed


def test_dtype_of_a_parameter_stays() -> None:
    result = migrate_body("def f(shape, dtype=tf.float32): return tf.random_normal_initializer(dtype=dtype)(shape)")
    assert result.content.endswith("keras.initializers.RandomNormal(mean=0.0, stddev=1.0)(shape, dtype=dtype)")


def test_name_of_keras_that_the_file_has() -> None:
    check_transformed(
        """
        import tensorflow as tf
        x = tf.compat.v1.zeros_initializer()([3])
        """,
        """
        import tensorflow as tf
        x = tf.keras.initializers.Zeros()([3])
        """,
        to="native",
    )


#: Programs that are not converted, and the rule with the reason.
NOT_CONVERTED = {
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
    "tf.keras.backend.set_floatx('float64'); tf.initializers.he_normal()([3])": "constructor-dtype",
    "z = tf.zeros_initializer()\nz([2], tf.float32, None)": "unknown-consumer",
    "z = tf.zeros_initializer()\nisinstance(z, Z), z([2])": "unknown-consumer",
    "z = tf.zeros_initializer()\nz.dtype": "unknown-consumer",
    "z = tf.zeros_initializer(dtype=tf.float64)\nz([2])": "constructor-dtype",
    "tf.zeros_initializer(dtype=tf.float64)()": "unknown-consumer",
    # A parameter's default is only one of its values.
    "def f(dtype=tf.float32): return tf.zeros_initializer(dtype=dtype)": "unknown-consumer",
    "i = tf.zeros_initializer(dtype=tf.float64)": "constructor-dtype",
    "tf.keras.layers.MultiHeadAttention(3, 3, kernel_initializer=tf.glorot_uniform_initializer())": "unknown-consumer",
    "tf.layers.separable_conv2d(x, 3, 3, depthwise_initializer=tf.glorot_uniform_initializer())": "unknown-consumer",
    "tf.keras.layers.SeparableConv2D(3, 3, depthwise_initializer=tf.glorot_uniform_initializer())": "unknown-consumer",
    "tf.keras.layers.LSTM(3, kernel_initializer=tf.glorot_uniform_initializer())": "unknown-consumer",
    "with tf.variable_scope('x', initializer=tf.glorot_uniform_initializer()): pass": "shared-instance",
    "tf.get_variable('x', [3], initializer=tf.constant_initializer(0.0, verify_shape=True))": "unresolved-arguments",
    "tf.get_variable('x', [3, 2, 4], initializer=tf.contrib.framework.convolutional_orthogonal_1d())": (
        "no-native-initializer"
    ),
}


@pytest.mark.parametrize("source", NOT_CONVERTED)
def test_not_converted(source: str) -> None:
    result = migrate_body(source)
    assert "tf_initcompat." in result.content
    assert "keras.initializers." not in result.content
    assert NOT_CONVERTED[source] in {finding.name for finding in result.not_converted}


def test_call_without_native_code_leaves_nothing_behind() -> None:
    check_transformed(
        """
        import tensorflow.compat.v1 as tf
        x = tf.variance_scaling_initializer(mode=m)([3])
        """,
        """
        import tf_initcompat
        x = tf_initcompat.variance_scaling_initializer(mode=m)([3])
        """,
        to="native",
    )


@pytest.mark.parametrize("key", ["IC112", "rank-1-fan", "IC11"])
def test_accepted_rule(key: str) -> None:
    source = "tf.get_variable('x', [3], initializer=tf.uniform_unit_scaling_initializer(1.4))"
    result = migrate_body(source, accept=(key,))
    assert f'VarianceScaling(scale={1.4**2!r}, mode="fan_in", distribution="uniform")' in result.content


def test_accepted_rule_needs_a_call() -> None:
    """The native class has other defaults than the legacy one."""
    result = migrate_body("f(tf.random_normal_initializer), f(tf.zeros_initializer)", accept=("unknown-consumer",))
    body = without_imports(result.content)
    assert body == "f(tf_initcompat.random_normal_initializer), f(keras.initializers.Zeros)"
    assert [finding.name for finding in result.not_converted] == ["unresolved-arguments"]


def test_a_module_that_is_deleted_is_not_read() -> None:
    check_transformed(
        """
        import tensorflow as t
        del t
        import tensorflow.compat.v1 as tf
        tf.zeros_initializer()([3])
        """,
        """
        import tensorflow as t
        del t
        from tensorflow import keras
        keras.initializers.Zeros()([3])
        """,
        to="native",
    )


def test_a_parameter_hides_the_module() -> None:
    check_transformed(
        """
        import tensorflow as tf
        import tensorflow.compat.v1 as v1
        tf.random.set_seed, v1.placeholder
        def build(tf):
            return v1.get_variable("x", [3], initializer=v1.zeros_initializer())
        """,
        """
        import tensorflow as tf
        import tensorflow.compat.v1 as v1
        from tensorflow import keras
        tf.random.set_seed, v1.placeholder
        def build(tf):
            return v1.get_variable("x", [3], initializer=keras.initializers.Zeros())
        """,
        to="native",
    )
