"""Rules about Keras' own initializers, in code that may never have been TensorFlow 1."""

from pathlib import Path

import pytest

from tf_initcompat import cli
from tf_initcompat.cli import console
from tf_initcompat.source import scan

#: Programs with the rules that find something in them; each begins with IMPORTS.
IMPORTS = """
import keras, math
import tensorflow as tf
from keras import initializers, layers
from keras.initializers import HeNormal
"""
PROGRAMS: list[tuple[str, list[str]]] = [
    (
        "init = HeNormal()\na = layers.Dense(3, kernel_initializer=init)\nb = layers.Dense(3, kernel_initializer=init)",
        ["IC301"],
    ),
    ("init = HeNormal()\na, b = init((3, 4)), init((3, 4))", ["IC301"]),
    ("init = HeNormal()\nfor n in sizes: layers.Dense(n, kernel_initializer=init)", ["IC301"]),
    ("INIT = HeNormal()\ndef dense(n): return layers.Dense(n, kernel_initializer=INIT)", ["IC301"]),
    ("init = tf.keras.initializers.HeNormal()\na = init((3, 4))\nb = init((3, 4))", ["IC301"]),
    ("init = initializers.get('he_normal')\na = init((3, 4))\nb = init((3, 4))", []),
    ("init = HeNormal()\na = init((3, 4))", []),
    ("init = initializers.Ones()\na = init((3, 4))\nb = init((3, 4))", []),
    ("init = HeNormal()\na = clone(init)\nb = clone(init)", []),
    (
        "class A:\n def __init__(self): self.i = HeNormal()\n def build(self, s): self.add_weight(initializer=self.i)",
        [],
    ),
    (
        (
            "class A(layers.Layer):\n def __init__(self): self.i = HeNormal()\n"
            " def build(self, s): self.add_weight(initializer=self.i); self.add_weight(initializer=self.i)"
        ),
        ["IC301"],
    ),
    ("init = HeNormal()\nx = init((3,)) if a else init((4,))", []),
    ("init = HeNormal()\ntry: x = init((3,))\nexcept ValueError: x = init((4,))", []),
    ("init = HeNormal()\ntry: x = init((3,))\nfinally: y = init((4,))", ["IC301"]),
    ("init = HeNormal()\nmatch a:\n  case 1: x = init((3,))\n  case _: x = init((4,))", []),
    ("init = HeNormal()\nx = init((3,))\ninit = HeNormal()\ny = init((3,))", []),
    ("init = HeNormal()\nif a: init = HeNormal()\nx = init((3,))\ny = init((3,))", ["IC301", "IC301"]),
    ("o = dict(kernel_initializer=HeNormal())\nlayers.Dense(3, **o)\nlayers.Dense(3, **o)", ["IC301"]),
    ("o = {'kernel_initializer': HeNormal()}\nlayers.Dense(3, **o)\nlayers.Dense(3, **o)", ["IC301"]),
    ("def dense(n, init=HeNormal()): return layers.Dense(n, kernel_initializer=init)", ["IC301"]),
    ("def dense(n, init=HeNormal()): return layers.Dense(n, kernel_initializer=clone(init))", []),
    ("def dense(n, *, init=HeNormal()): return layers.Dense(n, kernel_initializer=init)", ["IC301"]),
    ("def dense(n, init=initializers.Zeros()): return layers.Dense(n, kernel_initializer=init)", []),
    ("for _ in range(3): layers.Dense(3, kernel_initializer=HeNormal(seed=1))", ["IC302"]),
    ("for _ in range(3): layers.Dense(3, kernel_initializer=HeNormal(1))", ["IC302"]),
    ("[layers.Dense(3, kernel_initializer=HeNormal(seed=1)) for _ in range(3)]", ["IC302"]),
    ("for n in range(3): layers.Dense(3, kernel_initializer=HeNormal(seed=n))", []),
    ("for _ in range(3): layers.Dense(3, kernel_initializer=HeNormal(seed=None))", []),
    (
        "layers.Dense(3, kernel_initializer=HeNormal(seed=1)); layers.Dense(3, kernel_initializer=HeNormal(seed=1))",
        ["IC303"],
    ),
    ("layers.Dense(3, kernel_initializer=HeNormal(seed=1)); layers.Dense(4, kernel_initializer=HeNormal(seed=1))", []),
    ("layers.Dense(3, kernel_initializer=HeNormal(seed=1)); layers.Dense(3, kernel_initializer=HeNormal(seed=2))", []),
    ("initializers.Zeros(dtype='float16')", ["IC304"]),
    ("initializers.Zeros()((3,), dtype='float16')", []),
    ("initializers.VarianceScaling(1.43, 'fan_in', 'uniform')", ["IC305"]),
    ("initializers.VarianceScaling(scale=factor, distribution='uniform')", ["IC305"]),
    ("initializers.VarianceScaling(scale=factor**2, distribution='uniform')", []),
    ("initializers.VarianceScaling(scale=1.43)", []),
    ("initializers.TruncatedNormal(stddev=math.sqrt(2 / n))", ["IC306"]),
    ("initializers.TruncatedNormal(0.0, (2 / n) ** 0.5)", ["IC306"]),
    ("stddev = math.sqrt(2 / n)\ninitializers.TruncatedNormal(stddev=stddev)", ["IC306"]),
    ("initializers.TruncatedNormal(stddev=math.sqrt(1.3 * 2 / n))", []),
    ("initializers.RandomNormal(stddev=math.sqrt(2 / n))", []),
    ("initializers.VarianceScaling(scale=1.3 * 2)", ["IC306"]),
    ("initializers.VarianceScaling(scale=1.3 * 2, distribution='uniform')", []),
    ("tf.random.set_seed(1); layers.Dense(3)", ["IC307"]),
    ("tf.random.set_seed(1); keras.utils.set_random_seed(1); layers.Dense(3)", []),
    ("layers.Dense(3, kernel_initializer=tf.compat.v1.ones_initializer())", ["IC308"]),
    ("layers.Dense(3, bias_initializer=tf.compat.v1.ones_initializer)", ["IC308"]),
    ("w = tf.compat.v1.ones_initializer()((3, 4))", []),
    ("init = tf.compat.v1.ones_initializer()\nlayers.Dense(3, kernel_initializer=init)", ["IC308"]),
    ("init = tf.compat.v1.ones_initializer()\nmine.Dense(3, kernel_initializer=init)", []),
]


@pytest.mark.parametrize(("code", "expected"), PROGRAMS)
def test_hazards(code: str, expected: list[str]) -> None:
    assert [finding.rule for finding in scan(IMPORTS + code, select=["IC3"]).findings] == expected


def test_they_are_off_by_default() -> None:
    assert scan(IMPORTS + "initializers.Zeros(dtype='float16')").findings == ()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["scan"], console.CLEAN),
        (["scan", "--native"], console.FINDINGS),
        (["scan", "--native", "--select", "IC0"], console.FINDINGS),
        (["scan", "--native", "--ignore", "IC304"], console.CLEAN),
        (["scan", "--select", "IC3"], console.FINDINGS),
    ],
)
def test_option(arguments: list[str], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("import keras\ninit = keras.initializers.Zeros(dtype='float16')\n")
    assert cli.main([*arguments, "."]) == status


def test_comments_hide_them() -> None:
    code = "import keras\nkeras.initializers.Zeros(dtype='float16')  # tf-initcompat: ignore[IC304]"
    result = scan(code, select=["IC3"])
    assert (result.findings, result.hidden) == ((), 1)
