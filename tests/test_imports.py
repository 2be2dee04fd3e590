"""The imports of each part, and the errors for a missing or an old TensorFlow."""

import ast
import graphlib
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
        tf_initcompat.parity, tf_initcompat.saved, tf_initcompat.source, tf_initcompat.typing.Initializer
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


#: Parts of the package that each part may import, from the bottom to the top. A part is a module or folder of the
#: package; "__init__" is the package itself.
ALLOWED: dict[str, set[str]] = {
    "typing": set(),
    "catalog": set(),
    "recorder": set(),
    "_internal": {"catalog"},
    "wrappers": {"typing", "catalog", "_internal"},
    "initializers": {"wrappers"},
    "keras": {"wrappers", "_internal"},
    "contrib": {"wrappers", "_internal"},
    "__init__": {"_internal"},
    "parity": {"typing", "catalog", "_internal", "wrappers"},
    "source": {"catalog", "_internal"},
    "saved": {"catalog", "_internal", "wrappers"},
    "cli": {"catalog", "_internal", "parity", "source", "saved"},
    "__main__": {"cli"},
}
#: Parts that may be imported inside of functions only, so that importing the module imports no TensorFlow.
ONLY_IN_FUNCTIONS = {"saved": {"wrappers"}}
#: Packages that only some parts may import. The other parts take TensorFlow from the wrappers. The recorder runs alone.
HEAVY = {
    "tensorflow": {"wrappers", "recorder"},
    "keras": set[str](),
    "tf_keras": set[str](),
    "numpy": {"wrappers", "parity"},
}


class Imports(ast.NodeVisitor):
    """The modules that a module imports; blocks for type checkers are left out."""

    def __init__(self, module: Path) -> None:
        self.at_import: set[str] = set()
        self.in_functions: set[str] = set()
        self._depth = 0
        self.visit(ast.parse(module.read_text()))

    def visit_Import(self, node: ast.Import) -> None:
        self._add({alias.name for alias in node.names})

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.module is not None, "relative imports are not used"
        self._add({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1

    def visit_If(self, node: ast.If) -> None:
        is_for_type_checkers = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for child in node.orelse if is_for_type_checkers else [*node.body, *node.orelse]:
            self.visit(child)

    def _add(self, names: set[str]) -> None:
        (self.in_functions if self._depth else self.at_import).update(names)


def part(module: Path) -> str:
    """Return the part of the package that a module belongs to."""
    relative = module.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def parts(names: set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("tf_initcompat.")} & ALLOWED.keys()


def in_package(module: Path) -> str:
    return str(module.relative_to(PACKAGE))


def test_every_part_has_its_rule() -> None:
    assert {part(module) for module in MODULES} == ALLOWED.keys()


@pytest.mark.parametrize("module", MODULES, ids=in_package)
def test_imports_point_downwards(module: Path) -> None:
    imports, own = Imports(module), part(module)
    assert parts(imports.at_import | imports.in_functions) - {own} <= ALLOWED[own]
    assert not parts(imports.at_import) & ONLY_IN_FUNCTIONS.get(own, set())


@pytest.mark.parametrize("module", MODULES, ids=in_package)
def test_only_the_wrappers_import_tensorflow(module: Path) -> None:
    imports = Imports(module)
    packages = {name.partition(".")[0] for name in imports.at_import | imports.in_functions}
    assert {package for package in packages & HEAVY.keys() if part(module) not in HEAVY[package]} == set()


def test_parts_have_no_cycles() -> None:
    graph: dict[str, set[str]] = {name: set() for name in ALLOWED}
    for module in MODULES:
        imports = Imports(module)
        graph[part(module)] |= parts(imports.at_import | imports.in_functions) - {part(module)}
    order = list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError
    assert order.index("catalog") < order.index("wrappers") < order.index("parity") < order.index("__main__")


@pytest.mark.parametrize("module", MODULES, ids=in_package)
def test_modules_are_small(module: Path) -> None:
    # The table of symbols grows by rows.
    assert part(module) == "catalog" or len(module.read_text().splitlines()) <= 400
