"""The examples in the docstrings of the public interface run, and every public function and class has one."""

import doctest
import importlib
import inspect
import sys
from collections.abc import Iterator
from typing import Any

import pytest

#: Modules whose `__all__` is public.
PUBLIC = (
    "tf_initcompat",
    "tf_initcompat.contrib",
    "tf_initcompat.contrib.layers",
    "tf_initcompat.initializers",
    "tf_initcompat.keras",
    "tf_initcompat.keras.initializers",
    "tf_initcompat.parity",
    "tf_initcompat.saved",
    "tf_initcompat.source",
    "tf_initcompat.typing",
)
#: Modules with examples that are not public.
INTERNAL = (
    "tf_initcompat.catalog.class_names",
    "tf_initcompat.catalog.symbols",
    "tf_initcompat.wrappers.variance_scaling",
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


def examples(name: str, documented: Any, module: Any) -> Iterator[doctest.DocTest]:
    yield from (test for test in doctest.DocTestFinder().find(documented, name, module=module) if test.examples)


OBJECTS = public_objects()
TESTS = [
    *(test for name, member in OBJECTS.items() for test in examples(name, member, sys.modules[member.__module__])),
    *(
        test
        for name in INTERNAL
        for module in [importlib.import_module(name)]
        for test in examples(name, module, module)
    ),
]


@pytest.mark.parametrize("name", OBJECTS)
def test_public_object_has_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(OBJECTS[name]) or "")


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_listed_once_and_exist(name: str) -> None:
    module = importlib.import_module(name)
    assert len(module.__all__) == len(set(module.__all__))
    assert [attribute for attribute in module.__all__ if not hasattr(module, attribute)] == []


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_example(test: doctest.DocTest, capsys: pytest.CaptureFixture[str]) -> None:
    failed, attempted = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert attempted > 0
    assert failed == 0, capsys.readouterr().out
