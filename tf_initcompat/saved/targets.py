"""What the versions of Keras accept of an initializer's config; each was measured."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Target(NamedTuple):
    """A version of Keras for which a file is written.

    Attributes:
      version: The option's value.
      has_modules: Whether configs name a module, as Keras 3 writes them.
      renamed: Its names of native classes that have another name elsewhere, the one to write first.
      missing: Native classes that it does not load.
      axes: Whether variance scaling takes `input_axes` and `output_axes`.
      suffix: What may follow the name of a native class.
    """

    version: str
    has_modules: bool = True
    renamed: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    missing: frozenset[str] = frozenset()
    axes: bool = False
    suffix: str = ""

    def names(self, native: str) -> tuple[str, ...]:
        """Returns the names of a native class in configs, the one to write first."""
        return self.renamed.get(native, (native,))


#: The keys that Keras 3.15 adds to the configs of variance scaling.
AXES: Final = ("input_axes", "output_axes")

_OLD_NAMES: Final = {name: (name, f"{name}Initializer") for name in ("Orthogonal", "Identity")}

TARGETS: Final = {
    "3.15": Target("3.15", renamed=_OLD_NAMES, axes=True),
    # Keras 3.0.0 looks for Orthogonal under the longer name, and finds Identity under none.
    "3.0": Target("3.0", renamed={"Orthogonal": ("OrthogonalInitializer",)}, missing=frozenset({"Identity"})),
    "2": Target("2", has_modules=False, suffix="V2"),
}
