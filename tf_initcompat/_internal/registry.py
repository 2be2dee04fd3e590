"""Registries: objects of one kind by name, registered by the modules of a package and by plugins."""

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterable, Iterator
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


def _no_claims(item: object) -> Iterable[str]:
    del item
    return ()


class Registry(Generic[T]):
    """Objects of one kind, in their order.

    The modules of a package register the built-in objects. They are imported on first use, in any thread: the others
    wait until all are imported.

    Args:
      kind: What the objects are, for messages.
      package: Name of the package whose modules register the built-in objects.
      claims: Returns what else only one object can have, such as suffixes of files.
    """

    def __init__(self, kind: str, package: str, claims: Callable[[T], Iterable[str]] = _no_claims) -> None:
        self._kind = kind
        self._package = package
        self._claims = claims
        self._objects: dict[str, T] = {}
        self._is_loaded = False
        self._is_loading = False
        self._load_lock = threading.RLock()

    def add(self, item: T) -> None:
        """Register an object.

        Args:
          item: The object.

        Raises:
          ValueError: If its name, or what it claims, is taken by another object.
        """
        # A built-in module must not wait here: the thread that loads may wait for the import of that module.
        if not self._is_built_in(item.module):
            self._load()
        present = self._objects.get(item.name)
        if present is not None and present.module != item.module:
            raise ValueError(f"{self._kind} {item.name!r} is already registered by {present.module}")
        for other in list(self._objects.values()):
            taken = set(self._claims(item)) & set(self._claims(other))
            if taken and other.name != item.name:
                raise ValueError(
                    f"{self._kind} {item.name!r}: {min(taken)!r} is already registered by {other.module}, "
                    f"for {other.name!r}"
                )
        self._objects[item.name] = item

    def remove(self, name: str) -> None:
        """Remove a registered object.

        Args:
          name: Its name.
        """
        del self._objects[name]

    def __iter__(self) -> Iterator[T]:
        self._load()
        items = list(self._objects.values())  # at once: another thread may register an object
        return iter(sorted(items, key=lambda item: (item.order, item.name)))

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
        return tuple(name for name in modules if not self._is_built_in(name) and name != "__main__")

    def _is_built_in(self, module: str) -> bool:
        return module.startswith(f"{self._package}.")

    def _load(self) -> None:
        if self._is_loaded:
            return
        with self._load_lock:
            if self._is_loaded or self._is_loading:  # a module that is being imported may ask for the registry
                return
            self._is_loading = True
            try:
                package = importlib.import_module(self._package)
                for module in pkgutil.iter_modules(package.__path__):
                    importlib.import_module(f"{self._package}.{module.name}")
                self._is_loaded = True  # not after an error: the next use tries again
            finally:
                self._is_loading = False
