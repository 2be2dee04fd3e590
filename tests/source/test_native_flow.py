"""`migrate --to native` follows an initializer through the functions of a tree; what may be wrong stays wrapped."""

import subprocess
import sys
from pathlib import Path

import pytest
from checks import dedent

from tf_initcompat.source import migrate, migrate_tree

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


#: One program of each kind of proof, in a package under `src` and a script next to it.
TREE = {
    "src/package/__init__.py": "from package.layers import *\n",
    "src/package/layers.py": """
        import functools
        import tensorflow.compat.v1 as tf
        def logged(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return function(*args, **kwargs)
            return wrapper
        @logged
        def dense(name, init, b_init=tf.zeros_initializer(), scale=0.1):
            bias = tf.get_variable(name + "/b", [50], initializer=b_init)
            tf.get_variable(name + "/scale", [2], initializer=tf.constant_initializer(scale))
            return tf.get_variable(name + "/w", [40, 50], initializer=init), bias
        class Base:
            def __init__(self, **options):
                self.options = options
            def weight(self, name, init):
                return dense(name, init, **self.options)
        class Model(Base):
            def weight(self, name, init):
                return super().weight(name, init)
            def build(self):
                self.weight("e", tf.glorot_uniform_initializer())
        """,
    "scripts/model.py": """
        import functools
        import tensorflow.compat.v1 as tf
        import package.layers as layers
        from package.layers import dense, Model
        def build():
            layers.dense("a", tf.glorot_uniform_initializer())
            dense("b", init=tf.glorot_uniform_initializer(), scale=2)
            dense("c", tf.truncated_normal_initializer(stddev=0.1), tf.constant_initializer(1.0))
            layer = functools.partial(dense, scale=0.5)
            layer("d", tf.glorot_uniform_initializer())
            Model(b_init=tf.ones_initializer()).build()
        def constants():
            options = {"init": tf.ones_initializer(), "b_init": tf.constant_initializer(3)}
            with tf.variable_scope("f"):
                dense("g", **options)
        """,
}
RUN = """
import sys
sys.path[:0] = ["src", "scripts"]
import model
import tensorflow.compat.v1 as tf
import numpy as np
tf.disable_v2_behavior()
model.build()
model.constants()
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    values = {v.op.name: session.run(v) for v in tf.global_variables()}
print(not np.array_equal(values["a/w"], values["b/w"]))
constants = {name: v for name, v in sorted(values.items()) if name[-2:] != "/w" or "f" in name}
print({name: [float(v.min()), float(v.max())] for name, v in constants.items()})
glorot = (2 / 90) ** 0.5
expected = {"a/w": glorot, "b/w": glorot, "c/w": 0.1 * 0.87962566, "d/w": glorot, "e/w": glorot}
# Five standard errors of 2,000 values: at most one false alarm in a million.
print([bool(abs(values[name].std() / std - 1) < 5 / 4000 ** 0.5) for name, std in expected.items()])
"""
_TENTH = 0.10000000149011612  # 0.1 in float32
#: Rules of the uses that keep the wrapper: `**options` may contain the scale.
KEPT = {"IC107"}
CONSTANTS = {
    "a/b": 0.0, "a/scale": _TENTH, "b/b": 0.0, "b/scale": 2.0, "c/b": 1.0, "c/scale": _TENTH,
    "d/b": 0.0, "d/scale": 0.5, "e/b": 1.0, "e/scale": _TENTH, "f/g/b": 3.0, "f/g/scale": _TENTH,
    "f/g/w": 1.0,
}  # fmt: skip


@pytest.mark.parametrize("is_migrated", [False, True], ids=["before", "after"])
def test_tree_runs_with_the_same_distributions(tmp_path: Path, is_migrated: bool) -> None:
    for name, code in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(code))
    if is_migrated:
        results = migrate_tree([tmp_path], to="native", jobs=1)
        kept = {finding.rule for result in results for finding in result.not_converted}
        for result in results:
            Path(result.path).write_bytes(result.content)
        assert kept == KEPT
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=False)
    expected = {name: [value, value] for name, value in CONSTANTS.items()}
    assert done.stdout.splitlines()[-3:] == ["True", str(expected), str([True] * 5)], done.stderr[-2000:]


#: The same for tf_slim.
SLIM = """
import tensorflow.compat.v1 as tf
import tf_slim as slim
tf.disable_v2_behavior()
with slim.arg_scope([slim.fully_connected], biases_initializer=tf.constant_initializer(2.0)):
    slim.fully_connected(tf.zeros([1, 2]), 3, scope="h", weights_initializer=tf.zeros_initializer())
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print([session.run(variable).tolist() for variable in tf.global_variables()])
"""


@pytest.mark.parametrize("is_migrated", [False, True], ids=["before", "after"])
def test_arg_scope_runs_with_the_same_values(tmp_path: Path, is_migrated: bool) -> None:
    pytest.importorskip("tf_slim", reason="needs tf_slim")
    path = tmp_path / "model.py"
    path.write_text(SLIM)
    if is_migrated:
        (result,) = migrate_tree([tmp_path], to="native", jobs=1)
        assert not result.not_converted
        path.write_bytes(result.content)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == [str([[[0.0] * 3] * 2, [2.0] * 3])], done.stderr[-2000:]
