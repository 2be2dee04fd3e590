"""Namespaces that load their members on first use (PEP 562)."""

import importlib
import sys
from collections.abc import Callable, Sequence


def lazy_namespace(module: str, public: Sequence[str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` for a module of the public interface.

    A member is a symbol of the catalog or a submodule. TensorFlow is imported when the first symbol is used.

    Args:
      module: Name of the module, `tf_initcompat` or below.
      public: Its public names, `__all__`.
    """
    namespace = module.partition(".")[2]

    def __getattr__(name: str) -> object:
        from tf_initcompat.catalog import symbols  # not at the top: `import tf_initcompat` has to be fast

        members = symbols.names_in(namespace)
        if name in members:
            wrapper = members[name].wrapper
            member: object = getattr(importlib.import_module(wrapper.qualified_module), wrapper.name)
            setattr(sys.modules[module], name, member)
            return member
        if name in public:
            return importlib.import_module(f"{module}.{name}")
        import difflib  # only a misspelled name needs it

        near = difflib.get_close_matches(name, public, n=1)
        hint = f". Did you mean: {near[0]!r}?" if near else ""
        raise AttributeError(f"module {module!r} has no attribute {name!r}{hint}", name=name)

    def __dir__() -> list[str]:
        return sorted(public)

    return __getattr__, __dir__
