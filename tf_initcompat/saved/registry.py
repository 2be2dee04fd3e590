"""Ordered registries of rules: each module of a package, and any other module, adds its own."""

import functools
import importlib
import pkgutil
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class Rule(Protocol):
    """What a registry holds."""

    @property
    def name(self) -> str:
        """Unique name."""
        ...

    @property
    def order(self) -> tuple[int, str]:
        """Position among the other rules."""
        ...


_Rule = TypeVar("_Rule", bound=Rule)


class Registry(Generic[_Rule]):
    """The rules of one kind.

    Importing a module registers the rules in it. The modules of the package are imported when the rules are first
    asked for; a module outside of the package has to be imported by whoever wants its rules.

    Args:
      package: Package whose modules register rules.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._rules: dict[str, _Rule] = {}

    def add(self, rule: _Rule) -> None:
        """Register a rule.

        Raises:
          ValueError: If another rule has its name.
        """
        if rule.name in self._rules:
            raise ValueError(f"Two rules have the name {rule.name!r}.")
        self._rules[rule.name] = rule

    def remove(self, name: str) -> None:
        """Remove a rule, such as one that a test has added.

        Raises:
          KeyError: If there is none of this name.
        """
        del self._rules[name]

    def rules(self) -> list[_Rule]:
        """Return all rules in their order."""
        self._import_package()
        return sorted(self._rules.values(), key=lambda rule: rule.order)

    @functools.cache  # noqa: B019  registries live as long as the process
    def _import_package(self) -> None:
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__, f"{self._package}."):
            importlib.import_module(module.name)


def dashed(name: str) -> str:
    """Return the name of the rule that a function defines.

    >>> dashed("batch_shape")
    'batch-shape'
    """
    return name.strip("_").replace("_", "-")


def summary(description: str | None) -> str:
    r"""Return the first line of a docstring.

    >>> summary("Remove a key.\n\nDetails.")
    'Remove a key.'
    """
    lines: Iterable[str] = (description or "").strip().splitlines()
    return next(iter(lines), "")
