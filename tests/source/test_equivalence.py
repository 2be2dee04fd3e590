"""Generated programs: a migrated program makes the weights of the legacy program, bit for bit, with legacy sampling."""

import json
import textwrap
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from checks import check_compiles, dedent
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import tf_initcompat
from tf_initcompat.source import migrate

#: Statements that give a program access to tf.compat.v1, and the expression that then stands for it.
SPELLINGS = {
    "alias of v1": ("import tensorflow.compat.v1 as tf", "tf"),
    "attribute": ("import tensorflow as t", "t.compat.v1"),
    "reassignment": (
        """
        import tensorflow as tf
        if True:
            tf = tf.compat.v1
        """,
        "tf",
    ),
    "from": ("from tensorflow.compat import v1 as old", "old"),
    "try": (
        """
        try:
            import tensorflow.compat.v1 as tf
        except ImportError:
            import tensorflow as tf
        """,
        "tf",
    ),
    "chain of assignments": (
        """
        import tensorflow as tf
        compat = tf.compat
        legacy = compat.v1
        """,
        "legacy",
    ),
    "star": (
        """
        from tensorflow.compat.v1 import *
        import tensorflow.compat.v1 as tf
        """,
        "tf",
    ),
}
#: Constructors with literal arguments; {v1} is the expression for tf.compat.v1.
CALLS = (
    "zeros_initializer()",
    "constant_initializer(0.5, dtype={v1}.float64)",
    "constant_initializer(list(range(12)))",
    "random_normal_initializer(0.0, 0.02, seed=7)",
    "truncated_normal_initializer(stddev=0.1)",
    "random_uniform_initializer(-1, 1, dtype={v1}.float64)",
    "initializers.he_normal(seed=3)",
    "initializers.variance_scaling(scale=2.0, mode='fan_avg', distribution='uniform')",
    "variance_scaling_initializer(distribution=('uniform' if False else 'truncated_normal'))",
    "uniform_unit_scaling_initializer(factor=1.4)",
    "glorot_uniform_initializer()",
    "orthogonal_initializer(gain=2.0)",
)
#: Uses that append weights to `out`. {call} is a call, {name} its function, and {arguments} a pair (args, kwargs).
USES = (
    "out.append({call}((3, 4)))",
    """
    init = {call}
    for _ in range(2):
        out.append(init(shape=(3, 4)))
    """,
    """
    def make(init={call}):
        return init((3, 4))
    out += [make(), make()]
    """,
    """
    import functools
    bound = functools.partial({name}, *{arguments}[0], **{arguments}[1])
    out.append(bound()((3, 4)))
    """,
    """
    later = lambda: {call}
    out.append(later()([3, 4]))
    """,
    """
    alias = {name}
    out.append(alias(*{arguments}[0], **{arguments}[1])((3, 4)))
    """,
)
#: A use that needs a class, which he_normal is not.
SUBCLASS = """
    class Mine({name}):
        pass
    out.append(Mine(*{arguments}[0], **{arguments}[1])((3, 4)))
    """


@st.composite
def programs(draw: Any) -> str:
    """Draw a program that leaves weights in `out`."""
    statements, v1 = draw(st.sampled_from(list(SPELLINGS.values())))
    blocks = [statements, "def arguments(*args, **kwargs): return args, kwargs", "out = []"]
    for call in draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=3)):
        name, _, rest = call.format(v1=v1).partition("(")
        is_function = name.startswith("initializers.he")
        use = draw(st.sampled_from(USES if is_function else (*USES, SUBCLASS)))
        block = use.format(name=f"{v1}.{name}", call=f"{v1}.{name}({rest}", arguments=f"arguments({rest}")
        blocks.append(block)
    program = "\n".join(map(dedent, blocks)) + "\n"
    if "*" not in statements and draw(st.booleans()):  # an import in a function, except that of everything
        return f"def main():\n{textwrap.indent(program, '    ')}    return out\nout = main()\n"
    return program


def weights(program: str) -> list[Any]:
    """Run a program and return its weights."""
    tf.random.set_seed(5)
    namespace: dict[str, Any] = {}
    exec(compile(program, "<program>", "exec"), namespace)
    return [np.asarray(tensor) for tensor in namespace["out"]]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(programs())
@example("import tensorflow as t\nout = [t.compat.v1.zeros_initializer()((2,))]\n")
def test_migrated_programs_make_the_same_weights(program: str) -> None:
    result = migrate(program)
    assert result.error == ""
    assert "tf_initcompat" in result.content
    legacy = weights(program)
    with tf_initcompat.legacy_sampling():
        migrated = weights(result.content)
    assert len(legacy) > 0
    assert [array.dtype for array in migrated] == [array.dtype for array in legacy]
    assert [array.tobytes() for array in migrated] == [array.tobytes() for array in legacy]
    assert not migrate(result.content).is_changed


MODULE = '''
    """Docstring."""
    import tensorflow as tf, os
    from tensorflow.contrib.layers import xavier_initializer as x, conv2d
    layers = tf.contrib.layers
    def f(a=tf.zeros_initializer(), *, b=[layers.xavier_initializer() for _ in "é"]):
        with tf.variable_scope("v", initializer=tf.glorot_uniform_initializer(seed=1)) as s: return x(a), s
    class A(tf.random_normal_initializer): init = tf.constant_initializer([1, 2], dtype=tf.int32)  # comment
    '''
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": ["import tensorflow.compat.v1 as tf\n", "%time tf.zeros_initializer()"]},
        {"cell_type": "code", "source": "!ls\nx = tf.ones_initializer()"},
    ]
}


@st.composite
def damaged(draw: Any, content: bytes) -> bytes:
    """Draw content in which up to four short pieces are replaced."""
    damaged_content = bytearray(content)
    pieces = st.binary(max_size=6) | st.sampled_from([b"(", b"\n", b"\r", b"\0", b'"""', b"\\", b";", b'"', b"%"])
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(damaged_content)))
        end = min(len(damaged_content), start + draw(st.integers(0, 6)))
        damaged_content[start:end] = draw(pieces)
    return bytes(damaged_content)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(damaged(dedent(MODULE).encode()))
def test_damaged_modules_are_migrated_or_left_alone(content: bytes) -> None:
    result = migrate(content)
    if result.is_changed:
        assert result.error == ""
        check_compiles(result.content)
    assert not migrate(result.content).is_changed


@settings(max_examples=200, deadline=None, derandomize=True)
@given(damaged(json.dumps(NOTEBOOK, indent=1).encode()))
def test_damaged_notebooks_are_migrated_or_left_alone(content: bytes) -> None:
    result = migrate(content, path="/no/such/folder/book.ipynb")
    if result.is_changed:
        assert result.error == "" or result.error.startswith("cell ")  # the other cells are migrated
        json.loads(result.content)
    assert not migrate(result.content, path="/no/such/folder/book.ipynb").is_changed


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_is_migrated(spelling: str) -> None:
    statements, v1 = SPELLINGS[spelling]
    result = migrate(f"{dedent(statements)}\nout = [{v1}.zeros_initializer()((2,))]\n")
    assert "out = [tf_initcompat.zeros_initializer()((2,))]\n" in result.content
