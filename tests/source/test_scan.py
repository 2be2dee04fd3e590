"""What `scan` finds: forms, API levels, and each hazard with code that has it and code that has it not."""

import textwrap
from pathlib import Path

import pytest

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.source import hazards, rules, run
from tf_initcompat.source.findings import Finding
from tf_initcompat.source.process import Options, process
from tf_initcompat.source.project import levels

HEAD = "import tensorflow.compat.v1 as tf\n"


def scan(source: str, options: Options | None = None) -> tuple[Finding, ...]:
    result = process("-", (HEAD + textwrap.dedent(source)).encode(), options or Options(), is_file=False)
    assert not result.error, result.error
    return result.findings


def found(source: str) -> set[str]:
    return {rules.rule(finding.rule).name for finding in scan(source)}


#: Of each rule: code in which it is found, and code that is as similar as can be in which it is not.
HAZARDS = {
    "shared-instance": (
        (
            "i = tf.glorot_uniform_initializer()\na = f(i)\nb = f(i)",
            "i = tf.initializers.he_normal()\nfor n in x:\n    f(i)",
            "def f(i=tf.truncated_normal_initializer(stddev=0.1)): pass",
            "with tf.variable_scope('x', initializer=tf.glorot_normal_initializer()): pass",
            (
                "class A:\n    def __init__(self): self.i = tf.initializers.he_normal()\n"
                "    def f(self): return g(self.i), g(self.i)"
            ),
            "i = tf.random_normal_initializer()\na = [f(i) for _ in x]",
        ),
        (
            "i = tf.glorot_uniform_initializer()\na = f(i)",
            "i = tf.zeros_initializer()\na = f(i)\nb = f(i)",
            "for n in x:\n    i = tf.initializers.he_normal()\n    f(i)",
            "a = f(tf.glorot_uniform_initializer())\nb = f(tf.glorot_uniform_initializer())",
        ),
    ),
    "seeded-freshness": (
        ("tf.glorot_uniform_initializer(seed=1)", "tf.random_normal_initializer(0.0, 1.0, x)"),
        ("tf.glorot_uniform_initializer(seed=None)", "tf.random_normal_initializer(0.0, 1.0)"),
    ),
    "global-seed": (
        (
            "tf.set_random_seed(1)\ntf.initializers.he_normal()",
            "tf.random.set_random_seed(1)\ntf.initializers.he_normal()",
        ),
        ("np.set_random_seed(1)\ntf.initializers.he_normal()", "tf.set_random_seed(1)\ntf.zeros_initializer()"),
    ),
    "partition": (
        (
            "p = tf.fixed_size_partitioner(3)\ntf.initializers.he_normal()",
            "tf.get_variable('x', partitioner=p, initializer=tf.initializers.he_normal())",
        ),
        ("tf.get_variable('x', partitioner=None, initializer=tf.initializers.he_normal())",),
    ),
    "constructor-dtype": (
        (
            "tf.zeros_initializer(dtype=tf.float64)",
            "tf.zeros_initializer(dtype=self.dtype)",
            "tf.zeros_initializer(tf.int32)",
        ),
        ("tf.zeros_initializer(dtype=tf.float32)", "tf.zeros_initializer()(shape, tf.float64)"),
    ),
    "integer-dtype": (
        ("tf.random_uniform_initializer(0, 9, dtype=tf.int32)",),
        ("tf.random_uniform_initializer(0, 9, dtype=tf.float64)", "tf.zeros_initializer(dtype=tf.int32)"),
    ),
    "list-constant": (
        ("tf.constant_initializer([1, 2])", "tf.constant_initializer(value=weights)"),
        ("tf.constant_initializer(1)", "tf.constant_initializer(-0.5)", "tf.constant_initializer()"),
    ),
    "squared-factor": (
        ("tf.uniform_unit_scaling_initializer(1.4)", "tf.uniform_unit_scaling_initializer(factor=f)"),
        ("tf.uniform_unit_scaling_initializer()", "tf.uniform_unit_scaling_initializer(1.0)"),
    ),
    "rank-1-fan": (("tf.uniform_unit_scaling_initializer()",), ("tf.variance_scaling_initializer()",)),
    "contrib-1.3": (
        ("tf.contrib.layers.variance_scaling_initializer()", "tf.contrib.layers.xavier_initializer(uniform=False)"),
        ("tf.contrib.layers.variance_scaling_initializer(uniform=True)", "tf.contrib.layers.xavier_initializer()"),
    ),
    "default-stddev": (
        ("tf.random_normal_initializer()", "tf.truncated_normal_initializer(0.0)"),
        ("tf.random_normal_initializer(0.0, 0.1)", "tf.keras.initializers.RandomNormal()"),
    ),
    "default-range": (
        ("tf.random_uniform_initializer()", "tf.random_uniform_initializer(-1.0)"),
        ("tf.random_uniform_initializer(-1, 1)", "tf.keras.initializers.RandomUniform()"),
    ),
    "converter-leftover": (
        (
            (
                "tf.keras.initializers.VarianceScaling(scale=2.0, mode=('FAN_IN').lower(), "
                'distribution=("uniform" if False else "truncated_normal"))'
            ),
        ),
        ("tf.keras.initializers.VarianceScaling(scale=2.0, mode='fan_in')",),
    ),
    "class-comparison": (
        ("isinstance(x, tf.zeros_initializer)", "x is tf.zeros_initializer"),
        ("tf.zeros_initializer(x)",),
    ),
    "unresolved-arguments": (
        ("tf.random_normal_initializer(*a)", "tf.random_normal_initializer(**k)"),
        ("tf.random_normal_initializer(a, k)",),
    ),
    "private-module": (
        (
            "from tensorflow.python.ops import init_ops\ninit_ops.zeros_initializer()",
            "from tensorflow.python.ops import init_ops_v2\ninit_ops_v2.Zeros()",
        ),
        ("tf.zeros_initializer()",),
    ),
    "string-identifier": (
        (
            "tf.layers.dense(x, 1, kernel_initializer='he_normal')",
            "tf.keras.initializers.get('glorot_uniform')",
            "def dense(x, kernel_initializer='he_normal'): pass",
        ),
        ("flax.dense(x, 1, kernel_initializer='he_normal')", "tf.layers.dense(x, 1, kernel_initializer='mine')"),
    ),
    "serialized-config": (
        ('c = {"class_name": "GlorotUniform", "config": {"dtype": "float32"}}',),
        ('c = {"class_name": "Dense", "config": {}}', 'c = {"class_name": "Zeros"}'),
    ),
    "partition-info": (
        (
            "def init(shape, dtype=None, partition_info=None): pass",
            "class Init:\n    def __call__(self, shape, dtype=None, *, partition_info=None): pass",
            "f(lambda shape, dtype, partition_info: 0)",
        ),
        ("def init(shape, dtype=None, **partition_info): pass",),
    ),
    "unresolved-name": (
        (
            "def f(tf): return tf.zeros_initializer()",
            "def f(tf): return tf.contrib.layers.xavier_initializer()",
            "def f(tf): return tf.initializers.he_normal()",
        ),
        ("def f(model): return model.zeros_initializer()",),
    ),
}


