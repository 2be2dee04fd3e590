"""Before and after: what `migrate` makes of a file, and what it leaves alone."""

import textwrap
from pathlib import Path

import pytest

from tf_initcompat.source.process import Options, Result, process
from tf_initcompat.source.project.levels import LevelName as Level

TF1 = "import tensorflow as tf\ntf.placeholder(tf.float32)\n"


def migrate(source: str | bytes, assume: Level | None = None, path: Path | None = None) -> Result:
    content = source if isinstance(source, bytes) else textwrap.dedent(source).encode()
    roots = (str(path.parent),) if path else ()
    return process(str(path or "-"), content, Options(roots, assume, "shim"), is_file=path is not None)


def rewritten(source: str | bytes, assume: Level | None = None, path: Path | None = None) -> str:
    """Returns the new text; every one compiles and stays as it is when it is migrated again."""
    result = migrate(source, assume, path)
    assert not result.error, result.error
    if not result.would_change:
        return result.before.decode()
    compile(result.after, "after", "exec")
    again = migrate(result.after, assume, path)
    assert not again.would_change
    assert not again.error
    return result.after.decode()


#: Of each: the name of the case, before, and after.
PAIRS = {
    "import tensorflow as tf, TensorFlow 1": (
        "import tensorflow as tf\nx = tf.placeholder('f', initializer=tf.zeros_initializer())\n",
        (
            "import tensorflow as tf\nimport tf_initcompat\n"
            "x = tf.placeholder('f', initializer=tf_initcompat.zeros_initializer())\n"
        ),
    ),
    "import tensorflow.compat.v1 as tf, nothing else left of it": (
        "import tensorflow.compat.v1 as tf\na = tf.keras.initializers.he_normal(seed=1)\n",
        "import tf_initcompat\na = tf_initcompat.keras.initializers.he_normal(seed=1)\n",
    ),
    "import tensorflow as t": (
        "import tensorflow as t\nt.compat.v1.ones_initializer(); t.abs(1)\n",
        "import tensorflow as t\nimport tf_initcompat\ntf_initcompat.ones_initializer(); t.abs(1)\n",
    ),
    "import of a submodule": (
        "import tensorflow.compat.v1.keras.initializers as ki\nki.lecun_uniform()\n",
        "import tf_initcompat\ntf_initcompat.keras.initializers.lecun_uniform()\n",
    ),
    "from import with another name": (
        "from tensorflow.compat.v1 import zeros_initializer as z\nz()\n",
        "from tf_initcompat import zeros_initializer as z\nz()\n",
    ),
    "from import of several": (
        (
            "from tensorflow.compat.v1 import (\n    placeholder,\n    zeros_initializer,  # zeros\n"
            "    ones_initializer as o,\n)\n"
            "placeholder, zeros_initializer(), o()\n"
        ),
        (
            "from tensorflow.compat.v1 import (\n    placeholder,\n)\n"
            "from tf_initcompat import zeros_initializer, ones_initializer as o\n"
            "placeholder, zeros_initializer(), o()\n"
        ),
    ),
    "from import of keras": (
        "from tensorflow.compat.v1 import keras\nkeras.initializers.Zeros(), keras.layers\n",
        (
            "from tensorflow.compat.v1 import keras\nimport tf_initcompat\n"
            "tf_initcompat.keras.initializers.Zeros(), keras.layers\n"
        ),
    ),
    "from contrib import name": (
        "from tensorflow.contrib.layers import xavier_initializer\nw = xavier_initializer(False)\n",
        "from tf_initcompat.contrib.layers import xavier_initializer\nw = xavier_initializer(False)\n",
    ),
    "from contrib import module": (
        "from tensorflow.contrib import layers as L\nL.xavier_initializer_conv2d(); L.conv2d()\n",
        (
            "from tensorflow.contrib import layers as L\nimport tf_initcompat\n"
            "tf_initcompat.contrib.layers.xavier_initializer_conv2d(); L.conv2d()\n"
        ),
    ),
    "an alias of a module": (
        "import tensorflow as tf\nlayers = tf.contrib.layers\ntf.abs(layers.variance_scaling_initializer())\n",
        (
            "import tensorflow as tf\nimport tf_initcompat\n"
            "tf.abs(tf_initcompat.contrib.layers.variance_scaling_initializer())\n"
        ),
    ),
    "tf_slim and slim": (
        (
            "import tensorflow as tf\nimport tf_slim as slim\nslim.conv2d(slim.xavier_initializer())\n"
            "tf.contrib.slim.initializers.xavier_initializer()\n"
        ),
        (
            "import tf_initcompat\nimport tf_slim as slim\nslim.conv2d(tf_initcompat.contrib.layers.xavier_initializer())\n"
            "tf_initcompat.contrib.layers.xavier_initializer()\n"
        ),
    ),
    "init_ops": (
        (
            "from tensorflow.python.ops import init_ops\ninit_ops.VarianceScaling(2.0), init_ops.zeros_initializer\n"
            "init_ops.identity_initializer()\n"
        ),
        (
            "import tf_initcompat\ntf_initcompat.variance_scaling_initializer(2.0), tf_initcompat.zeros_initializer\n"
            "tf_initcompat.initializers.identity()\n"
        ),
    ),
    "a class of init_ops by name": (
        "from tensorflow.python.ops.init_ops import Zeros, Ones as O\nZeros(), O()\n",
        "from tf_initcompat import zeros_initializer as Zeros, ones_initializer as O\nZeros(), O()\n",
    ),
    "tf = tf.compat.v1 under an if": (
        "import tensorflow as tf\nif hasattr(tf, 'compat'):\n    tf = tf.compat.v1\ntf.zeros_initializer()\n",
        (
            "import tensorflow as tf\nimport tf_initcompat\nif hasattr(tf, 'compat'):\n    tf = tf.compat.v1\n"
            "tf_initcompat.zeros_initializer()\n"
        ),
    ),
    "try and except ImportError": (
        (
            "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\n"
            "tf.abs(tf.zeros_initializer())\n"
        ),
        (
            "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\n"
            "import tf_initcompat\ntf.abs(tf_initcompat.zeros_initializer())\n"
        ),
    ),
    "an import inside a function": (
        "def f():\n    import tensorflow.compat.v1 as tf\n    return tf.abs(tf.zeros_initializer())\n",
        (
            "def f():\n    import tensorflow.compat.v1 as tf\n    import tf_initcompat\n"
            "    return tf.abs(tf_initcompat.zeros_initializer())\n"
        ),
    ),
    "all in one line": (
        "def f(): import tensorflow.compat.v1 as tf; return tf.abs(tf.zeros_initializer())\n",
        (
            "def f(): import tensorflow.compat.v1 as tf; import tf_initcompat; "
            "return tf.abs(tf_initcompat.zeros_initializer())\n"
        ),
    ),
    "a star": (
        "from tensorflow.compat.v1 import *\nplaceholder(zeros_initializer())\n",
        "from tensorflow.compat.v1 import *\nimport tf_initcompat\nplaceholder(tf_initcompat.zeros_initializer())\n",
    ),
    "references, defaults, partial, lambda, subclass, comparison": (
        TF1 + "import functools\n"
        "def f(a=tf.zeros_initializer, *, b=tf.ones_initializer()): pass\n"
        "g = functools.partial(tf.truncated_normal_initializer, stddev=0.1)\n"
        "h = lambda: tf.glorot_normal_initializer()(shape=[3], dtype=tf.float32)\n"
        "class I(tf.random_normal_initializer): pass\n"
        "isinstance(h, (tf.zeros_initializer, int)) or h is tf.ones_initializer\n",
        (
            "import tensorflow as tf\nimport tf_initcompat\ntf.placeholder(tf.float32)\nimport functools\n"
            "def f(a=tf_initcompat.zeros_initializer, *, b=tf_initcompat.ones_initializer()): pass\n"
            "g = functools.partial(tf_initcompat.truncated_normal_initializer, stddev=0.1)\n"
            "h = lambda: tf_initcompat.glorot_normal_initializer()(shape=[3], dtype=tf.float32)\n"
            "class I(tf_initcompat.random_normal_initializer): pass\n"
            "isinstance(h, (tf_initcompat.zeros_initializer, int)) or h is tf_initcompat.ones_initializer\n"
        ),
    ),
    "another name for a symbol": (
        TF1 + "xavier = tf.glorot_uniform_initializer\nxavier()\n",
        (
            "import tensorflow as tf\nimport tf_initcompat\ntf.placeholder(tf.float32)\n"
            "xavier = tf_initcompat.glorot_uniform_initializer\nxavier()\n"
        ),
    ),
    "what tf_upgrade_v2 leaves behind": (
        (
            "import tensorflow as tf\n"
            'a = tf.compat.v1.keras.initializers.VarianceScaling(scale=1.0, mode=("FAN_AVG").lower(), '
            'distribution=("uniform" if False else "truncated_normal"))\n'
        ),
        (
            "import tf_initcompat\n"
            'a = tf_initcompat.keras.initializers.VarianceScaling(scale=1.0, mode=("FAN_AVG").lower(), '
            'distribution=("uniform" if False else "truncated_normal"))\n'
        ),
    ),
    "docstring, __future__, groups and comments stay": (
        (
            '"""Docstring of tf."""\nfrom __future__ import print_function\n\nimport os  # paths\n\nimport numpy as np\n'
            "import tensorflow as tf  # TF 1\nimport tensorflow_hub as hub\n\nfrom .x import y\n\n"
            "tf.placeholder(\n    tf.zeros_initializer(),  # zeros\n)\n"
        ),
        (
            '"""Docstring of tf."""\nfrom __future__ import print_function\n\nimport os  # paths\n\nimport numpy as np\n'
            "import tensorflow as tf  # TF 1\nimport tensorflow_hub as hub\nimport tf_initcompat\n\nfrom .x import y\n\n"
            "tf.placeholder(\n    tf_initcompat.zeros_initializer(),  # zeros\n)\n"
        ),
    ),
    "several lines": (
        TF1 + "a = (tf\n     .contrib.layers\n     .xavier_initializer())\n",
        (
            "import tensorflow as tf\nimport tf_initcompat\ntf.placeholder(tf.float32)\n"
            "a = (tf_initcompat\n     .contrib.layers\n     .xavier_initializer())\n"
        ),
    ),
    "characters of more than one byte": (
        TF1 + 'print("héé 🎲", tf.zeros_initializer)\n',
        (
            "import tensorflow as tf\nimport tf_initcompat\ntf.placeholder(tf.float32)\n"
            'print("héé 🎲", tf_initcompat.zeros_initializer)\n'
        ),
    ),
    "no line end at the end": (
        "import tensorflow.compat.v1 as tf; tf.abs(tf.zeros_initializer())",
        "import tensorflow.compat.v1 as tf; import tf_initcompat; tf.abs(tf_initcompat.zeros_initializer())",
    ),
    "already imported": (
        "import tf_initcompat\nimport tensorflow.compat.v1 as tf\ntf.abs(tf.zeros_initializer())\n",
        "import tf_initcompat\nimport tensorflow.compat.v1 as tf\ntf.abs(tf_initcompat.zeros_initializer())\n",
    ),
    "an alias that is needed elsewhere": (
        "from tensorflow.compat.v1 import keras, initializers as i\n__all__ = ['i']\ni.zeros()\n",
        (
            "from tensorflow.compat.v1 import keras, initializers as i\nimport tf_initcompat\n"
            "__all__ = ['i']\ntf_initcompat.initializers.zeros()\n"
        ),
    ),
    "global": (
        (
            '"""Docstring."""\nfrom __future__ import division\ndef setup():\n    global tf\n'
            "    import tensorflow.compat.v1 as tf\ndef f(): return tf.zeros_initializer(), tf.abs\n"
        ),
        (
            '"""Docstring."""\nfrom __future__ import division\nimport tf_initcompat\ndef setup():\n    global tf\n'
            "    import tensorflow.compat.v1 as tf\ndef f(): return tf_initcompat.zeros_initializer(), tf.abs\n"
        ),
    ),
    "a semicolon at the end": (
        "import tensorflow.compat.v1 as tf;\nx = tf.zeros_initializer()\n",
        "import tf_initcompat;\nx = tf_initcompat.zeros_initializer()\n",
    ),
    "in the middle of a line": (
        "import os; import tensorflow.compat.v1 as tf; x = tf.zeros_initializer()\n",
        "import os; import tf_initcompat; x = tf_initcompat.zeros_initializer()\n",
    ),
    "the only import of a line": (
        "def f(): import tensorflow.compat.v1 as tf; return tf.zeros_initializer()\n",
        "def f(): import tf_initcompat; return tf_initcompat.zeros_initializer()\n",
    ),
    "all names of a statement, one by one": (
        "from tensorflow.compat.v1 import zeros_initializer, keras\na = zeros_initializer()\nkeras.initializers.he_normal()\n",
        (
            "import tf_initcompat\nfrom tf_initcompat import zeros_initializer\na = zeros_initializer()\n"
            "tf_initcompat.keras.initializers.he_normal()\n"
        ),
    ),
    "comments of other names stay": (
        (
            "from tensorflow.compat.v1 import (\n    zeros_initializer,  # zeros\n    # The placeholder feeds the images.\n"
            "    placeholder,  # why\n    ones_initializer\n)\nx = placeholder, zeros_initializer(), ones_initializer()\n"
        ),
        (
            "from tensorflow.compat.v1 import (\n    # The placeholder feeds the images.\n"
            "    placeholder,  # why\n)\nfrom tf_initcompat import zeros_initializer, ones_initializer\n"
            "x = placeholder, zeros_initializer(), ones_initializer()\n"
        ),
    ),
    "each branch its own import": (
        (
            "def f(a):\n    if a:\n        import tensorflow.compat.v1 as tf\n        return tf.zeros_initializer()\n"
            "    else:\n        import tensorflow.compat.v1 as tf\n        return tf.ones_initializer()\n"
        ),
        (
            "def f(a):\n    import tf_initcompat\n    if a:\n        import tensorflow.compat.v1 as tf\n"
            "        return tf_initcompat.zeros_initializer()\n"
            "    else:\n        import tensorflow.compat.v1 as tf\n        return tf_initcompat.ones_initializer()\n"
        ),
    ),
    "a loop until the import works": (
        (
            "while True:\n    try:\n        import tensorflow.compat.v1 as tf\n        break\n    except ImportError: pass\n"
            "print(tf.abs, tf.ones_initializer())\n"
        ),
        (
            "while True:\n    try:\n        import tensorflow.compat.v1 as tf\n        break\n    except ImportError: pass\n"
            "import tf_initcompat\nprint(tf.abs, tf_initcompat.ones_initializer())\n"
        ),
    ),
    "in a class": (
        "class A:\n    import tensorflow.compat.v1 as tf\n    init = tf.zeros_initializer()\nimport os\n",
        "class A:\n    import tf_initcompat\n    init = tf_initcompat.zeros_initializer()\nimport os\n",
    ),
    "annotations belong outside": (
        (
            "import tensorflow.compat.v1 as tf\ndef f(x: tf.zeros_initializer):\n    import tensorflow.compat.v1 as tf\n"
            "    return tf.abs, tf.ones_initializer()\n"
        ),
        (
            "import tf_initcompat\ndef f(x: tf_initcompat.zeros_initializer):\n    import tensorflow.compat.v1 as tf\n"
            "    import tf_initcompat\n    return tf.abs, tf_initcompat.ones_initializer()\n"
        ),
    ),
    "an import of the wrappers that comes too late": (
        "import tensorflow.compat.v1 as tf\nx = tf.abs, tf.zeros_initializer()\nimport tf_initcompat\n",
        (
            "import tensorflow.compat.v1 as tf\nimport tf_initcompat\nx = tf.abs, tf_initcompat.zeros_initializer()\n"
            "import tf_initcompat\n"
        ),
    ),
    "a block is not left empty": (
        (
            "try:\n    import tensorflow.compat.v1 as tf\n    from tensorflow.contrib import layers\n"
            "except ImportError:\n    raise SystemExit\nw = tf.zeros_initializer()\nb = layers.xavier_initializer()\n"
        ),
        (
            "try:\n    from tensorflow.contrib import layers\nexcept ImportError:\n    raise SystemExit\n"
            "import tf_initcompat\nw = tf_initcompat.zeros_initializer()\n"
            "b = tf_initcompat.contrib.layers.xavier_initializer()\n"
        ),
    ),
    "global, in a file without other imports": (
        (
            "#!/usr/bin/env python\ndef setup():\n    global tf\n    import tensorflow.compat.v1 as tf\n"
            "def f(): return tf.zeros_initializer(), tf.abs\n"
        ),
        (
            "#!/usr/bin/env python\nimport tf_initcompat\ndef setup():\n    global tf\n"
            "    import tensorflow.compat.v1 as tf\ndef f(): return tf_initcompat.zeros_initializer(), tf.abs\n"
        ),
    ),
}

