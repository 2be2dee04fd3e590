"""The examples in the package's docstrings run, and every public function and class has one."""

import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tf_initcompat

PACKAGE = Path(tf_initcompat.__file__).parent
ROOT = Path(__file__).parents[1]

#: Modules whose `__all__` is public, and whose public functions and classes have an example.
PUBLIC = (
    "tf_initcompat",
    "tf_initcompat.contrib",
    "tf_initcompat.contrib.framework",
    "tf_initcompat.contrib.layers",
    "tf_initcompat.initializers",
    "tf_initcompat.keras",
    "tf_initcompat.keras.initializers",
    "tf_initcompat.parity",
    "tf_initcompat.parity.checks",
    "tf_initcompat.parity.reports",
    "tf_initcompat.saved",
    "tf_initcompat.saved.differences",
    "tf_initcompat.saved.upgrades",
    "tf_initcompat.source",
    "tf_initcompat.source.formats",
    "tf_initcompat.source.rules",
    "tf_initcompat.typing",
)


def public_objects() -> dict[str, Any]:
    """Return the public functions and classes of this package, each under one of its names."""
    by_identity: dict[int, tuple[str, Any]] = {}
    for name in PUBLIC:
        module = importlib.import_module(name)
        for attribute in module.__all__:
            member = getattr(module, attribute)
            is_own = getattr(member, "__module__", "").partition(".")[0] == "tf_initcompat"
            if is_own and (inspect.isclass(member) or inspect.isroutine(member)):
                by_identity.setdefault(id(member), (f"{name}.{attribute}", member))
    return dict(by_identity.values())


def examples() -> Iterator[doctest.DocTest]:
    """Yield the examples of each docstring in the package, public or not."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if ">>> " in path.read_text():
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            module = importlib.import_module(name.removesuffix(".__init__"))
            yield from (test for test in doctest.DocTestFinder().find(module) if test.examples)


OBJECTS = public_objects()


@pytest.mark.parametrize("name", OBJECTS)
def test_public_object_has_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(OBJECTS[name]) or "")


def documented_modules() -> set[str]:
    """Return the modules of the package that the documents import from, or name in full."""
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "".join(document.read_text() for document in documents)
    imports = re.findall(r"^ *(?:>>> )?from (tf_initcompat[\w.]*) import ([\w, ]+)", text, re.M)
    members = {f"{package}.{name.strip()}" for package, names in imports for name in names.split(",")}
    names = {package for package, _ in imports} | members | set(re.findall(r"\btf_initcompat(?:\.\w+)+", text))
    return {name for name in names if is_module(name)}


def is_module(name: str) -> bool:
    """Return whether a qualified name is that of a module of the package."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@pytest.mark.parametrize("name", sorted(documented_modules() - {"tf_initcompat.parity.pytest_plugin"}))
def test_documented_modules_declare_their_public_names(name: str) -> None:
    module = importlib.import_module(name)
    assert [member for member in module.__all__ if not hasattr(module, member)] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_unique_and_exist(name: str) -> None:
    module = importlib.import_module(name)
    assert len(module.__all__) == len(set(module.__all__))
    assert [attribute for attribute in module.__all__ if not hasattr(module, attribute)] == []


@pytest.mark.parametrize("test", list(examples()), ids=lambda test: test.name)
def test_example(test: doctest.DocTest, capsys: pytest.CaptureFixture[str]) -> None:
    failed, attempted = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert attempted > 0
    assert failed == 0, capsys.readouterr().out
