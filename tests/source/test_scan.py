"""Findings of `scan`: names, places, API levels and comments. The examples of the rules are tested in test_rules.py."""

from pathlib import Path

import pytest
from checks import dedent

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.catalog.unwrapped import UNWRAPPED
from tf_initcompat.source import Finding, scan, scan_tree
from tf_initcompat.source.project import levels
from tf_initcompat.source.syntax import names, text

HEAD = "import tensorflow.compat.v1 as tf\n"


def findings(body: str) -> tuple[Finding, ...]:
    """Return the findings in a program that begins with an import of TensorFlow 1."""
    result = scan(HEAD + dedent(body))
    assert result.error == ""
    return result.findings


@pytest.mark.parametrize("name", [name for symbol in symbols.SYMBOLS for name in symbol.legacy_names])
def test_every_name_of_the_table_is_found(name: str) -> None:
    assert findings(f"x = {name}()\n")[0].symbol == name.removeprefix("tf.compat.v1.").removeprefix("tf.")


@pytest.mark.parametrize("name", [name for row in UNWRAPPED for name in row.names])
def test_every_initializer_without_a_wrapper_is_reported(name: str) -> None:
    (finding,) = findings(f"x = tf.{name}(path)\n")
    assert (finding.rule, finding.symbol) == ("IC006", "")


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("init = tf.keras.initializers.get(name)", [2]),
        ("from tensorflow.keras.initializers import get\ninit = get(name)", [2, 3]),
        ("class Mine(tf.keras.initializers.Initializer): pass", [2]),
        ("tf.keras.initializers.deserialize(tf.keras.initializers.serialize(x))", [2, 2]),
    ],
)
@pytest.mark.parametrize(("marker", "is_legacy"), [("tf.placeholder", True), ("tf.random.set_seed", False)])
def test_lookups_of_keras_are_legacy_in_tensorflow_1_only(
    source: str, lines: list[int], marker: str, is_legacy: bool
) -> None:
    result = scan(f"import tensorflow as tf; {marker}\n{source}\n")
    assert [finding.line for finding in result.findings if finding.rule == "IC001"] == (lines if is_legacy else [])
    assert is_legacy or not result.findings


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("tf.keras.initializers.get('he_normal')", ["he_normal"]),
        ("name = 'normal'\ntf.keras.initializers.get(identifier=name)", ["normal"]),
        ("def f(name='zeros'):\n    tf.keras.initializers.get(name)\nf('ones')", ["zeros", "ones"]),
        ("def f(n='zeros'):\n    g(n)\ndef g(n):\n    tf.keras.initializers.get(n)\ng('ones')", ["zeros", "ones"]),
        ("name = name or name\ntf.keras.initializers.get(name)", []),
        ("name = other\nother = name\ntf.keras.initializers.get(name)", []),
        ("class A:\n    def f(self):\n        self.n = 'zeros'\n        tf.keras.initializers.get(self.n)", ["zeros"]),
        ("tf.keras.layers.deserialize('zeros'), tf.get('zeros')", []),
    ],
)  # fmt: skip
def test_strings_that_are_looked_up(source: str, texts: list[str]) -> None:
    reported = [finding for finding in findings(f"{source}\n") if finding.rule == "IC113"]
    assert [finding.message for finding in reported] == [
        f"'{text}' becomes the class of the installed Keras" for text in texts
    ]


def test_strings_are_not_reported_while_the_level_is_unknown() -> None:
    result = scan("import tensorflow as tf\ntf.keras.initializers.get('he_normal')\n")
    assert [finding.rule for finding in result.findings] == ["IC002"]


def test_lookups_are_no_call_sites() -> None:
    sites = scan(f"{HEAD}tf.keras.initializers.get('zeros'), tf.zeros_initializer()\n").call_sites
    assert [site.name for site in sites] == ["zeros_initializer"]


@pytest.mark.parametrize(
    ("source", "is_number", "message"),
    [
        ("init([1, 2])", False, "value=[1, 2]"),
        ("import numpy as np\ninit(np.zeros(3))", False, "value=np.zeros(3)"),
        ("import numpy as np\ninit(np.sqrt(0.5))", True, ""),
        ("import numpy as np\ninit(np.sqrt(x))", False, "value=np.sqrt(x) may be a list"),
        ("init(config.bias)", False, "value=config.bias may be a list"),
        ("def f(v):\n    init(v)", False, "value=v may be a list"),
        ("def f(v):\n    init(v)\n    f(v)", False, "value=v may be a list"),
        ("def f(v):\n    init(v)\nf(1)", True, ""),
        ("def f(v):\n    init(v)\nf(1)\nf([2])", False, "value=v"),
        ("class A:\n    def f(self, v, w=[1]):\n        init(v)\n    def g(self):\n        self.f(1, [2])", True, ""),
        ("def constant(v):\n    return init(v)\nconstant(0.1), tf.constant([1, 2])", True, ""),
        ("a = b\nb = a\na = 1\ninit(a)", True, ""),
        ("a = 1\na = a * 2\ninit(a)", True, ""),
        ("a = [1]\na = a * 2\ninit(a)", False, "value=a"),
    ],
)
def test_value_of_a_constant(source: str, is_number: bool, message: str) -> None:
    program = source.replace("init(", "tf.constant_initializer(")
    reported = [finding.message for finding in findings(f"{program}\n") if finding.rule == "IC107"]
    assert reported == ([] if is_number else [message])


def test_place_of_a_finding() -> None:
    finding = findings("a = 'é🎲', tf.zeros_initializer()\n")[0]
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 11, 2, 31)
    assert finding.source == "a = 'é🎲', tf.zeros_initializer()"
    assert finding.symbol == "zeros_initializer"
    assert (finding.rule, finding.name, finding.level) == ("IC001", "legacy-initializer", "note")


