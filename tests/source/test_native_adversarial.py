"""Programs made to mislead `migrate --to native`: each one reads as a proof, and something else makes it wrong."""

from pathlib import Path

import pytest
from checks import dedent

from tf_initcompat.source import migrate_tree

#: Initializers whose instance may make one tensor only, and any number.
RANDOM = "tf.glorot_uniform_initializer()"
ZEROS = "tf.zeros_initializer()"
HEAD = "import tensorflow.compat.v1 as tf\n"

#: A layer that makes one variable with its initializer, and one that makes two.
LAYERS = """
    def one(init):
        return tf.get_variable("w", [3, 3], initializer=init)
    def two(init):
        return tf.get_variable("a", [3, 3], initializer=init), tf.get_variable("b", [3, 3], initializer=init)
    """

#: Trees of modules in which the random instance INIT makes one variable: what the misleading ones look like.
PLAIN = {
    "a module": {"layers": LAYERS, "model": "import layers\nlayers.one(INIT)\n"},
    "an import under a condition": {
        "layers": LAYERS,
        "model": """
            try:
                from layers import one
            except ImportError:
                from layers import one
            one(INIT)
            """,
    },
    "a name for a function": {"layers": LAYERS, "model": "import layers\nlayer = layers.one\nlayer(INIT)\n"},
    "a method": {
        "model": """
            class Model:
                def one(self, init):
                    return tf.get_variable("w", [3], initializer=init)
                def build(self):
                    self.one(INIT)
            """
    },
    "super()": {
        "model": """
            class Base:
                def one(self, init):
                    return tf.get_variable("w", [3], initializer=init)
            class Model(Base):
                def one(self, init):
                    return super().one(init)
                def build(self):
                    self.one(INIT)
            """
    },
    "a decorator": {
        "model": """
            def logged(function):
                def wrapper(*args, **kwargs):
                    print(function)
                    return function(*args, **kwargs)
                return wrapper
            @logged
            def one(init):
                return tf.get_variable("w", [3], initializer=init)
            one(INIT)
            """
    },
    "a seed in a script that imports other modules": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "train": "import model\n",
        "plot": "import other\ntf.set_random_seed(1)\n",
        "other": "import numpy\n",
    },
    "a seed in a test": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "test_model": "tf.set_random_seed(1)\n",
    },
}
#: Trees in which the random instance makes several variables, or variables that a native one makes in another way.
SEVERAL = {
    "a function of a module is replaced": {
        "layers": LAYERS,
        "model": "import layers\nlayers.one(INIT)\n",
        "main": "import layers\nlayers.one = layers.two\n",
    },
    "a function is replaced by its name": {
        "layers": LAYERS,
        "model": "import layers\nlayers.one(INIT)\n",
        "main": "import layers\nsetattr(layers, 'one', layers.two)\n",
    },
    "a function is replaced in its own module": {
        "layers": LAYERS + "globals()['one'] = two\n",
        "model": "import layers\nlayers.one(INIT)\n",
    },
    "a function is bound again": {"layers": LAYERS + "one = two\n", "model": "import layers\nlayers.one(INIT)\n"},
    "two functions of one name": {
        "layers": LAYERS,
        "model": """
            import layers
            def one(init):
                return layers.one(init)
            def one(init):
                return layers.two(init)
            one(INIT)
            """,
    },
    "a function of TensorFlow is replaced": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": "tf.get_variable = twice\n",
    },
    "a global function is bound again": {
        "model": """
            import layers
            one = layers.one
            def use(function):
                global one
                one = function
            one(INIT)
            """,
        "layers": LAYERS,
    },
    "an import under a condition": {
        "layers": LAYERS,
        "model": """
            try:
                from layers import one
            except ImportError:
                from layers import two as one
            one(INIT)
            """,
    },
    "an import from outside under a condition": {
        "layers": LAYERS,
        "model": """
            try:
                from fast_layers import one
            except ImportError:
                from layers import one
            one(INIT)
            """,
    },
    "two modules of one name": {
        "a/layers": LAYERS,
        "layers": LAYERS.replace("def one", "def other").replace("def two", "def one"),
        "a/model": "from layers import one\none(INIT)\n",
    },
    "a parameter hides a function": {
        "layers": LAYERS,
        "model": """
            from layers import one, two
            def build(one):
                one(INIT)
            build(two)
            """,
    },
    "a local function hides another": {
        "layers": LAYERS,
        "model": """
            from layers import one
            def build():
                def one(init):
                    return [tf.get_variable(name, [3], initializer=init) for name in "ab"]
                one(INIT)
            """,
    },
    "a derived class overrides the method": {
        "model": """
            class Model:
                def one(self, init):
                    return tf.get_variable("w", [3], initializer=init)
                def build(self):
                    self.one(INIT)
            """,
        "other": LAYERS
        + """
    from model import Model as Base
    class Derived(Base):
        def one(self, init):
            return two(init)
    """,
    },
    "a derived class binds the method": {
        "model": LAYERS
        + """
    class Model:
        def one(self, init):
            return one(init)
        def build(self):
            self.one(INIT)
    class Derived(Model):
        one = staticmethod(two)
    """
    },
    "a class defines the method twice": {
        "model": LAYERS
        + """
    class Model:
        def one(self, init):
            return one(init)
        if wide:
            def one(self, init):
                return two(init)
        def build(self):
            self.one(INIT)
    """
    },
    "an object gets a method": {
        "model": LAYERS
        + """
    class Model:
        def one(self, init):
            return one(init)
        def build(self):
            self.one(INIT)
    model = Model()
    model.one = two
    """
    },
    "super() leads to a class next to the base": {
        "model": LAYERS
        + """
    class Base:
        def one(self, init):
            return one(init)
    class Model(Base):
        def one(self, init):
            return super().one(init)
        def build(self):
            self.one(INIT)
    class Other(Base):
        def one(self, init):
            return two(init)
    class Both(Model, Other):
        pass
    """
    },
    "a class made by a call": {
        "model": LAYERS
        + """
    class Model:
        def one(self, init):
            return one(init)
        def build(self):
            self.one(INIT)
    Derived = type("Derived", (Model,), {"one": lambda self, init: two(init)})
    """
    },
    "a decorator that calls twice": {
        "model": """
            def twice(function):
                def wrapper(*args, **kwargs):
                    function(*args, **kwargs)
                    return function(*args, **kwargs)
                return wrapper
            @twice
            def one(init):
                return tf.get_variable(tf.get_variable_scope().name, [3], initializer=init)
            one(INIT)
            """
    },
    "a decorator that calls in a loop": {
        "model": """
            def thrice(function):
                def wrapper(*args, **kwargs):
                    for _ in range(3):
                        function(*args, **kwargs)
                return wrapper
            @thrice
            def one(init):
                return tf.get_variable(name(), [3], initializer=init)
            one(INIT)
            """
    },
    "a decorator that keeps arguments": {
        "model": """
            def kept(function):
                def wrapper(*args, **kwargs):
                    wrapper.last = kwargs
                    return function(*args, **kwargs)
                return wrapper
            @kept
            def one(init):
                return tf.get_variable("w", [3], initializer=init)
            one(init=INIT)
            tf.get_variable("b", [3], initializer=one.last["init"])
            """
    },
    "a decorator of a known name": {
        "model": LAYERS
        + """
    def add_arg_scope(function):
        return two
    @add_arg_scope
    def conv(init):
        return one(init)
    conv(INIT)
    """
    },
    "a decorator that returns another function": {
        "model": LAYERS
        + """
    def other(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return two if wide else wrapper
    @other
    def conv(init):
        return one(init)
    conv(INIT)
    """
    },
    "a closure that is called twice": {
        "model": """
            def layer(init):
                return lambda name: tf.get_variable(name, [3], initializer=init)
            make = layer(INIT)
            make("a"), make("b")
            """
    },
    "a default": {
        "model": """
            def layer(name, init=INIT):
                return tf.get_variable(name, [3], initializer=init)
            layer("a"), layer("b")
            """
    },
    "keywords that are unpacked twice": {
        "model": """
            def layer(**options):
                tf.layers.dense(x, 3, **options)
                tf.layers.dense(x, 3, **options)
            layer(kernel_initializer=INIT)
            """
    },
    "a function that keeps its result": {
        "model": """
            KEPT = None
            def make():
                global KEPT
                if KEPT is None:
                    KEPT = INIT
                return KEPT
            tf.get_variable("a", [3], initializer=make()), tf.get_variable("b", [3], initializer=make())
            """
    },
    "a function that is cached later": {
        "model": """
            import functools
            def make():
                return INIT
            make = functools.lru_cache(make)
            tf.get_variable("a", [3], initializer=make()), tf.get_variable("b", [3], initializer=make())
            """
    },
    "a function of a package in another folder": {
        "src/package/layers": "def make():\n    return INIT\n",
        "scripts/model": """
            import package.layers
            kept = package.layers.make()
            tf.get_variable("a", [3], initializer=kept), tf.get_variable("b", [3], initializer=kept)
            """,
    },
    "two names": {
        "model": """
            first = second = INIT
            tf.get_variable("a", [3], initializer=first), tf.get_variable("b", [3], initializer=second)
            """
    },
    "a name inside of an expression": {
        "model": """
            tf.get_variable("a", [3], initializer=(kept := INIT))
            tf.get_variable("b", [3], initializer=kept)
            """
    },
    "eval": {
        "model": """
            kept = INIT
            def build():
                return eval("tf.get_variable('b', [3], initializer=kept)")
            tf.get_variable("a", [3], initializer=kept)
            """
    },
    "a loop inside the layer of another module": {
        "layers": """
            def stack(init, depth=3):
                while depth:
                    tf.get_variable(str(depth), [3], initializer=init)
                    depth -= 1
            """,
        "model": "from layers import stack\nstack(INIT)\n",
    },
    "functions that call each other": {
        "model": """
            def even(n, init):
                return odd(n - 1, init) if n else tf.get_variable("w", [3], initializer=init)
            def odd(n, init):
                tf.get_variable(str(n), [3], initializer=init)
                return even(n - 1, init)
            even(4, INIT)
            """
    },
    "a partitioner from outside": {
        "layers": """
            def table(init, partitioner=None):
                return tf.get_variable("w", [9, 3], initializer=init, partitioner=partitioner)
            """,
        "model": "from layers import table\ntable(INIT)\n",
    },
    "a partitioner of a scope": {
        "model": 'tf.get_variable("w", [9, 3], initializer=INIT)\n',
        "main": "import model\ntf.get_variable_scope().set_partitioner(model.split)\n",
    },
    "a partitioner by position": {
        "model": 'tf.get_variable("w", [9, 3], tf.float32, INIT, None, True, None, None, split)\n',
    },
    "a seed that the caller sets": {
        "layers": LAYERS,
        "model": "from layers import one\none(INIT)\n",
        "main": "tf.set_random_seed(1)\nimport model\n",
    },
    "a seed in a script that imports the module through others": {
        "package/layers": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "package/__init__": "from . import layers\n",
        "package/tools": "",
        "train": "from package import tools\ntf.set_random_seed(1)\n",
    },
    "a seed in the package of a script": {
        "package/layers": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "package/__init__": "from package.layers import *\n",
        "package/train": "tf.set_random_seed(1)\n",
    },
    "a seed in a module that both import": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "setup_run": "tf.set_random_seed(1)\n",
        "train": "import setup_run, model\n",
    },
    "a seed in a module that is loaded by its name": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "setup_run": "tf.set_random_seed(1)\n",
        "train": "import importlib\nfor name in names:\n    importlib.import_module(name)\n",
    },
    "a seed in a script that loads modules by name": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "train": "tf.set_random_seed(1)\n__import__(name)\n",
    },
    "a seed that is set by its name": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": 'import model\ngetattr(tf, "set_random_seed")(1)\n',
    },
    "a seed of a graph": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": "import model\ng = tf.Graph()\ng.seed = 1\n",
    },
    "a seed in the fixtures of a test": {
        "tests/conftest": "tf.set_random_seed(1)\n",
        "tests/test_model": 'tf.get_variable("w", [3], initializer=INIT)\n',
    },
    "a custom getter": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": 'import model\nwith tf.variable_scope("x", custom_getter=twice):\n    model.build()\n',
    },
    "a class decorator": {
        "model": """
            @registered
            class Model:
                def __init__(self, init):
                    tf.get_variable("w", [3], initializer=init)
            Model(INIT)
            """
    },
    "a metaclass": {
        "model": """
            class Model(metaclass=Twice):
                def __init__(self, init):
                    tf.get_variable("w", [3], initializer=init)
            Model(INIT)
            """
    },
    "a partial function": {
        "layers": LAYERS,
        "model": """
            import functools, layers
            layer = functools.partial(layers.one, INIT)
            layer(), layer()
            """,
    },
    "map": {"layers": LAYERS, "model": "import layers\nlist(map(layers.one, [INIT] * 2))\n"},
    "a scope": {"model": 'with tf.variable_scope("x", initializer=INIT):\n    pass\n'},
    "arg_scope": {
        "model": """
            import tf_slim as slim
            with slim.arg_scope([slim.conv2d], weights_initializer=INIT):
                slim.conv2d(slim.conv2d(x, 3, 3), 3, 3)
            """
    },
}
#: Trees in which a constant reaches code that a native one breaks, or whose values it changes; INIT is the initializer.
BREAKS = {
    "a custom getter that calls it": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": """
            import model
            def getter(getter, name, *args, **kwargs):
                kwargs["initializer"]([3], partition_info=None)
                return getter(name, *args, **kwargs)
            with tf.variable_scope("x", custom_getter=getter):
                model.build()
            """,
    },
    "a custom getter from outside": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": """
            import model, getters
            with tf.variable_scope("x", custom_getter=getters.noisy):
                model.build()
            """,
    },
    "an attribute that another class reads": {
        "model": """
            class Model:
                def __init__(self):
                    self.init = INIT
            """,
        "main": "def show(model):\n    return model.init.dtype\n",
    },
    "a default that a caller reads": {
        "layers": "def layer(init=INIT):\n    return init.get_config()\n",
    },
    "a class that asks for the type": {
        "layers": "def layer(init):\n    return type(init) is tf.zeros_initializer\n",
        "model": "from layers import layer\nlayer(INIT)\n",
    },
    "a method of a derived class": {
        "model": """
            class Model:
                def weight(self, init):
                    return tf.get_variable("w", [3], initializer=init)
                def build(self):
                    self.weight(INIT)
            """,
        "other": """
            from model import Model
            Alias = Model
            class Derived(Alias):
                def weight(self, init):
                    return init([3], partition_info=None)
            """,
    },
    "an argument that is passed by position": {
        "layers": "def layer(first, second=None):\n    return first.dtype, second\n",
        "model": "from layers import layer\nlayer(*[INIT])\n",
    },
    "a dict that is read with a variable key": {
        "model": """
            inits = {"a": INIT, "b": None}
            for key in inits:
                print(inits[key].dtype)
            """
    },
}
#: Trees whose custom getter only passes the constant on.
PASSED_ON = {
    "a custom getter": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": """
            import model
            def make():
                def getter(getter, name, *args, **kwargs):
                    return getter(name + "_", *args, **kwargs)
                return getter
            with tf.variable_scope("x", custom_getter=make()):
                model.build()
            """,
    },
}
#: Trees in which Keras would round the constant 0.1 to float32.
ROUNDED = {
    "a dtype": {"model": 'tf.get_variable("w", [3], tf.float64, INIT)\n'},
    "the dtype of a scope": {
        "model": 'tf.get_variable("w", [3], initializer=INIT)\n',
        "main": 'import model\nwith tf.variable_scope("x", reuse=(f(g(1))), dtype=tf.float64):\n    model.build()\n',
    },
    "a dtype that the caller gives": {
        "layers": "def layer(init, dtype):\n    return tf.get_variable('w', [3], dtype, init)\n",
        "model": "from layers import layer\nlayer(INIT, x.dtype)\n",
    },
    "the dtype of the inputs": {
        "model": """
            import numpy as np
            import tf_slim as slim
            slim.fully_connected(tf.constant(np.ones([3, 3])), 3, weights_initializer=INIT)
            """
    },
    "the policy of Keras": {
        "model": "tf.keras.layers.Dense(3, kernel_initializer=INIT)\n",
        "main": "tf.keras.backend.set_floatx('float64')\n",
    },
}

#: Trees in which the value of INIT is a number, and in which it may be something else.
NUMBERS = {
    "a parameter": {
        "layers": """
            def layer(bias=1.0):
                return tf.get_variable("w", [3], initializer=tf.constant_initializer(bias))
            """,
        "model": "import layers\nlayers.layer(), layers.layer(bias=-2), layers.layer(3 * 0.5)\n",
    },
    "a name": {"model": 'bias = 2.0\ntf.get_variable("w", [3], initializer=tf.constant_initializer(bias / 4))\n'},
}
OTHER_VALUES = {
    "a list": {
        "layers": NUMBERS["a parameter"]["layers"],
        "model": "import layers\nlayers.layer(), layers.layer([1.0, 2.0, 3.0])\n",
    },
    "keywords": {
        "layers": NUMBERS["a parameter"]["layers"],
        "model": "import layers\nlayers.layer(**options)\n",
    },
    "a parameter that nothing gives": {"layers": NUMBERS["a parameter"]["layers"]},
    "a function that is passed on": {
        "layers": NUMBERS["a parameter"]["layers"],
        "model": "import layers\nlayers.layer(), map(layers.layer, [[1, 2, 3]])\n",
    },
    "an array": {
        "model": """
            import numpy as np
            bias = 2.0 * np.ones(3)
            tf.get_variable("w", [3], initializer=tf.constant_initializer(bias))
            """
    },
    "a name that a loop binds": {
        "model": """
            bias = 1.0
            for bias in values:
                tf.get_variable("w", [3], initializer=tf.constant_initializer(bias))
            """
    },
}


def is_native(folder: Path, modules: dict[str, str], init: str) -> bool:
    """Return whether all uses of an initializer in a tree become native."""
    for name, code in modules.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + dedent(code).replace("INIT", init))
    results = migrate_tree([folder], to="native", jobs=1)
    assert not any(result.error for result in results)
    assert sum(result.changed for result in results)
    kept = [finding for result in results for finding in result.not_converted]
    text = b"".join(result.content for result in results)
    assert (b"tf_initcompat" in text) == bool(kept)
    return not kept


@pytest.mark.parametrize("name", PLAIN)
def test_plain_programs_are_proven(name: str, tmp_path: Path) -> None:
    assert is_native(tmp_path, PLAIN[name], RANDOM)


@pytest.mark.parametrize("name", SEVERAL)
def test_no_false_proof_for_random_initializers(name: str, tmp_path: Path) -> None:
    assert not is_native(tmp_path, SEVERAL[name], RANDOM)


@pytest.mark.parametrize("name", BREAKS)
def test_no_false_proof_for_constants(name: str, tmp_path: Path) -> None:
    assert not is_native(tmp_path, BREAKS[name], ZEROS)


@pytest.mark.parametrize("name", PASSED_ON)
def test_constants_pass_through_custom_getters(name: str, tmp_path: Path) -> None:
    assert is_native(tmp_path, PASSED_ON[name], ZEROS)
    assert not is_native(tmp_path, PASSED_ON[name], RANDOM)


@pytest.mark.parametrize("name", ROUNDED)
def test_no_false_proof_for_rounded_constants(name: str, tmp_path: Path) -> None:
    assert not is_native(tmp_path, ROUNDED[name], "tf.constant_initializer(0.1)")
    assert is_native(tmp_path, ROUNDED[name], "tf.constant_initializer(0.5)") or "policy" in name


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_followed(name: str, tmp_path: Path) -> None:
    assert is_native(tmp_path, NUMBERS[name], ZEROS)


@pytest.mark.parametrize("name", OTHER_VALUES)
def test_other_values_keep_the_wrapper(name: str, tmp_path: Path) -> None:
    assert not is_native(tmp_path, OTHER_VALUES[name], ZEROS)