#: Imports that something needs which is not in the syntax tree, or not read as a name of the module.
NEEDED = {
    "a class attribute of the name": "class A:\n    tf = tf\n    def f(self): return self.tf.Session\n",
    "a doctest": 'def f():\n    """Runs.\n\n    >>> tf.reset_default_graph()\n    """\n',
    "a type comment": "y = None  # type: tf.Tensor\n",
    "nonlocal": "def f():\n    global tf\n",
    "a string annotation": "def f(x: 'tf.Tensor'): pass\n",
}


@pytest.mark.parametrize("need", NEEDED.values(), ids=NEEDED)
def test_import_that_is_needed_stays(need: str) -> None:
    after = rewritten(f"import tensorflow.compat.v1 as tf\nx = tf.zeros_initializer()\n{need}")
    assert (
        after
        == f"import tensorflow.compat.v1 as tf\nimport tf_initcompat\nx = tf_initcompat.zeros_initializer()\n{need}"
    )


#: What may be of another library, as well as TensorFlow's: told, and left alone.
AMBIGUOUS = {
    "two backends": "if B:\n    from tensorflow.compat.v1.keras import initializers\nelse:\n    from jax.nn import initializers\n"
    "x = initializers.he_normal()\n",
    "a choice": "import tensorflow.compat.v1 as tf, keras\ni = tf.keras.initializers if B else keras.initializers\n"
    "x = i.he_normal()\n",
    "two stars": "from tensorflow.compat.v1 import *\nfrom flax.linen.initializers import *\nx = zeros_initializer()\n",
    "a loop": "import tensorflow.compat.v1 as tf\nfor tf in [a, b]:\n    x = tf.zeros_initializer()\n",
    "a class": "import tensorflow.compat.v1 as tf\nclass tf: pass\nx = tf.zeros_initializer()\n",
}


