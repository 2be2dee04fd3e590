"""The number of files that an addition takes, as docs/design.md promises: each is made in a copy of the package.

Rules, formats, checks, reports and upgrades are added by plugins in the tests of their folders.
"""

import dataclasses
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import tf_initcompat

PACKAGE = Path(tf_initcompat.__file__).parent
DESIGN = Path(__file__).parents[1] / "docs" / "design.md"


@dataclasses.dataclass(frozen=True)
class Addition:
    """An addition to the package.

    Attributes:
      files: For each file, the text that is inserted and the existing text in front of which it is inserted; for a new
        file the existing text is empty.
      program: Shows that the addition works.
      others: Further files for the program.
      tests: Modules of the tests that the program runs.
    """

    files: dict[str, tuple[tuple[str, str], ...]]
    program: str
    others: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    tests: tuple[str, ...] = ()


SYMBOL = Addition(
    files={
        "catalog/symbols.py": (
            (
                """
                    Symbol(
                        names=("initializers.small_normal",),
                        wrapper=Wrapper("random", "SmallNormal"),
                        kind="class",
                        native="RandomNormal",
                        distribution=Distribution.NORMAL,
                        formula="normal(0, stddev)",
                        parameters=(
                            Parameter("stddev", 0.01, "stddev", compared=(0.03,), scale_power=1),
                            _SEED,
                            _DTYPE,
                        ),
                        fixed=(("mean", 0.0),),
                        only_in_tf1=("initializers.small_normal",),
                    ),
                """,
                ")\n\n#: Rows that make tensors",
            ),
        ),
        "wrappers/random.py": (
            (
                '''
                class SmallNormal(RandomNormal):
                    """Samples from a narrow normal distribution around zero.

                    Mirrors `tf.compat.v1.initializers.small_normal`.

                    How to map arguments:

                    | TF1 argument     | TF2 argument | Note                                                      |
                    | :--------------- | :----------- | :-------------------------------------------------------- |
                    | `stddev`         | `stddev`     |                                                           |
                    | `seed`           | `seed`       | a new seed for each call, from TensorFlow's random stream |
                    | `dtype`          | `dtype`      | dtype of the call                                         |
                    | -                | `mean`       | 0.0                                                       |
                    | `partition_info` | -            | each shard is sampled on its own                          |

                    Args:
                      stddev: Standard deviation.
                      seed: Integer op seed or None.
                      dtype: Floating dtype that is used if the call names none.

                    Source: `tf.compat.v1.initializers.small_normal`.
                    """

                    _symbol = symbols.by_name()["initializers.small_normal"]

                    def __init__(self, stddev=0.01, seed=None, dtype=tf.float32):
                        super().__init__(0.0, stddev, seed, dtype)


                ''',
                "class TruncatedNormal(",
            ),
        ),
        "initializers.py": (
            ('    "small_normal",\n', '    "truncated_normal",'),
            ("small_normal = _random.SmallNormal\n", "zeros = _constant.Zeros"),
        ),
    },
    program="""
        import pathlib
        import sys

        import legacy_symbol
        import pytest
        import tf_initcompat
        from tf_initcompat import cli, source
        from tf_initcompat.parity.table import plan

        code = "import tensorflow.compat.v1 as tf\\ntf.initializers.small_normal()\\n"
        assert "IC001" in [finding.rule for finding in source.scan(code).findings]
        assert "tf_initcompat.initializers.small_normal()" in source.migrate(code).content
        code = "import tensorflow as tf\\nw = tf.compat.v1.initializers.small_normal()((2, 3))\\n"
        native = source.migrate(code, to="native")
        assert native.content.endswith("w = tf.keras.initializers.RandomNormal(stddev=0.01)((2, 3))\\n")
        planned = [dict(case.arguments) for case in plan.cases(["initializers.small_normal"])]
        assert planned == [{}, {"stddev": 0.03}], planned
        assert cli.main(["explain", "small_normal"]) == 0
        tests = "small_normal or core_initializer or mirror_has or unique or rows_are"
        sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", ".", "test_symbols.py", "-k", tests]))
        """,
    others={
        # TensorFlow has no symbol that the package lacks: this class stands for one.
        "legacy_symbol.py": """
            import tensorflow as tf


            class SmallNormal(tf.compat.v1.random_normal_initializer):
                def __init__(self, stddev=0.01, seed=None, dtype=tf.float32):
                    super().__init__(0.0, stddev, seed, dtype)

                def get_config(self):
                    return {"stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name}


            SmallNormal.__module__ = "tensorflow.python.ops.init_ops"
            tf.compat.v1.initializers.small_normal = SmallNormal
            """,
        "conftest.py": "import legacy_symbol",
    },
    tests=("contrib_oracle.py", "legacy.py", "test_symbols.py"),
)

