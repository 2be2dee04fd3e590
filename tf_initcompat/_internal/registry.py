"""Registries: objects of one kind by name, registered by the modules of a package and by plugins."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Registered(Protocol):
    """An object that a registry can hold.

    Attributes:
      name: Name, unique in the registry.
      module: Name of the module that registers it.
      order: Position among the others; equal positions are sorted by name.
    """

    @property
    def name(self) -> str: ...

    @property
    def module(self) -> str: ...

    @property
    def order(self) -> int: ...


T = TypeVar("T", bound=Registered)


class Registry(Generic[T]):
    """Objects of one kind, in their order.

    The modules of a package register the built-in objects. They are imported on first use.

    Args:
      kind: What the objects are, for messages.
      package: Name of the package whose modules register the built-in objects.
    """

    def __init__(self, kind: str, package: str) -> None:
        self._kind = kind
        self._package = package
        self._objects: dict[str, T] = {}
        self._is_loaded = False

    def add(self, item: T) -> None:
        """Register an object.

        Args:
          item: The object.

        Raises:
          ValueError: If its name is taken by an object of another module.
        """
        present = self._objects.get(item.name)
        if present is not None and present.module != item.module:
            raise ValueError(f"{self._kind} {item.name!r} is already registered by {present.module}")
        self._objects[item.name] = item

    def remove(self, name: str) -> None:
        """Remove a registered object.

        Args:
          name: Its name.
        """
        del self._objects[name]

    def __iter__(self) -> Iterator[T]:
        self._load()
        return iter(sorted(self._objects.values(), key=lambda item: (item.order, item.name)))

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._objects

    def __len__(self) -> int:
        self._load()
        return len(self._objects)

    def __getitem__(self, name: str) -> T:
        self._load()
        return self._objects[name]

    def plugins(self) -> tuple[str, ...]:
        """Return the names of the modules outside the package that registered objects."""
        modules = dict.fromkeys(item.module for item in self)
        return tuple(name for name in modules if not name.startswith(f"{self._package}.") and name != "__main__")

    def _load(self) -> None:
        if self._is_loaded:
            return
        self._is_loaded = True  # before the imports: a module may ask for the registry
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