@pytest.mark.parametrize("source", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_may_be_something_else_is_left_alone(source: str) -> None:
    result = migrate(source)
    assert not result.would_change
    assert "IC003" in {one.rule for one in result.findings}


def test_what_an_import_has_failed_to_bind_is_no_other_meaning() -> None:
    source = "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    tf = None\nx = tf.abs, tf.zeros_initializer()\n"
    assert rewritten(source).endswith("import tf_initcompat\nx = tf.abs, tf_initcompat.zeros_initializer()\n")


#: What is left alone.
UNTOUCHED = {
    "flax": "import flax.linen as nn, tensorflow as tf\nnn.initializers.zeros_init(), nn.initializers.he_normal()\n",
    "jax": "from jax.nn import initializers\ninitializers.glorot_uniform(), initializers.orthogonal(0.1)\n",
    "torch": "import torch.nn.init as initializers\ninitializers.zeros, initializers.orthogonal\n",
    "keras": "from keras import initializers\ninitializers.he_normal(), initializers.VarianceScaling()\n",
    "not initializers of weights": TF1 + "tf.global_variables_initializer(), tf.tables_initializer()\n"
    "tf.local_variables_initializer(), tf.initializers.global_variables()\n",
    "prose": TF1 + '# tf.zeros_initializer()\nx = "tf.zeros_initializer()"\n"""tf.ones_initializer"""\n',
    "TensorFlow 2": "import tensorflow as tf\ntf.random.set_seed(1)\ntf.zeros_initializer(), tf.initializers.zeros\n",
    "tf.compat.v2": "import tensorflow.compat.v2 as tf\ntf.zeros_initializer(), tf.keras.initializers.he_normal()\n",
    "TensorFlow 2's classes": "from tensorflow.python.ops import init_ops_v2\ninit_ops_v2.Zeros()\n",
    "an object": "class A:\n    def f(self, x): return self.zeros_initializer(), x.orthogonal_initializer\n",
    "a parameter": "import tensorflow.compat.v1 as t\ndef f(tf): return tf.zeros_initializer()\n",
    "a name that is something else here": "import tensorflow.compat.v1 as tf\ntf.abs(1)\n"
    "def f():\n    tf_initcompat = 1\n    return tf.zeros_initializer()\n",
    "a comment inside the name": TF1 + "a = (tf.  # core\n  contrib.slim.xavier_initializer)\n",
    "ignored": TF1
    + "tf.zeros_initializer()  # tf-initcompat: ignore\ntf.ones_initializer()  # tf-initcompat: ignore[IC001]\n",
    "not known": "import tensorflow as tf\ntf.zeros_initializer()\n",
    "strings": TF1 + "tf.layers.dense(1, kernel_initializer='he_normal')\n",
}


@pytest.mark.parametrize(("before", "after"), PAIRS.values(), ids=PAIRS)
def test_before_and_after(before: str, after: str) -> None:
    assert rewritten(before) == after


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED)
def test_left_alone(source: str) -> None:
    assert rewritten(source) == source


