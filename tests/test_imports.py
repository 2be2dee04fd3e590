"""What importing imports, who may import whom, and what is said where TensorFlow is missing or old."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import tf_initcompat

PACKAGE = Path(tf_initcompat.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def run(program: str, *options: str) -> str:
    # A subprocess, because this one has imported TensorFlow.
    done = subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_imports_no_tensorflow() -> None:
    run("""
        import sys
        import tf_initcompat, tf_initcompat.catalog.symbols, tf_initcompat.keras, tf_initcompat.contrib
        dir(tf_initcompat)
        with tf_initcompat.legacy_sampling():
            pass
        assert not {"tensorflow", "keras", "tf_keras", "numpy"} & sys.modules.keys(), sys.modules.keys()
    """)


def test_command_line_and_plugin_import_no_tensorflow() -> None:
    # The workers of `verify` import it; the reports are written in processes that must not pay for it.
    run("""
        import sys
        import tf_initcompat.parity.pytest_plugin
        assert "tf_initcompat.parity.api" not in sys.modules and "scipy" not in sys.modules
        import tf_initcompat.cli
        assert tf_initcompat.cli.main(["verify", "--list"]) == 0
        import tf_initcompat.parity.table.run
        from tf_initcompat.parity.reports import html, junit, text
        assert not {"tensorflow", "keras", "tf_keras"} & sys.modules.keys()
    """)


def test_source_tools_import_no_tensorflow(tmp_path: Path) -> None:
    # A pre-commit hook must not pay for it.
    (tmp_path / "model.py").write_text("import tensorflow.compat.v1 as tf\ntf.zeros_initializer()\n")
    run(f"""
        import sys
        import tf_initcompat.cli
        assert tf_initcompat.cli.main(["scan", {str(tmp_path)!r}]) == 1
        assert tf_initcompat.cli.main(["migrate", "--write", {str(tmp_path)!r}]) == 0
        assert tf_initcompat.cli.main(["scan", {str(tmp_path)!r}]) == 0
        assert tf_initcompat.cli.main(["explain", "IC101"]) == 0
        assert not {{"tensorflow", "keras", "tf_keras", "numpy", "scipy"}} & sys.modules.keys()
    """)


def test_converter_imports_no_tensorflow(tmp_path: Path) -> None:
    fixture = Path(__file__).parent / "saved" / "fixtures" / "tf-2.15-graph" / "layers.h5"
    run(f"""
        import sys
        import tf_initcompat.cli
        import tf_initcompat.saved
        assert "h5py" not in sys.modules
        convert = ["convert", {str(fixture)!r}, {str(tmp_path / "new.h5")!r}, "--no-verify"]
        assert tf_initcompat.cli.main(convert) == 0
        assert not {{"tensorflow", "keras", "tf_keras", "scipy"}} & sys.modules.keys()
    """)


def test_first_use_imports_tensorflow() -> None:
    run("""
        import sys
        from tf_initcompat.initializers import he_normal
        assert "tensorflow" in sys.modules
    """)


@pytest.mark.parametrize(
    "imports", ["from tf_initcompat.initializers import zeros", "import tf_initcompat, tensorflow", "import tensorflow"]
)
def test_keras_knows_the_wrappers_in_every_order(imports: str) -> None:
    run(f"""
        {imports}
        import tensorflow as tf, tf_initcompat
        known = tf.keras.utils.get_custom_objects()
        assert known["tf_initcompat>VarianceScaling"] is tf_initcompat.variance_scaling_initializer
        assert known["tf_initcompat.keras>HeUniform"] is tf_initcompat.keras.initializers.he_uniform
    """)


ABSENT = """
    import sys
    {setup}
    import tf_initcompat
    for use in ("tf_initcompat.zeros_initializer", "tf_initcompat.keras.initializers"):
        try:
            eval(use)
        except ImportError as error:
            print(error)
"""


def test_missing_tensorflow(tmp_path: Path) -> None:
    (tmp_path / "tf_initcompat").symlink_to(PACKAGE)
    # -S: an interpreter without any installed package.
    printed = run(ABSENT.format(setup=f"sys.path.insert(0, {str(tmp_path)!r})"), "-S")
    assert printed.count("pip install 'tf-initcompat[tf]'") == 2
    assert "not installed" in printed


def test_old_tensorflow(tmp_path: Path) -> None:
    # An old TensorFlow does not install on the supported Pythons: what stands for it has only its version.
    (tmp_path / "tensorflow.py").write_text('__version__ = "1.15.5"\n')
    printed = run(ABSENT.format(setup=f"sys.path.insert(0, {str(tmp_path)!r})"))
    assert printed.count("need TensorFlow >= 2.15, found 1.15.5") == 2
    assert printed.count("pip install 'tf-initcompat[tf]'") == 2


def imported(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def part(module: Path) -> str:
    """Returns the part of the house that a module belongs to."""
    relative = module.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


#: Parts that each part may import, itself included. Imports point downwards only.
ALLOWED = {
    "__init__": {"_internal"},
    "__main__": {"cli"},
    "catalog": {"catalog"},
    "_internal": {"_internal", "catalog", "wrappers"},
    "wrappers": {"wrappers", "catalog", "_internal"},
    "initializers": {"wrappers"},
    "keras": {"wrappers", "_internal"},
    "contrib": {"wrappers", "_internal"},
    "parity": {"parity", "catalog", "wrappers", "_internal"},
    "source": {"source", "catalog", "_internal"},
    "saved": {"saved", "catalog"},
    "cli": {"cli", "catalog", "parity", "source", "saved", "_internal"},
}
PARTS = {part(module) for module in MODULES}
#: Modules of `saved` that import the wrappers inside functions, in a process that loads models.
LOADING = {"objects.py", "process.py"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_who_imports_whom(module: Path) -> None:
    names = imported(module)
    own = {name.split(".")[1] for name in names if name.startswith("tf_initcompat.")} & PARTS
    if part(module) == "__init__":
        own -= {"initializers", "keras", "contrib", "wrappers"}  # for type checkers only
    if module.name in LOADING and part(module) == "saved":
        own -= {"_internal", "wrappers"}
    assert own <= ALLOWED[part(module)]
    if part(module) != "wrappers":
        forbidden = {"tensorflow", "keras", "tf_keras"} | (set() if part(module) == "parity" else {"numpy"})
        assert not any(name.split(".")[0] in forbidden for name in names)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_modules_are_small(module: Path) -> None:
    # The table of symbols grows by rows.
    assert part(module) == "catalog" or len(module.read_text().splitlines()) <= 400