@pytest.mark.parametrize("name", HAZARDS)
def test_hazard(name: str) -> None:
    with_it, without = HAZARDS[name]
    for source in with_it:
        assert name in found(source), source
    for source in without:
        assert name not in found(source), source


def test_every_rule_has_a_case() -> None:
    # Tested by everything here, below, and in test_native.py.
    others = {"legacy-initializer", "api-level", "not-rewritten", "unknown-consumer"}
    assert HAZARDS.keys() | others == {rule.name for rule in rules.RULES}


def test_hazards_of_the_table_have_rules() -> None:
    assert {hazard for symbol in symbols.SYMBOLS for hazard in hazards.of_symbol(symbol)} <= rules.by_id().keys()


@pytest.mark.parametrize("name", [name for symbol in symbols.INITIALIZERS for name in symbol.legacy_names])
def test_every_name_of_the_table_is_found(name: str) -> None:
    findings = scan(f"x = {name}()\n")
    qualified = findings[0].symbol
    assert name.removeprefix("tf.compat.v1.").removeprefix("tf.") == qualified


def test_finding_says_where() -> None:
    finding = scan("a = 'é🎲', tf.zeros_initializer()\n")[0]
    assert (finding.line, finding.column, finding.end_column) == (2, 11, 31)
    assert finding.source == "a = 'é🎲', tf.zeros_initializer()"
    assert finding.symbol == "zeros_initializer"