def test_assume_decides() -> None:
    source = "import tensorflow as tf\ntf.zeros_initializer()\n"
    assert rewritten(source, "tf2") == source
    assert rewritten(source, "tf1") == "import tf_initcompat\ntf_initcompat.zeros_initializer()\n"


@pytest.mark.parametrize(
    ("encoding", "declaration", "bom"),
    [
        ("utf-8", "", b"\xef\xbb\xbf"),
        ("latin-1", "# coding: latin-1\n", b""),
        ("utf-8", "# -*- coding: utf-8 -*-\n", b""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_bytes_stay_as_they_are(encoding: str, declaration: str, bom: bytes, newline: str) -> None:
    before = declaration + "import tensorflow.compat.v1 as tf\nx = 'é', tf.abs, tf.zeros_initializer()\n"
    after = before.replace("tf\nx", "tf\nimport tf_initcompat\nx").replace("tf.zeros", "tf_initcompat.zeros")
    content, expected = (bom + text.replace("\n", newline).encode(encoding) for text in (before, after))
    assert migrate(content).after == expected


@pytest.mark.parametrize(
    "source",
    [
        b"print 'Python 2'\nimport tensorflow as tf\ntf.zeros_initializer()\n",
        b"# coding: nonsense\ntf.zeros_initializer()\n",
        b"'\xff'; tf.zeros_initializer()\n",
        b"tf.zeros_initializer(\n",
        b"tf.zeros_initializer()\0\n",
        b"x = " + b"(" * 5000 + b"zeros_initializer" + b")" * 5000,
        b"import tensorflow.compat.v1 as tf\ntf.zeros_initializer()\nreturn 1\n",
    ],
)
def test_what_cannot_be_read_is_an_error(source: bytes) -> None:
    result = migrate(source)
    assert result.error
    assert not result.would_change


def test_re_exports_are_followed(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("from .compat import *\n")
    (tmp_path / "pkg" / "compat.py").write_text(
        "import tensorflow.compat.v1 as tfv1\nxavier = tfv1.glorot_uniform_initializer\n"
    )
    model = tmp_path / "pkg" / "model.py"
    for statement in (
        "from .compat import tfv1 as tf",
        "from pkg import tfv1 as tf",
        "from pkg.compat import tfv1 as tf",
    ):
        after = rewritten(f"{statement}\ntf.abs(tf.zeros_initializer())\n", path=model)
        assert after == f"{statement}\nimport tf_initcompat\ntf.abs(tf_initcompat.zeros_initializer())\n"
    # The symbol itself is rewritten where it is defined; the import that others take from there stays.
    model.write_text("from .compat import xavier, tfv1\nxavier()\n")
    assert rewritten(model.read_text(), path=model) == model.read_text()
    compat = tmp_path / "pkg" / "compat.py"
    assert rewritten(compat.read_text(), path=compat) == (
        "import tensorflow.compat.v1 as tfv1\nimport tf_initcompat\nxavier = tf_initcompat.glorot_uniform_initializer\n"
    )
