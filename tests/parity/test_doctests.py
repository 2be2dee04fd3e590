"""The examples in the docstrings of the parity checker run."""

import doctest
import importlib
import pkgutil

import pytest

from tf_initcompat import parity

MODULES = [
    module.name
    for module in pkgutil.walk_packages(parity.__path__, f"{parity.__name__}.")
    if not module.name.endswith("pytest_plugin")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


@pytest.mark.parametrize("function", [parity.compare, parity.assert_parity, parity.Comparison])
def test_public_name_has_an_example(function: object) -> None:
    (test,) = (test for test in doctest.DocTestFinder(recurse=False).find(function))
    assert test.examples
