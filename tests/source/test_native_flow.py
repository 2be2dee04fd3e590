"""`migrate --to native` follows an initializer through the functions of a tree; what may be wrong stays wrapped."""

import subprocess
import sys
from pathlib import Path

import pytest
from checks import dedent

from tf_initcompat import cli
from tf_initcompat.source import migrate

HEAD = "import tensorflow.compat.v1 as tf\n"
#: An initializer whose instance may make one tensor only, and one whose instance may make any number.
RANDOM = "tf.glorot_uniform_initializer()"
ZEROS = "tf.zeros_initializer()"

#: Programs in which the random instance INIT makes one variable.
ONE_VARIABLE = {
    "a layer": """
        def conv(x, init):
            return tf.get_variable("w", [3, 3], initializer=init)
        conv(1, INIT)
        conv(2, init=INIT)
        """,
    "two levels": """
        def weight(name, init):
            return tf.get_variable(name, [3, 3], initializer=init)
        def conv(x, w_init=None):
            if w_init is None:
                return x
            return weight("w", init=w_init)
        conv(1, INIT)
        """,
    "exclusive branches": """
        def conv(x, init):
            if x:
                return tf.get_variable("w", [3, 3], initializer=init)
            return tf.layers.dense(x, 3, kernel_initializer=init)
        conv(1, INIT)
        """,
    "a method": """
        class Model:
            def weight(self, init):
                return tf.get_variable("w", [3, 3], initializer=init)
            def build(self):
                return self.weight(INIT)
        """,
    "a function that makes it": """
        def make():
            return INIT
        tf.get_variable("a", [3, 3], initializer=make())
        tf.get_variable("b", [3, 3], initializer=make())
        """,
    "a name in the same round of a loop": """
        for i in range(3):
            init = INIT
            tf.get_variable(str(i), [3, 3], initializer=init)
        """,
}
#: Programs in which it may make several variables, or nobody knows what it makes.
SEVERAL_VARIABLES = {
    "two variables": """
        def conv(init):
            return tf.get_variable("a", [3], initializer=init), tf.get_variable("b", [3], initializer=init)
        conv(INIT)
        """,
    "a loop": """
        def conv(init):
            for name in "ab":
                tf.get_variable(name, [3], initializer=init)
        conv(INIT)
        """,
    "a comprehension": """
        def conv(init):
            return [tf.get_variable(name, [3], initializer=init) for name in "ab"]
        conv(INIT)
        """,
    "recursion": """
        def conv(n, init):
            if n:
                return conv(n - 1, init)
            return tf.get_variable(str(n), [3], initializer=init)
        conv(3, INIT)
        """,
    "a nested function": """
        def conv(init):
            def variable(name):
                return tf.get_variable(name, [3], initializer=init)
            return variable("a"), variable("b")
        conv(INIT)
        """,
    "a default": """
        def conv(name, init=INIT):
            return tf.get_variable(name, [3], initializer=init)
        conv("a"), conv("b")
        """,
    "an attribute": """
        class Model:
            def __init__(self):
                self.init = INIT
            def build(self, name):
                return tf.get_variable(name, [3], initializer=self.init)
        """,
    "an assignment that not every round runs": """
        for i in range(3):
            if i == 0:
                init = INIT
            tf.get_variable(str(i), [3], initializer=init)
        """,
    "finally": """
        def conv(init):
            try:
                if init:
                    return tf.get_variable("a", [3], initializer=init)
            finally:
                tf.get_variable("b", [3], initializer=init)
        conv(INIT)
        """,
    "a decorator": """
        def twice(function):
            return lambda init: (function(init), function(init))
        @twice
        def conv(init):
            return tf.get_variable("a", [3], initializer=init)
        conv(INIT)
        """,
    "a list of arguments": """
        def conv(*args):
            return [tf.get_variable("a", [3], initializer=init) for init in args]
        conv(INIT)
        """,
    "all names of the function": """
        def conv(init):
            options = locals()
            return tf.get_variable("a", [3], initializer=init)
        conv(INIT)
        """,
    "two definitions, one unknown": """
        def conv(init):
            return tf.get_variable("a", [3], initializer=init)
        if wide:
            conv = other
        conv(INIT)
        """,
    "a cached function": """
        @functools.lru_cache
        def make():
            return INIT
        tf.get_variable("a", [3], initializer=make())
        tf.get_variable("b", [3], initializer=make())
        """,
}
#: Programs in which a constant makes any number of tensors, and all are known.
KNOWN = {
    "a default and an attribute": """
        class Model:
            def __init__(self, init=INIT):
                self.init = init
            def build(self):
                for name in "ab":
                    tf.get_variable(name, [3], initializer=self.init)
        """,
    "a dict": """
        options = {"w": None, "b": INIT}
        for name in "ab":
            tf.get_variable(name, [3], initializer=options["b"])
        """,
    "keywords": """
        def dense(x, **options):
            return tf.layers.dense(x, 3, **options)
        dense(1, bias_initializer=INIT)
        """,
    "a scope": """
        with tf.variable_scope("x", initializer=INIT):
            pass
        """,
}
#: Programs that use a constant in a way in which a native one may differ, or in an unknown way.
UNKNOWN = {
    "its dtype": "def f(init): return init.dtype\nf(INIT)\n",
    "its class": "def f(init): return isinstance(init, Initializer)\nf(INIT)\n",
    "its config": "def f(init): return init.get_config()\nf(INIT)\n",
    "a third argument": "def f(init): return init([3], tf.float32, None)\nf(INIT)\n",
    "partition_info": "def f(init): return init([3], partition_info=None)\nf(INIT)\n",
    "an unknown function": "def f(init): return g(init)\nf(INIT)\n",
    "its text": "def f(init): return str(init)\nf(INIT)\n",
    "getattr": """
        class Model:
            def __init__(self):
                self.init = INIT
            def build(self):
                return getattr(self, "init").dtype
        """,
    "an attribute of another object": """
        class Model:
            def __init__(self):
                self.init = INIT
        def f(model):
            return model.init.dtype
        """,
}