DISTRIBUTION = Addition(
    files={
        "catalog/symbols.py": (
            ('    RAMP = Facts("uniform from zero", "each shard is sampled on its own")\n', "    NORMAL = Facts("),
            (
                """
                    Symbol(
                        names=("initializers.ramp",),
                        wrapper=Wrapper("ramp", "Ramp"),
                        kind="class",
                        native="RandomUniform",
                        distribution=Distribution.RAMP,
                        formula="uniform in [0, top)",
                        parameters=(Parameter("top", 1.0, "maxval", compared=(0.4,)), _SEED, _DTYPE),
                    ),
                """,
                ")\n\n#: Rows that make tensors",
            ),
        ),
        "wrappers/ramp.py": (
            (
                '''
                """A uniform distribution from zero to a limit."""

                from tf_initcompat.catalog import symbols
                from tf_initcompat.wrappers import arguments, base, native, real, seeds
                from tf_initcompat.wrappers.tensorflow import tf


                class Ramp(base.Initializer):
                    """Samples uniformly from zero to a limit."""

                    _symbol = symbols.by_name()["initializers.ramp"]

                    def __init__(self, top=1.0, seed=None, dtype=tf.float32):
                        self.top, self.seed, self.dtype = top, seed, arguments.as_float_dtype(dtype)

                    def _native(self, shape, full_shape, dtype):
                        seed = seeds.call_seed(self.seed, "uniform", dtype)
                        return native.initializers().RandomUniform(minval=0.0, maxval=self.top, seed=seed)

                    def _legacy(self):
                        return real.RandomUniform(0.0, self.top, self.seed)
                ''',
                "",
            ),
        ),
        "initializers.py": (
            ("from tf_initcompat.wrappers import ramp as _ramp\n", "from tf_initcompat.wrappers import random"),
            ('    "ramp",\n', '    "random_normal",'),
            ("ramp = _ramp.Ramp\n", "random_normal = "),
        ),
        "parity/execution/identification.py": (
            (
                """
                def _ramp(initializer, shape, full_shape):
                    return distributions.uniform(0.0, initializer.top)

                """,
                "_Find = ",
            ),
            ("    Distribution.RAMP: _ramp,\n", "    Distribution.NORMAL: _normal"),
        ),
    },
    program="""
        import tensorflow as tf
        import tf_initcompat
        from tf_initcompat import parity, source
        from tf_initcompat.parity.table import plan

        assert [dict(case.arguments) for case in plan.cases(["initializers.ramp"])] == [{}, {"top": 0.4}]
        # TensorFlow has no distribution that the package lacks: this class stands for one.
        tf.compat.v1.initializers.ramp = tf.compat.v1.random_uniform_initializer
        legacy = tf.compat.v1.initializers.ramp(0.0, 0.3)
        result = parity.compare(legacy, tf_initcompat.initializers.ramp(0.3), shape=(40, 50), contexts=("eager",))
        assert {check.name for check in result.checks} >= {"support", "goodness of fit"}, result.checks
        assert result.verdict == "same" or {check.name for check in result.failures} == {"config"}, result
        wrong = parity.compare(legacy, tf_initcompat.initializers.ramp(0.303), shape=(40, 50), contexts=("eager",))
        assert "support" in {check.name for check in wrong.failures}
        config = tf.keras.initializers.serialize(tf_initcompat.initializers.ramp(0.3))
        assert isinstance(tf.keras.initializers.deserialize(config), tf_initcompat.initializers.ramp)
        code = "import tensorflow.compat.v1 as tf\\ntf.initializers.ramp(0.3)\\n"
        assert "tf_initcompat.initializers.ramp(0.3)" in source.migrate(code).content
        """,
)

CONTEXT = Addition(
    files={
        "parity/execution/contexts.py": (
            (
                """
                    Context(
                        name="nested",
                        module="programs",
                        summary="a `tf.function` inside another",
                        coverage=Coverage.ONE_IN_TURN,
                        is_default=False,
                        supports_loops=True,
                    ),
                """,
                ")\n\n#: The contexts that are compared unless",
            ),
        ),
        "parity/execution/programs.py": (
            (
                """
                @contextmanager
                def _nested(make, seed):
                    with _function(lambda: tf.function(make, autograph=False)(), seed) as program:
                        yield program


                """,
                "IMPLEMENTATIONS: Final = {",
            ),
            ('    "nested": Implementation(_nested),\n', '    "graph": Implementation('),
        ),
    },
    program="""
        import tensorflow as tf
        import tf_initcompat
        from tf_initcompat import cli, parity

        pair = tf.compat.v1.zeros_initializer(), tf_initcompat.zeros_initializer()
        result = parity.compare(*pair, shape=(2, 3), contexts=("nested",))
        assert (result.verdict, result.contexts) == ("same", ("nested",)), result
        try:
            cli.main(["verify", "--help"])
        except SystemExit:
            pass
        """,
)

ADDITIONS = {
    "a symbol with a known distribution": SYMBOL,
    "a symbol with a new distribution": DISTRIBUTION,
    "a context": CONTEXT,
}


def promised() -> dict[str, int]:
    """Return the largest number of files of each addition, as the table of docs/design.md has it."""
    rows = re.findall(r"^\| (an? [^|]+?) +\| (?:at most )?(\d) ", DESIGN.read_text(), re.MULTILINE)
    return {what: int(count) for what, count in rows}


def test_design_promises_every_addition() -> None:
    kinds = {"a rule", "an output format of `scan`", "a format of reports", "a check", "an upgrade of an old layer"}
    assert promised().keys() == kinds | ADDITIONS.keys()
    assert {promised()[kind] for kind in kinds} == {1}


@pytest.mark.parametrize("what", ADDITIONS)
def test_addition(what: str, tmp_path: Path) -> None:
    addition = ADDITIONS[what]
    assert len(addition.files) <= promised()[what]
    shutil.copytree(PACKAGE, tmp_path / "tf_initcompat", ignore=shutil.ignore_patterns("__pycache__"))
    for name, insertions in addition.files.items():
        file = tmp_path / "tf_initcompat" / name
        text = file.read_text() if file.exists() else ""
        for inserted, existing in insertions:
            assert text.count(existing) == 1 or (not existing and not text), (name, existing)
            block = textwrap.dedent(inserted).lstrip("\n") if inserted.startswith("\n") else inserted
            text = text.replace(existing, f"{block}{existing}") if existing else block
        file.write_text(text)
    for name, text in {"program.py": addition.program, **addition.others}.items():
        (tmp_path / name).write_text(textwrap.dedent(text).lstrip("\n"))
    for name in addition.tests:
        shutil.copy(Path(__file__).with_name(name), tmp_path)
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