@pytest.mark.parametrize(
    ("source", "level"),
    [
        ("tf.placeholder, tf.zeros_initializer", levels.Level.TF1),
        ("tf.contrib.layers.conv2d", levels.Level.TF1),
        ("tf.random.set_seed(1); tf.zeros_initializer", levels.Level.TF2),
        ("tf.compat.v1.Session(); tf.zeros_initializer", levels.Level.TF2),
        ("tf.newaxis, tf.abs, tf.zeros_initializer", None),
        ("tf.Session(), tf.placeholder(), tf.losses.Huber", levels.Level.TF1),
    ],
)
def test_api_level(source: str, level: levels.Level | None) -> None:
    decision = levels.decide(names.Names(text.Text(f"import tensorflow as tf\n{source}\n").tree))
    assert decision.level == level
    assert decision.reason


def test_the_tree_decides_for_files_without_a_level(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"a{number}.py").write_text("import tensorflow as tf\ntf.placeholder(tf.zeros_initializer)\n")
    silent = tmp_path / "silent.py"
    silent.write_text("import tensorflow as tf\ntf.ones_initializer()\n")
    (alone,) = scan_tree([silent])
    assert [finding.rule for finding in alone.findings] == ["IC002"]
    together = scan_tree([tmp_path])[-1]
    assert together.path == str(silent)
    assert [finding.rule for finding in together.findings] == ["IC001"]
    assert "TensorFlow 1: 3 files of its directory use it" in together.findings[0].message


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("", ["IC001", "IC102", "IC110"]),
        ("# tf-initcompat: ignore", []),
        ("#tf-initcompat:ignore", []),
        ("# tf-initcompat: ignore[IC102]", ["IC001", "IC110"]),
        ("# tf-initcompat: ignore[ic102]", ["IC001", "IC110"]),
        ("# tf-initcompat: ignore[default-stddev, IC102]", ["IC001"]),
        ("# tf-initcompat: ignore[IC1]", ["IC001"]),
        ("# tf-initcompat: ignore[IC]", ["IC001", "IC102", "IC110"]),
        ("# tf-initcompat: ignore[Legacy-Initializer]", ["IC102", "IC110"]),
        ("# tf-initcompat: ignore[IC00,seeded-freshness]", ["IC110"]),
        ("# tf-initcompat: ignore[IC999]", ["IC001", "IC102", "IC110"]),
    ],
)
def test_comment_ignores_rules(comment: str, rules: list[str]) -> None:
    reported = findings(f"tf.random_normal_initializer(seed=1)  {comment}\n")
    assert [finding.rule for finding in reported] == rules


def test_comment_on_the_last_line_of_a_call() -> None:
    assert not findings(
        """
        tf.random_normal_initializer(
            seed=1,
        )  # tf-initcompat: ignore
        """
    )


@pytest.mark.parametrize(
    ("select", "ignore", "rules"),
    [
        ((), (), ["IC001", "IC102", "IC110"]),
        (("IC1",), (), ["IC102", "IC110"]),
        (("ic1",), ("IC11",), ["IC102"]),
        (("seeded-freshness", "IC001"), (), ["IC001", "IC102"]),
        ((), ("IC1",), ["IC001"]),
        (("IC102",), ("IC102",), []),
    ],
)
def test_select_and_ignore(select: tuple[str, ...], ignore: tuple[str, ...], rules: list[str]) -> None:
    result = scan(f"{HEAD}tf.random_normal_initializer(seed=1)\n", select=select, ignore=ignore)
    assert [finding.rule for finding in result.findings] == rules


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow._api.v2.compat.v1 as tf\ntf.zeros_initializer()",
        "from tensorflow_core.contrib.layers import xavier_initializer",
        "from tensorflow_core.python.ops import init_ops\ninit_ops.zeros_initializer()",
    ],
)
def test_other_names_of_the_package(source: str) -> None:
    assert "IC001" in {finding.rule for finding in scan(source).findings}


@pytest.mark.parametrize(
    ("qualified", "name"),
    [
        ("tensorflow.python.ops.init_ops.GlorotNormal", "glorot_normal_initializer"),
        ("tensorflow.python.keras.initializers.initializers_v1.HeUniform", "keras.initializers.he_uniform"),
        ("tensorflow.python.ops.init_ops.he_normal", "initializers.he_normal"),
        ("tensorflow.python.ops.init_ops.Initializer", "keras.initializers.Initializer"),
        ("tensorflow.python.keras._impl.keras.initializers.he_normal", "keras.initializers.he_normal"),
        ("tensorflow.python.keras._impl.keras.initializers.get", "keras.initializers.get"),
        ("tensorflow.python.keras.initializers.deserialize", "keras.initializers.deserialize"),
        ("tensorflow.contrib.keras.initializers.serialize", "keras.initializers.serialize"),
        ("tensorflow.compat.v1.keras.initializers.Initializer", "keras.initializers.Initializer"),
        ("tensorflow.python.ops.init_ops.ConvolutionOrthogonal3D", "contrib.framework.convolutional_orthogonal_3d"),
        ("tensorflow.python.ops.init_ops.convolutional_orthogonal_1d", "contrib.framework.convolutional_orthogonal_1d"),
        (
            "tensorflow_core.contrib.framework.convolutional_delta_orthogonal",
            "contrib.framework.convolutional_delta_orthogonal",
        ),
    ],
)
def test_names_that_define_a_symbol(qualified: str, name: str) -> None:
    match = namespaces.lookup(qualified)
    assert match is not None
    assert match.name == name