def native(program: str, init: str) -> bool:
    """Return whether all uses of an initializer in a program become native."""
    code = HEAD + dedent(program).replace("INIT", init)
    result = migrate(code, to="native")
    assert result.error == ""
    assert result.changed
    assert ("tf_initcompat" in result.content) == bool(result.not_converted)
    return not result.not_converted


@pytest.mark.parametrize("name", ONE_VARIABLE)
def test_one_variable_for_each_instance(name: str) -> None:
    assert native(ONE_VARIABLE[name], RANDOM)
    assert native(ONE_VARIABLE[name], ZEROS)


@pytest.mark.parametrize("name", SEVERAL_VARIABLES)
def test_several_variables_keep_the_wrapper(name: str) -> None:
    assert not native(SEVERAL_VARIABLES[name], RANDOM)


@pytest.mark.parametrize("name", KNOWN)
def test_constants_make_any_number(name: str) -> None:
    assert native(KNOWN[name], ZEROS)
    assert not native(KNOWN[name], RANDOM)


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_uses_of_a_constant_keep_the_wrapper(name: str) -> None:
    assert not native(UNKNOWN[name], ZEROS)


TREE = {
    "layers.py": """
        import tensorflow.compat.v1 as tf
        def dense(name, init, b_init=tf.zeros_initializer()):
            bias = tf.get_variable(name + "/b", [50], initializer=b_init)
            return tf.get_variable(name + "/w", [40, 50], initializer=init), bias
        """,
    "model.py": """
        import tensorflow.compat.v1 as tf
        import layers
        from layers import dense
        def build():
            layers.dense("a", tf.glorot_uniform_initializer())
            dense("b", init=tf.glorot_uniform_initializer())
            dense("c", tf.truncated_normal_initializer(stddev=0.1), tf.constant_initializer(1.0))
        """,
}
RUN = """
import model
import tensorflow.compat.v1 as tf
import numpy as np
tf.disable_v2_behavior()
model.build()
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    values = {v.op.name: session.run(v) for v in tf.global_variables()}
print(not np.array_equal(values["a/w"], values["b/w"]))
print([float(values[name + "/b"].mean()) for name in "abc"])
expected = {"a/w": (2 / 90) ** 0.5, "b/w": (2 / 90) ** 0.5, "c/w": 0.1 * 0.87962566}
# Five standard errors of 2,000 values: at most one false alarm in a million.
print([bool(abs(values[name].std() / std - 1) < 5 / 4000 ** 0.5) for name, std in expected.items()])
"""


@pytest.mark.parametrize("is_migrated", [False, True], ids=["before", "after"])
def test_tree_runs_with_the_same_distributions(tmp_path: Path, is_migrated: bool) -> None:
    for name, code in TREE.items():
        (tmp_path / name).write_text(dedent(code))
    if is_migrated:
        assert cli.main(["migrate", "--to", "native", "--write", "--no-remaining", str(tmp_path)]) == 0
        assert "tf_initcompat" not in "".join((tmp_path / name).read_text() for name in TREE)
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-3:] == ["True", "[0.0, 0.0, 1.0]", "[True, True, True]"], done.stderr[-2000:]
