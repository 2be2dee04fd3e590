"""Upgrades of old configs: small functions, each for one kind of change, in a registry.

Every module of this package registers its upgrades with the decorator `upgrade`. So can any other module: the upgrades
of a module that is imported are part of every conversion.
"""

import dataclasses
import enum
import inspect
from collections.abc import Callable, Collection, Iterable
from typing import Final, TypeAlias

from tf_initcompat._internal.registry import Registry
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.targets import Target, TargetName, is_keras_3

__all__ = ["REGISTRY", "Example", "Function", "Stage", "Upgrade", "upgrade"]

Function: TypeAlias = Callable[[Node, Context], Iterable[Edit]]


class Stage(enum.IntEnum):
    """Position of an upgrade among the upgrades of the same node.

    Upgrades of one stage do not depend on each other. Every node is upgraded before the values inside it.

    Attributes:
      GENERATION: A config of Keras 1 is written as one of Keras 2.
      FORM: The config as a whole is written in another form.
      LAYERS: Layers are added.
      CALLS: The calls of layers are rewritten.
      VALUES: Values are replaced.
      KEYS: Keys are renamed or removed, because their values are not needed any more.
      MODULE: The module and the class are written. Upgrades of earlier stages recognize classes by the old ones.

    >>> Stage.VALUES < Stage.KEYS
    True
    """

    GENERATION = 0
    FORM = 1
    LAYERS = 2
    CALLS = 3
    VALUES = 4
    KEYS = 5
    MODULE = 6


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example:
    """A config that an upgrade changes: its documentation and its test.

    Attributes:
      before: The config, as an indented block of JSON.
      after: The config after all upgrades.
      target: Keras for which it is upgraded.
      document: Name of the JSON text in the file, such as "training_config"; "" for the model in a .json file.
      uses_legacy_loader: Whether the config is in an HDF5 file.
      has_weights: Whether the file has weights that can be changed.
      stores_renorm: Whether the file has statistics of renorm as before TensorFlow 1.15.
      keras_version: Version of the Keras that wrote the file.

    >>> Example(before='{"units": 2, "implementation": 1}', after='{"units": 2}', target="3.0").target
    '3.0'
    """

    before: str
    after: str
    target: TargetName = "3.15"
    document: str = ""
    uses_legacy_loader: bool = False
    has_weights: bool = False
    stores_renorm: bool = False
    keras_version: str = ""


@dataclasses.dataclass(frozen=True)
class Upgrade:
    """An upgrade of one kind of old config.

    Attributes:
      name: Unique name.
      summary: What it does, in one sentence.
      stage: When it runs.
      kinds: Kinds of nodes to which it applies.
      classes: Classes of Keras to which it applies, by name, and users' classes by their registered name, such as
        "my_package>Scale"; empty for all classes.
      is_needed_by: Whether a version of Keras needs it.
      function: Returns the edits for a node.
      examples: Configs that it changes. Upgrades of the package have at least one.
      note: What users should know about its changes, for messages; "" if there is nothing.

    >>> REGISTRY["negative-slope"].summary
    'Rename `alpha` of LeakyReLU to `negative_slope`.'
    """

    name: str
    summary: str
    stage: Stage
    kinds: frozenset[Kind]
    classes: frozenset[str]
    is_needed_by: Callable[[Target], bool]
    function: Function
    examples: tuple[Example, ...] = ()
    note: str = ""

    @property
    def module(self) -> str:
        """Module that registers it."""
        return self.function.__module__

    @property
    def order(self) -> int:
        """Position among the other upgrades."""
        return self.stage

    def applies_to(self, node: Node) -> bool:
        """Return whether the node is of a kind and class that the upgrade is for."""
        return node.kind in self.kinds and (not self.classes or node.class_id in self.classes)


REGISTRY: Final = Registry[Upgrade]("upgrade", __name__)


def upgrade(
    *,
    stage: Stage,
    kinds: Collection[Kind],
    classes: Collection[str] = (),
    is_needed_by: Callable[[Target], bool] = is_keras_3,
    examples: Collection[Example] = (),
    note: str = "",
) -> Callable[[Function], Function]:
    """Register a function as an upgrade.

    The upgrade's name is that of the function, and its summary the first line of the docstring. The function takes a
    node and a `Context`, and returns edits; it changes nothing itself. A FileError that it raises is reported as an
    error in the file, and so is a config that `Node.object` rejects. Any other error is reported as one of the plugin.
    Only the upgrades of this package need not check the types of what they read from the file.

    Args:
      stage: When it runs.
      kinds: Kinds of nodes to which it applies.
      classes: Classes to which it applies, see `Upgrade`.
      is_needed_by: Whether a version of Keras needs it; by default every Keras 3 does.
      examples: Configs that it changes.
      note: What users should know about its changes, see `Upgrade`.

    Returns:
      A decorator.

    >>> from tf_initcompat.saved.values import ABSENT
    >>> @upgrade(stage=Stage.KEYS, kinds={Kind.LAYER}, classes={"my_package>Scale"})
    ... def scale_without_bias(node, context):
    ...     '''Remove the key `use_bias`, which Scale has not taken since its version 2.'''
    ...     yield node.config.updated({"use_bias": ABSENT})
    >>> REGISTRY.remove("scale-without-bias")
    """

    def register(function: Function) -> Function:
        REGISTRY.add(
            Upgrade(
                name=function.__name__.replace("_", "-"),
                summary=inspect.cleandoc(function.__doc__ or function.__name__).splitlines()[0],
                stage=stage,
                kinds=frozenset(kinds),
                classes=frozenset(classes),
                is_needed_by=is_needed_by,
                function=function,
                examples=tuple(examples),
                note=note,
            )
        )
        return function

    return register
