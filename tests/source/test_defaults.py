"""Findings about variables for which no initializer is named."""

import pytest

from tf_initcompat.source import rules, scan
from tf_initcompat.source.uses.defaults import Kind

SAME, DIFFERENT, INHERITED, UNKNOWN = Kind.SAME, Kind.DIFFERENT, Kind.INHERITED, Kind.UNKNOWN
IMPORTS = """
import functools
import tensorflow.compat.v1 as tf
import tf_slim as slim
init = tf.ones_initializer()
"""


def kinds(code: str) -> dict[str, list[Kind]]:
    """Return the kinds of the defaults of each call, by the name of the callable."""
    file = rules.read(IMPORTS + code)
    found: dict[str, list[Kind]] = {}
    for creation in file.creations:
        found.setdefault(creation.name, []).extend(default.kind for default in file.defaults(creation))
    return found


#: Programs with the kinds of the kernels' defaults; "use_bias=False" keeps the biases out.
PROGRAMS: list[tuple[str, str, list[Kind]]] = [
    # Arguments.
    ("get_variable", "tf.get_variable('w', [3])", [SAME]),
    ("get_variable", "tf.get_variable('w', [3], tf.float32, init)", []),
    ("get_variable", "tf.get_variable('w', [3], initializer=init)", []),
    ("get_variable", "tf.get_variable('w', [3], initializer=None)", [SAME]),
    ("get_variable", "tf.get_variable('w')", [UNKNOWN]),
    ("get_variable", "tf.get_variable('w', initializer=init)", []),
    ("get_variable", "tf.get_variable(*arguments)", [UNKNOWN]),
    ("get_variable", "tf.get_variable('w', [3], **{'initializer': init})", []),
    ("get_variable", "tf.get_variable('w', [3], **{'trainable': False})", [SAME]),
    ("get_variable", "def f(init=None): tf.get_variable('w', [3], initializer=init)", [UNKNOWN]),
    ("get_variable", "def f(init): tf.get_variable('w', [3], initializer=init)", []),
    ("layers.dense", "tf.layers.dense(x, 3, None, False)", [SAME]),
    ("layers.dense", "tf.layers.dense(x, 3, use_bias=False, **options)", [UNKNOWN]),
    ("layers.dense", "tf.layers.dense(x, 3)", [SAME, SAME]),
    ("layers.dense", "tf.layers.dense(x, 3, kernel_initializer=init)", [SAME]),
    ("layers.dense", "functools.partial(tf.layers.dense, use_bias=False)", [SAME]),
    ("layers.dense", "functools.partial(tf.layers.dense, use_bias=False, kernel_initializer=init)", []),
    ("contrib.slim.conv2d", "slim.conv2d(x, 3, 3, biases_initializer=None)", [SAME]),
    ("contrib.slim.conv2d", "slim.conv2d(x, 3, 3, weights_initializer=init)", [SAME]),
    ("contrib.slim.repeat", "slim.repeat(x, 2, slim.conv2d, 3, 3, biases_initializer=None)", [SAME]),
    ("contrib.slim.repeat", "slim.repeat(x, 2, slim.conv2d, 3, 3, weights_initializer=init)", [SAME]),
    ("nn.rnn_cell.LSTMCell", "tf.nn.rnn_cell.LSTMCell(3)", [DIFFERENT, DIFFERENT]),
    ("nn.rnn_cell.LSTMCell", "tf.nn.rnn_cell.LSTMCell(3, True)", [DIFFERENT, DIFFERENT, SAME]),
    ("nn.rnn_cell.LSTMCell", "tf.nn.rnn_cell.LSTMCell(3, initializer=init)", [DIFFERENT]),
    ("feature_column.embedding_column", "tf.feature_column.embedding_column(ids, 3)", [DIFFERENT]),
    ("feature_column.embedding_column", "tf.feature_column.embedding_column(ids, 3, 'mean', init)", []),
    # Scopes.
    ("get_variable", "with tf.variable_scope('a'): tf.get_variable('w', [3])", [SAME]),
    ("get_variable", "with tf.variable_scope('a', initializer=init): tf.get_variable('w', [3])", [INHERITED]),
    ("get_variable", "with tf.variable_scope('a', None, None, init): tf.get_variable('w', [3])", [INHERITED]),
    ("get_variable", "with tf.variable_scope('a', initializer=None): tf.get_variable('w', [3])", [SAME]),
    ("get_variable", "with tf.variable_scope('a', initializer=init): pass\ntf.get_variable('w', [3])", [SAME]),
    (
        "get_variable",
        "with tf.variable_scope('a', initializer=init):\n  with tf.name_scope('b'): tf.get_variable('w', [3])",
        [INHERITED],
    ),
    (
        "get_variable",
        "def f(): tf.get_variable('w', [3])\nwith tf.variable_scope('a', initializer=init): f()",
        [INHERITED],
    ),
    (
        "get_variable",
        "def f(): tf.get_variable('w', [3])\ndef g(): f()\nwith tf.variable_scope('a', initializer=init): g()",
        [INHERITED],
    ),
    ("get_variable", "def f(): f(); tf.get_variable('w', [3])", [SAME]),
    ("keras.layers.Dense", "with tf.variable_scope('a', initializer=init): tf.keras.layers.Dense(3)", [SAME, SAME]),
    ("contrib.slim.conv2d", "with tf.variable_scope('a', initializer=init): slim.conv2d(x, 3, 3)", [SAME, SAME]),
    (
        "nn.rnn_cell.BasicRNNCell",
        "c = tf.nn.rnn_cell.BasicRNNCell(3)\nwith tf.variable_scope('a', initializer=init): tf.nn.dynamic_rnn(c, x)",
        [INHERITED, SAME],
    ),
    # arg_scope.
    (
        "contrib.slim.conv2d",
        "with slim.arg_scope([slim.conv2d], weights_initializer=init): slim.conv2d(x, 3, 3)",
        [INHERITED, SAME],
    ),
    (
        "contrib.slim.conv2d",
        "with slim.arg_scope([slim.conv2d], weights_initializer=init): slim.conv2d(x, 3, 3, weights_initializer=init)",
        [SAME],
    ),
    (
        "contrib.slim.conv2d",
        "with slim.arg_scope([slim.fully_connected], weights_initializer=init): slim.conv2d(x, 3, 3)",
        [SAME, SAME],
    ),
    (
        "contrib.slim.conv2d",
        "LAYERS = [slim.conv2d]\nwith slim.arg_scope(LAYERS, weights_initializer=init): slim.conv2d(x, 3, 3)",
        [INHERITED, SAME],
    ),
    (
        "contrib.slim.conv2d",
        "with slim.arg_scope([slim.convolution2d], weights_initializer=init): slim.conv2d(x, 3, 3)",
        [INHERITED, SAME],
    ),
    (
        "contrib.slim.linear",
        "with slim.arg_scope([slim.fully_connected], weights_initializer=init): slim.linear(x, 3)",
        [INHERITED, SAME],
    ),
    (
        "contrib.slim.repeat",
        "with slim.arg_scope([slim.conv2d], weights_initializer=init): slim.repeat(x, 2, slim.conv2d, 3, 3)",
        [INHERITED, SAME],
    ),
    (
        "contrib.slim.conv2d",
        (
            "def s():\n  with slim.arg_scope([slim.conv2d], weights_initializer=init) as a: return a\n"
            "with slim.arg_scope(s()): slim.conv2d(x, 3, 3)"
        ),
        [INHERITED, SAME],
    ),
    (
        "contrib.slim.conv2d",
        (
            "with slim.arg_scope([slim.conv2d], weights_initializer=init) as a: pass\n"
            "with slim.arg_scope(a): slim.conv2d(x, 3, 3)"
        ),
        [INHERITED, SAME],
    ),
    ("contrib.slim.conv2d", "with slim.arg_scope(other()): slim.conv2d(x, 3, 3)", [UNKNOWN, UNKNOWN]),
    ("contrib.slim.conv2d", "with slim.arg_scope([slim.conv2d], **o): slim.conv2d(x, 3, 3)", [UNKNOWN, UNKNOWN]),
]