@pytest.mark.parametrize(
    ("source", "level"),
    [
        ("tf.placeholder, tf.zeros_initializer", "tf1"),
        ("tf.contrib.layers.conv2d", "tf1"),
        ("tf.random.set_seed(1); tf.zeros_initializer", "tf2"),
        ("tf.compat.v1.Session(); tf.zeros_initializer", "tf2"),
        ("tf.newaxis, tf.abs, tf.zeros_initializer", None),
        ("tf.Session(), tf.placeholder(), tf.losses.Huber", "tf1"),
    ],
)
def test_api_level(source: str, level: str | None) -> None:
    from tf_initcompat.source.syntax import names, text

    decision = levels.decide(names.Names(text.Text(f"import tensorflow as tf\n{source}\n").tree))
    assert decision.level == level
    assert decision.reason


def test_the_tree_decides_for_files_that_say_nothing(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"a{number}.py").write_text("import tensorflow as tf\ntf.placeholder(tf.zeros_initializer)\n")
    silent = tmp_path / "silent.py"
    silent.write_text("import tensorflow as tf\ntf.ones_initializer()\n")
    alone = run.run([silent], Options((str(tmp_path),)))
    assert [finding.rule for finding in alone[0].findings] == ["IC002"]
    together = run.run(sorted(tmp_path.iterdir()), Options((str(tmp_path),)))
    assert [finding.rule for finding in together[-1].findings] == ["IC001"]
    assert "3 of 3 files" in together[-1].findings[0].message


def test_ignored_by_a_comment() -> None:
    assert not scan("tf.random_normal_initializer(seed=1)  # tf-initcompat: ignore\n")
    assert {one.rule for one in scan("tf.random_normal_initializer(seed=1)  # tf-initcompat: ignore[IC102]\n")} == {
        "IC001",
        "IC110",
    }
    assert len(scan("tf.random_normal_initializer(seed=1)  # tf-initcompat: ignore[default-stddev, IC102]\n")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow._api.v2.compat.v1 as tf\ntf.zeros_initializer()",
        "from tensorflow_core.contrib.layers import xavier_initializer",
        "from tensorflow_core.python.ops import init_ops\ninit_ops.zeros_initializer()",
    ],
)
def test_other_names_of_the_package(source: str) -> None:
    found = process("-", source.encode(), Options(), is_file=False).findings
    assert "IC001" in {one.rule for one in found}


def test_ignored_on_the_last_line_of_a_call() -> None:
    assert not scan("tf.random_normal_initializer(\n    seed=1,\n)  # tf-initcompat: ignore\n")


def test_names_that_define_a_symbol() -> None:
    assert namespaces.lookup("tensorflow.python.ops.init_ops.GlorotNormal").name == "glorot_normal_initializer"  # type: ignore[union-attr]
    assert namespaces.lookup("tensorflow.python.keras.initializers.initializers_v1.HeUniform").name == (  # type: ignore[union-attr]
        "keras.initializers.he_uniform"
    )
    assert namespaces.lookup("tensorflow.python.ops.init_ops.he_normal").name == "initializers.he_normal"  # type: ignore[union-attr]
