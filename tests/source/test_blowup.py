"""Programs whose names refer to each other many times take time in proportion to their size."""

import time

import pytest

from tf_initcompat.source import migrate, scan

HEAD = "import tensorflow.compat.v1 as tf\n"
#: Seconds for one program: 100 times as much as it takes, and far less than what doubling with each line takes.
SECONDS = 20
LINES = 40
PROGRAMS = {
    "a linked list": "def f(node):\n" + "  node = node.next\n" * LINES + "  return node.value\n",
    "an alias of itself": "y = tf\n" + "y = y.a if c else y\n" * LINES + "y.zeros_initializer()\n",
    "other attributes": "y = tf\n" + "".join(f"y = y.a{i}\n" for i in range(LINES)) + "y.zeros_initializer()\n",
    "an attribute of self": "class A:\n  def f(self):\n" + "    self.n = self.n.next\n" * LINES + "    self.n.x\n",
    "getattr": "y = tf\n" + "y = getattr(y, 'a', y)\n" * LINES + "y.zeros_initializer()\n",
    "swapped names": "a = b = c = tf\n" + "a, b, c = b.x, c.y, a\n" * LINES + "a.zeros_initializer()\n",
    "a sum": "v = 1\n" + "".join(f"v = v + [{i}]\n" for i in range(LINES)) + "tf.constant_initializer(v)\n",
    "a product": "v = 1\n" + "v = -v * 2\n" * LINES + "tf.constant_initializer(v)\n",
    "alternatives": "v = 1\n" + "v = v or v\n" * LINES + "tf.constant_initializer(v)\n",
    "calls of itself": "def f(v):\n" + "  f(v * 2)\n" * LINES + "  tf.constant_initializer(v)\nf(1)\n",
    "initializers": "v = tf.random_normal_initializer()\n"
    + "v = v or v\n" * LINES
    + "f(initializer=v, partitioner=v)\n",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_names_that_refer_to_each_other(program: str) -> None:
    start = time.process_time()
    assert scan(HEAD + program).error == ""
    assert migrate(HEAD + "tf.ones_initializer()\n" + program, to="native").error == ""
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("import tensorflow as t\n" + "if c: t = t.compat\n" * 5 + "if c: t = t.v1\n", "compat.v1.zeros_initializer"),
        ("t = tf\n" + "t = f() if c else t\n" * 5, ""),
    ],
    ids=["in two steps", "an unknown value"],
)
def test_equal_assignments_count_once(program: str, names: str) -> None:
    """They mean what one of them means."""
    (finding,) = scan(f"{HEAD}{program}t.zeros_initializer()\n").findings
    once = "\n".join(dict.fromkeys(program.splitlines()))
    assert scan(f"{HEAD}{once}\nt.zeros_initializer()\n").findings[0].message == finding.message
    assert names in finding.message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("BIAS = 0.1\nBIAS = BIAS * 2\nBIAS = BIAS + BIAS\n", None),
        ("BIAS = 0.1\nBIAS = BIAS * 2\nBIAS = BIAS + [1]\n", "value=BIAS"),
        ("BIAS = 0.1\nBIAS = [1] + BIAS\nBIAS = BIAS * BIAS\n", "value=BIAS"),
        ("BIAS = other\nBIAS = BIAS * BIAS\n", "value=BIAS may be a list"),
    ],
)
def test_values_that_refer_to_themselves(value: str, message: str | None) -> None:
    findings = scan(f"{HEAD}from m import other\n{value}tf.constant_initializer(BIAS)\n").findings
    assert next((finding.message for finding in findings if finding.rule == "IC107"), None) == message