@pytest.mark.parametrize(("name", "code", "expected"), PROGRAMS)
def test_kind(name: str, code: str, expected: list[Kind]) -> None:
    assert kinds(code).get(name) == expected


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import tensorflow as tf; slim = tf.contrib.slim; slim.conv2d(x, 3)", "contrib.slim.conv2d"),
        ("from tensorflow.contrib import layers as L; L.conv2d(x, 3)", "contrib.layers.conv2d"),
        ("from tensorflow.contrib.layers.python.layers import layers; layers.conv2d(x, 3)", "contrib.layers.conv2d"),
        ("from tensorflow.python.layers import core; core.Dense(3)", "layers.Dense"),
        ("from tensorflow.python.ops.rnn_cell_impl import GRUCell; GRUCell(3)", "nn.rnn_cell.GRUCell"),
        ("from tensorflow.contrib.rnn.python.ops import core_rnn_cell as c; c.GRUCell(3)", "contrib.rnn.GRUCell"),
        ("from tensorflow.contrib.rnn import GRUCell as G; G(3)", "contrib.rnn.GRUCell"),
        ("from tensorflow.python.ops import variable_scope as vs; vs.get_variable('a', [3])", "get_variable"),
        ("import tensorflow as tf; tf.placeholder(1); tf.keras.layers.Dense(3)", "keras.layers.Dense"),
        ("import tensorflow as tf; f = tf.get_variable; f('a', [3])", "get_variable"),
    ],
)
def test_names(code: str, name: str) -> None:
    assert [creation.name for creation in rules.read(code).creations] == [name]


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow.compat.v2 as tf; tf.keras.layers.Dense(3)",
        "import mylib as tf; tf.get_variable('a', [3])",
        "import tensorflow.compat.v1 as tf; tf.layers.flatten(x); tf.stack([x]); tf.nn.relu(x)",
        "dense(x, 3)",
    ],
)
def test_others_are_silent(code: str) -> None:
    assert scan(code, select=["IC2"]).findings == ()


