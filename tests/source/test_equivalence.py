"""Generated programs: what `migrate` rewrites makes bit for bit the same weights, sampled as the legacy symbols do."""

import textwrap
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import tf_initcompat
from tf_initcompat.source.process import Options, process

#: How a program can get at the name space of tf.compat.v1: statements, and the expression that stands for it.
SPELLINGS = (
    ("import tensorflow.compat.v1 as tf", "tf"),
    ("import tensorflow as t", "t.compat.v1"),
    ("import tensorflow as tf\nif True:\n    tf = tf.compat.v1", "tf"),
    ("from tensorflow.compat import v1 as old", "old"),
    ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf", "tf"),
    ("import tensorflow as tf\ncompat = tf.compat\none = compat.v1", "one"),
    ("from tensorflow.compat.v1 import *\nimport tensorflow.compat.v1 as tf", "tf"),
)
#: Constructors with literal arguments, below the name space.
CALLS = (
    "zeros_initializer()",
    "constant_initializer(0.5, dtype={0}.float64)",
    "constant_initializer(list(range(12)))",
    "random_normal_initializer(0.0, 0.02, seed=7)",
    "truncated_normal_initializer(stddev=0.1)",
    "random_uniform_initializer(-1, 1, dtype={0}.float64)",
    "initializers.he_normal(seed=3)",
    "initializers.variance_scaling(scale=2.0, mode='fan_avg', distribution='uniform')",
    "variance_scaling_initializer(distribution=('uniform' if False else 'truncated_normal'))",
    "uniform_unit_scaling_initializer(factor=1.4)",
    "glorot_uniform_initializer()",
    "orthogonal_initializer(gain=2.0)",
)
#: How a program can use a constructor: statements, {0} the name space and {1} the call, that leave weights in `out`.
FORMS = (
    "out.append({1}((3, 4)))",
    "init = {1}\nfor _ in range(2):\n    out.append(init(shape=(3, 4)))",
    "def make(init={1}):\n    return init((3, 4))\nout += [make(), make()]",
    "import functools\nbound = functools.partial({2}, *{3}[0], **{3}[1])\nout.append(bound()((3, 4)))",
    "class Mine({2}):\n    pass\nout.append(Mine(*{3}[0], **{3}[1])((3, 4)))",
    "later = lambda: {1}\nout.append(later()([3, 4]))",
    "alias = {2}\nout.append(alias(*{3}[0], **{3}[1])((3, 4)))",
)


@st.composite
def programs(draw: Any) -> str:
    spelling, space = draw(st.sampled_from(SPELLINGS))
    lines = [spelling, "def arguments(*args, **kwargs): return args, kwargs", "out = []"]
    for call in draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=3)):
        name, _, rest = call.format(space).partition("(")
        form = draw(st.sampled_from(FORMS if not name.startswith("initializers.he") else FORMS[:4]))
        lines.append(form.format(space, f"{space}.{name}({rest}", f"{space}.{name}", f"arguments({rest}"))
    if draw(st.booleans()):  # all of it in a function, its import too
        lines = ["def main():", *(textwrap.indent(line, "    ") for line in lines), "    return out", "out = main()"]
        if "*" in spelling:
            lines = ["out = []"]
    return "\n".join(lines) + "\n"


def weights(source: str) -> list[Any]:
    tf.random.set_seed(5)
    space: dict[str, Any] = {}
    exec(compile(source, "<program>", "exec"), space)
    return [np.asarray(tensor) for tensor in space["out"]]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(programs())
@example("import tensorflow as t\nout = [t.compat.v1.zeros_initializer()((2,))]\n")
def test_rewritten_programs_make_the_same_weights(source: str) -> None:
    result = process("-", source.encode(), Options(to="shim"), is_file=False)
    assert not result.error
    after = result.after.decode() or source
    assert "tf_initcompat" in after or "initializer" not in source
    expected = weights(source)
    with tf_initcompat.legacy_sampling():
        found = weights(after)
    assert [one.dtype for one in found] == [one.dtype for one in expected]
    assert [one.tobytes() for one in found] == [one.tobytes() for one in expected]
    again = process("-", after.encode(), Options(to="shim"), is_file=False)
    assert not again.would_change


BASE = textwrap.dedent('''
    """Docstring."""
    import tensorflow as tf, os
    from tensorflow.contrib.layers import xavier_initializer as x, conv2d
    layers = tf.contrib.layers
    def f(a=tf.zeros_initializer(), *, b=[layers.xavier_initializer() for _ in "é"]):
        with tf.variable_scope("v", initializer=tf.glorot_uniform_initializer(seed=1)) as s: return x(a), s
    class A(tf.random_normal_initializer): init = tf.constant_initializer([1, 2], dtype=tf.int32)  # comment
''').encode()


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from(["-", "x.ipynb"]))
def test_broken_bytes_never_crash_and_never_break_more(data: st.DataObject, name: str) -> None:
    content = bytearray(BASE)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 6)))
        content[start:end] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"(", b"\n", b"\r", b"\0", b'"""', b"\\", b";"])
        )
    result = process(name, bytes(content), Options(to="shim"), is_file=name != "-")
    if result.would_change:
        compile(result.after, "after", "exec")
        again = process(name, result.after, Options(to="shim"), is_file=name != "-")
        assert not again.would_change
    assert not (result.error and result.would_change)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=[spelling for _, spelling in SPELLINGS])
def test_each_spelling_is_rewritten(spelling: tuple[str, str]) -> None:
    statements, space = spelling
    source = f"{statements}\nout = [{space}.zeros_initializer()((2,))]\n"
    result = process("-", source.encode(), Options(to="shim"), is_file=False)
    assert b"tf_initcompat.zeros_initializer()" in result.after
