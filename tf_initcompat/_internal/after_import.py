"""Actions right after the first import of a module, without importing it."""

import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def call(modules: Collection[str], action: Callable[[str], None]) -> None:
    """Call a function with the name of each module right after the module is executed.

    Args:
      modules: Names of modules that are not imported yet.
      action: The function.
    """
    finder = _AfterImport(modules, action)
    # A second import of this package, after its modules were removed from sys.modules, takes the place of the first.
    sys.meta_path[:] = [finder, *(other for other in sys.meta_path if getattr(other, "key", None) != finder.key)]


class _AfterImport:
    """Finder that wraps the loaders of modules.

    Attributes:
      key: What finders with the same purpose have in common, also those of another import of this module.
    """

    def __init__(self, modules: Collection[str], action: Callable[[str], None]) -> None:
        self._modules = modules
        self._action = action
        self.key: Final = (__name__, frozenset(modules))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        if fullname not in self._modules:
            return None
        import importlib.util  # not at the top: `import tf_initcompat` has to be fast

        sys.meta_path.remove(self)  # while the other finders search
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_act(module: "ModuleType") -> None:
            execute(module)
            self._action(fullname)

        spec.loader.exec_module = execute_and_act  # type: ignore[method-assign]
        return spec
