"""Actions right after the first import of a module, without importing it."""

import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def call(modules: Collection[str], action: Callable[[str], None]) -> None:
    """Call a function with the name of each module right after the module is executed.

    Args:
      modules: Names of modules that are not imported yet.
      action: The function.
    """
    sys.meta_path.insert(0, _AfterImport(modules, action))


class _AfterImport:
    """Finder that wraps the loaders of modules."""

    def __init__(self, modules: Collection[str], action: Callable[[str], None]) -> None:
        self._modules = modules
        self._action = action

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
