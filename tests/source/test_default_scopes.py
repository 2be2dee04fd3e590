"""Initial values that reach a call from afar: scopes of other files, scope objects, setters, custom getters."""

from pathlib import Path

import pytest

from tf_initcompat.source import scan, scan_tree

IMPORTS = "import tensorflow.compat.v1 as tf\nimport tf_slim as slim\ninit = tf.ones_initializer()\n"
VARIABLE = "tf.get_variable('w', [3])"
#: Programs of one file with the rule and the end of the message about the last call.
PROGRAMS = [
    # set_initializer.
    (
        f"with tf.variable_scope('a') as s:\n  s.set_initializer(init)\n  {VARIABLE}",
        "IC202",
        "init of the set_initializer in line 5; Keras has no such scopes",
    ),
    (
        f"with tf.variable_scope('a'):\n  tf.get_variable_scope().set_initializer(init)\n  {VARIABLE}",
        "IC202",
        "init of the set_initializer in line 5; Keras has no such scopes",
    ),
    (
        f"tf.get_variable_scope().set_initializer(init)\n{VARIABLE}",
        "IC202",
        "glorot_uniform, or with init of the set_initializer in line 4; Keras has no such scopes",
    ),
    (
        f"with tf.variable_scope('a') as s:\n  {VARIABLE}\n  s.set_initializer(init)",
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    (
        f"with tf.variable_scope('a') as s:\n  s.set_initializer(init)\n{VARIABLE}",
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    # Custom getters.
    (
        f"with tf.variable_scope('a', custom_getter=getter):\n  {VARIABLE}",
        "IC204",
        "the variable_scope in line 4 cannot be followed",
    ),
    (
        f"with tf.variable_scope('a', custom_getter=None):\n  {VARIABLE}",
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    ("tf.get_variable('w', [3], custom_getter=getter)", "IC204", "the custom getter may replace it"),
    (
        (
            "with tf.variable_scope('a', custom_getter=getter):\n"
            "  cell = tf.nn.rnn_cell.BasicRNNCell(3)\n  tf.nn.dynamic_rnn(cell, x)"
        ),
        "IC203",
        "Keras' SimpleRNN does as well",
    ),
    # Initializers that are functions, or None.
    (
        f"def make(shape): return 1\nwith tf.variable_scope('a', initializer=make):\n  {VARIABLE}",
        "IC202",
        "make of the variable_scope in line 5; Keras has no such scopes",
    ),
    (
        f"def f(make=None):\n  with tf.variable_scope('a', initializer=make):\n    {VARIABLE}",
        "IC202",
        "glorot_uniform, or with make of the variable_scope in line 5; Keras has no such scopes",
    ),
    # Scope objects.
    (
        f"with tf.variable_scope('a', initializer=init) as s: pass\nwith tf.variable_scope(s):\n  {VARIABLE}",
        "IC202",
        "init of the variable_scope in line 4; Keras has no such scopes",
    ),
    (
        f"with tf.variable_scope('a') as s: pass\nwith tf.variable_scope(s):\n  {VARIABLE}",
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    (
        (
            f"with tf.variable_scope('a', initializer=init) as s: f(s)\ndef g(scope):\n"
            f"  with tf.variable_scope(scope):\n    {VARIABLE}"
        ),
        "IC204",
        "the variable_scope in line 6 cannot be followed",
    ),
    (
        (
            f"with tf.variable_scope('a', initializer=init): pass\ndef g(scope='b'):\n"
            f"  with tf.variable_scope(scope):\n    {VARIABLE}"
        ),
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    (
        f"def g(scope):\n  with tf.variable_scope(scope):\n    {VARIABLE}",
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    # Callables that are passed on.
    ("make(tf.layers.dense)", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("make(layer=tf.layers.dense)", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("LAYERS = {'dense': tf.layers.dense}", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("LAYERS = [tf.layers.dense]", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("class Mine(tf.layers.Dense): pass", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("(f := tf.layers.dense)(x, 3)", "IC204", "it is passed on or derived from, and called elsewhere"),
    (
        "class Net:\n  layer = tf.layers.dense\n  def f(self): self.layer(x, 3)",
        "IC204",
        "it is passed on or derived from, and called elsewhere",
    ),
    ("for layer in [tf.layers.dense]: layer(x, 3)", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("{'a': tf.layers.dense}['a'](x, 3)", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("(tf.layers.dense if a else b)(x, 3)", "IC204", "it is passed on or derived from, and called elsewhere"),
    ("getattr(tf.layers, 'dense')(x, 3, use_bias=False)", "IC203", "Keras' Dense does as well"),
    # Scopes in another form.
    (
        f"scope = tf.variable_scope('a', initializer=init)\nwith scope:\n  {VARIABLE}",
        "IC202",
        "init of the variable_scope in line 4; Keras has no such scopes",
    ),
    (
        (
            "import contextlib\nwith contextlib.ExitStack() as stack:\n"
            f"  stack.enter_context(tf.variable_scope('a', initializer=init))\n  {VARIABLE}"
        ),
        "IC202",
        "init of the variable_scope in line 6; Keras has no such scopes",
    ),
    (
        f"with tf.variable_scope('a', **options):\n  {VARIABLE}",
        "IC204",
        "the variable_scope in line 4 cannot be followed",
    ),
    (
        (
            "@contextlib.contextmanager\ndef scoped():\n  with tf.variable_scope('a', initializer=init): yield\n"
            f"with scoped():\n  {VARIABLE}"
        ),
        "IC202",
        "init of the variable_scope in line 6; Keras has no such scopes",
    ),
    (
        f"def scoped():\n  with scoped(): yield\nwith scoped():\n  {VARIABLE}",
        "IC203",
        "Keras' Layer.add_weight does as well",
    ),
    (
        (
            "def scoped(f):\n  def g():\n    with tf.variable_scope('a', initializer=init): return f()\n  return g\n"
            f"@scoped\ndef net(): {VARIABLE}"
        ),
        "IC202",
        "glorot_uniform, or with init of the variable_scope in line 6; Keras has no such scopes",
    ),
    ("def choose(): return tf.layers.dense", "IC204", "it is passed on or derived from, and called elsewhere"),
]


@pytest.mark.parametrize(("code", "rule", "end"), PROGRAMS)
def test_one_file(code: str, rule: str, end: str) -> None:
    last = scan(IMPORTS + code, select=["IC2"]).findings[-1]
    assert (last.rule, last.message[-len(end) :]) == (rule, end)


@pytest.mark.parametrize(
    "code",
    [
        "isinstance(layer, (tf.layers.Dense, tf.layers.Conv2D))",
        "def f(layer: tf.layers.Dense) -> tf.layers.Dense: pass",
        "LAYERS = [slim.conv2d]\nwith slim.arg_scope(LAYERS, normalizer_fn=None): pass",
        "with slim.arg_scope([slim.conv2d, slim.fully_connected], activation_fn=None): pass",
    ],
)
def test_callables_that_are_not_passed_on(code: str) -> None:
    assert scan(IMPORTS + code, select=["IC2"]).findings == ()


#: A module, and a file that opens a scope around it, with the rule and the message about the module's variable.
MODULE = "import tensorflow.compat.v1 as tf\n\ndef net(x):\n    return tf.get_variable('w', [3, 4])\n"
METHOD = (
    "import tensorflow.compat.v1 as tf\n\nclass Net:\n    def __call__(self):\n        return self._w()\n"
    "    def _w(self):\n        return tf.get_variable('w', [3, 4])\n"
)
TREES = [
    (MODULE, "import model\nwith tf.variable_scope('a', initializer=init):\n    model.net(x)", "IC202"),
    (MODULE, "from model import net\nwith tf.variable_scope('a', initializer=init):\n    net(x)", "IC202"),
    (
        MODULE,
        "from model import net\ndef run(): net(x)\nwith tf.variable_scope('a', initializer=init):\n    run()",
        "IC202",
    ),
    (MODULE, "import model\nwith tf.variable_scope('a') as s:\n    s.set_initializer(init)\n    model.net(x)", "IC202"),
    (METHOD, "from model import Net\nwith tf.variable_scope('a', initializer=init):\n    Net()()", "IC202"),
    (MODULE, "import model\nwith tf.variable_scope('a'):\n    model.net(x)", "IC203"),
    (MODULE, "import model\nwith tf.variable_scope('a', initializer=init):\n    model.other(x)", "IC203"),
    (MODULE, "import other\nwith tf.variable_scope('a', initializer=init):\n    other.net(x)", "IC203"),
]


@pytest.mark.parametrize(("module", "caller", "rule"), TREES)
def test_scopes_of_other_files(module: str, caller: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(module)
    (tmp_path / "train.py").write_text(f"import tensorflow.compat.v1 as tf\n{caller}\n")
    (result,) = [result for result in scan_tree([tmp_path], select=["IC2"]) if result.path.endswith("model.py")]
    (finding,) = result.findings
    assert finding.rule == rule
    if rule == "IC202":
        assert finding.message.startswith("tf.get_variable initializes its variable with glorot_uniform, or with init")
        assert " of train.py; " in finding.message