def test_layers_of_keras_depend_on_the_api_level() -> None:
    code = "import tensorflow as tf; tf.keras.layers.Dense(3)"
    assert [finding.rule for finding in scan(code, select=["IC2"], assume="tf1").findings] == ["IC203"]
    assert scan(code, select=["IC2"], assume="tf2").findings == ()


def test_alternatives() -> None:
    code = IMPORTS + "cell = tf.nn.rnn_cell.GRUCell if big else tf.nn.rnn_cell.BasicRNNCell\ncell(3)"
    found = scan(code, select=["IC201"]).findings
    assert [finding.symbol for finding in found] == ["nn.rnn_cell.BasicRNNCell", "nn.rnn_cell.GRUCell"]


def test_integers_start_at_zero() -> None:
    code = "import tensorflow.compat.v1 as tf; tf.get_variable('step', [], dtype=tf.int64)"
    assert "initializes its variable with zeros" in scan(code, select=["IC203"]).findings[0].message


def test_opt_in() -> None:
    code = IMPORTS + "tf.layers.dense(x, 3)\ntf.nn.rnn_cell.LSTMCell(3)"
    assert {finding.rule for finding in scan(code).findings} == {"IC001", "IC201"}
    assert {finding.rule for finding in scan(code, select=["IC2"]).findings} == {"IC201", "IC203"}
    assert scan(code, ignore=["IC0", "IC201"]).findings == ()


def test_comments_hide_them() -> None:
    code = "import tensorflow.compat.v1 as tf\ntf.nn.rnn_cell.LSTMCell(3)  # tf-initcompat: ignore[IC201]"
    result = scan(code)
    assert (result.findings, result.hidden) == ((), 1)
