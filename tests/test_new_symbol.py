"""How many files a new symbol touches: a copy of the package gets one, and every part of it knows the symbol."""

import dataclasses
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import tf_initcompat

PACKAGE = Path(tf_initcompat.__file__).parent

MIRROR = "initializers.py"
CATALOG = "catalog/symbols.py"


@dataclasses.dataclass(frozen=True)
class Addition:
    """A new symbol.

    Attributes:
      name: Its name below `tf_initcompat.initializers`.
      edits: By file, a line of it, and the lines to insert in front of that line; "" for a new file.
      limit: How many files may be edited.
      native: Native code for a call of the symbol.
      distribution: Name of the distribution that the parity checker knows.
    """

    name: str
    edits: dict[str, tuple[tuple[str, str], ...]]
    limit: int
    native: str
    distribution: str


KNOWN_DISTRIBUTION = Addition(
    name="kaiming_normal",
    edits={
        CATALOG: (
            (
                "#: Rows that make tensors",
                """
                SYMBOLS += (
                    _preset(
                        "HeNormal",
                        "initializers.kaiming_normal",
                        wrapper=Wrapper("presets", "he_normal"),
                        kind="function",
                        distribution="truncated_normal",
                        scale=2.0,
                    ),
                )
                """,
            ),
        ),
        MIRROR: (
            ('    "constant",', '    "kaiming_normal",'),
            ("he_normal = ", "kaiming_normal = _presets.he_normal"),
        ),
    },
    limit=2,
    native="tf.keras.initializers.HeNormal()",
    distribution="normal(0, 1.60774) truncated at 2 sigma",  # sqrt(2 / 1) / 0.8796
)

NEW_DISTRIBUTION = Addition(
    name="sparse_ones",
    edits={
        CATALOG: (
            ("    ORTHOGONAL = ", '    SPARSE = Facts("sparse", "each shard is sampled on its own")'),
            (
                "#: Rows that make tensors",
                """
                SYMBOLS += (
                    Symbol(
                        names=("initializers.sparse_ones",),
                        wrapper=Wrapper("sparse", "SparseOnes"),
                        kind="class",
                        native="RandomUniform",
                        distribution=Distribution.SPARSE,
                        formula="uniform in [0, 1)",
                        parameters=(_SEED, _DTYPE),
                    ),
                )
                """,
            ),
        ),
        "wrappers/sparse.py": (
            (
                "",
                """
                from tf_initcompat.catalog import symbols
                from tf_initcompat.wrappers import arguments, base, native, real, seeds
                from tf_initcompat.wrappers.tensorflow import tf


                class SparseOnes(base.Initializer):
                    _symbol = symbols.by_name()["initializers.sparse_ones"]

                    def __init__(self, seed=None, dtype=tf.float32):
                        self.seed = seed
                        self.dtype = arguments.as_float_dtype(dtype)

                    def _native(self, shape, full_shape, dtype):
                        seed = seeds.call_seed(self.seed, "uniform", dtype)
                        return native.initializers().RandomUniform(minval=0.0, maxval=1.0, seed=seed)

                    def _legacy(self):
                        return real.RandomUniform(0.0, 1.0, self.seed)
                """,
            ),
        ),
        MIRROR: (
            ("__all__ = [", "from tf_initcompat.wrappers import sparse as _sparse"),
            ('    "constant",', '    "sparse_ones",'),
            ("he_normal = ", "sparse_ones = _sparse.SparseOnes"),
        ),
        "parity/execution/identification.py": (
            (
                "    Distribution.NORMAL: ",
                "    Distribution.SPARSE: lambda initializer, shape, full_shape: distributions.uniform(0, 1),",
            ),
        ),
    },
    limit=5,
    native="tf.keras.initializers.RandomUniform()",
    distribution="uniform(0, 1)",
)

ADDITIONS = [KNOWN_DISTRIBUTION, NEW_DISTRIBUTION]


@pytest.fixture(params=ADDITIONS, ids=lambda addition: addition.name)
def addition(request: pytest.FixtureRequest) -> Addition:
    added: Addition = request.param
    return added


@pytest.fixture
def copy(addition: Addition, tmp_path: Path) -> Path:
    """Return a folder with a copy of the package that has the symbol."""
    shutil.copytree(PACKAGE, tmp_path / "tf_initcompat", ignore=shutil.ignore_patterns("__pycache__"))
    for file, insertions in addition.edits.items():
        path = tmp_path / "tf_initcompat" / file
        text = path.read_text() if path.exists() else ""
        for line, inserted in insertions:
            assert text.count(f"\n{line}") == 1 or not line, line
            block = textwrap.dedent(inserted).strip("\n") if "\n" in inserted else inserted
            text = text.replace(f"\n{line}", f"\n{block}\n{line}", 1) if line else f"{block}\n"
        path.write_text(text)
    return tmp_path


def run(copy: Path, program: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=copy, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_number_of_edited_files(addition: Addition) -> None:
    assert len(addition.edits) <= addition.limit


def test_wrapper_is_public_and_known_to_keras_and_the_parity_checker(addition: Addition, copy: Path) -> None:
    printed = run(
        copy,
        f"""
        import tensorflow as tf, tf_initcompat
        # The installed TensorFlow gets the symbol too.
        tf.compat.v1.initializers.{addition.name} = tf.compat.v1.initializers.he_normal
        from tf_initcompat.parity.execution.configurations import Configuration
        from tf_initcompat.parity.execution.identification import known_distribution
        assert {addition.name!r} in dir(tf_initcompat.initializers)
        initializer = tf_initcompat.initializers.{addition.name}(seed=1)
        assert initializer((2, 3)).shape == (2, 3)
        assert initializer.get_config()["seed"] == 1
        config = tf.keras.initializers.serialize(initializer)
        assert type(tf.keras.initializers.deserialize(config)) is type(initializer)
        print(known_distribution(initializer, Configuration((1, 1))).name)
        """,
    )
    assert printed.strip() == addition.distribution


def test_source_tools_and_the_command_line_know_the_symbol(addition: Addition, copy: Path) -> None:
    printed = run(
        copy,
        f"""
        import tf_initcompat
        from tf_initcompat import cli
        code = "import tensorflow as tf\\nw = tf.compat.v1.initializers.{addition.name}()((2, 3))\\n"
        print(tf_initcompat.source.scan(code).findings[0].symbol)
        print(tf_initcompat.source.migrate(code).content.splitlines()[-1])
        print(tf_initcompat.source.migrate(code, to="native").content.splitlines()[-1])
        assert cli.main(["explain", "tf.compat.v1.initializers.{addition.name}"]) == 0
        assert cli.main(["verify", "--list"]) == 0
        """,
    )
    lines = printed.splitlines()
    assert lines[:3] == [
        f"initializers.{addition.name}",
        f"w = tf_initcompat.initializers.{addition.name}()((2, 3))",
        f"w = {addition.native}((2, 3))",
    ]
    assert f"wrapper: tf_initcompat.initializers.{addition.name}" in printed
    assert lines[-1] == f"initializers.{addition.name}"
