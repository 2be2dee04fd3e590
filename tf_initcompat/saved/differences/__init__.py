"""Differences between Keras 2 and Keras 3 that no upgrade removes: rules, in a registry.

Every module of this package registers its rules with the decorator `difference`. So can any other module.
"""

import dataclasses
import enum
import inspect
from collections.abc import Callable, Collection, Iterator
from typing import Final, TypeAlias

from tf_initcompat._internal.plugins import blamed
from tf_initcompat._internal.registry import Registry
from tf_initcompat.saved import nodes
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Node
from tf_initcompat.saved.targets import Target, is_keras_3
from tf_initcompat.saved.values import JsonObject

__all__ = ["REGISTRY", "Condition", "Difference", "Effect", "Rule", "difference", "find"]

Condition: TypeAlias = Callable[[Node, Context], bool]


class Effect(enum.Enum):
    """Consequence of a difference for the converted model.

    >>> Effect.DOES_NOT_LOAD.value
    'does not load'
    """

    PREDICTS_DIFFERENTLY = "predicts differently"
    MAY_PREDICT_DIFFERENTLY = "may predict differently"
    DOES_NOT_LOAD = "does not load"
    RETURNS_OTHER_SHAPE = "does not load or returns another shape"

    @property
    def is_certain(self) -> bool:
        """Whether the file alone shows that the converted model is wrong."""
        return self is not Effect.MAY_PREDICT_DIFFERENTLY


@dataclasses.dataclass(frozen=True)
class Rule:
    """A difference that one kind of config shows.

    Attributes:
      name: Unique name.
      summary: What is different, in one sentence.
      effect: Consequence for the converted model.
      explanation: What Keras does, for messages. "{class_name}" stands for the class of the object.
      kinds: Kinds of nodes that can show it.
      classes: Classes of Keras that can show it; empty for all classes.
      is_in: Whether a version of Keras has the difference.
      condition: Whether a node shows it.

    >>> REGISTRY["hard-sigmoid"].effect.name
    'PREDICTS_DIFFERENTLY'
    """

    name: str
    summary: str
    effect: Effect
    explanation: str
    kinds: frozenset[Kind]
    classes: frozenset[str]
    is_in: Callable[[Target], bool]
    condition: Condition

    @property
    def module(self) -> str:
        """Module that registers it."""
        return self.condition.__module__

    @property
    def order(self) -> int:
        """Position among the other rules: they are sorted by name."""
        return 0

    def applies_to(self, node: Node, context: Context) -> bool:
        """Return whether a node shows the difference.

        Raises:
          PluginError: If the condition of a plugin fails.
        """
        if node.kind not in self.kinds or (self.classes and node.class_id not in self.classes):
            return False
        with blamed(f"difference {self.name!r}, at {node.place or 'top level'},", self.module):
            return self.condition(node, context)

    def is_checked_for(self, target: Target) -> bool:
        """Return whether a version of Keras has the difference.

        Raises:
          PluginError: If the code of a plugin fails.
        """
        with blamed(f"`is_in` of difference {self.name!r}", self.module):
            return self.is_in(target)


@dataclasses.dataclass(frozen=True)
class Difference:
    """A difference at one place of a file.

    Attributes:
      place: Path through the JSON.
      class_name: Class of the object there; "" if the value describes no object.
      rule: The rule.

    >>> print(Difference("config.layers[0]", "LocallyConnected1D", REGISTRY["missing-layer"]))
    config.layers[0]: does not load: Keras 3 has no LocallyConnected1D
    """

    place: str
    class_name: str
    rule: Rule

    def __str__(self) -> str:
        explanation = self.rule.explanation.format(class_name=self.class_name)
        message = f"{self.rule.effect.value}: {explanation}"
        return f"{self.place}: {message}" if self.place else message


REGISTRY: Final = Registry[Rule]("difference", __name__)


def difference(
    *,
    effect: Effect,
    explanation: str,
    kinds: Collection[Kind],
    classes: Collection[str] = (),
    is_in: Callable[[Target], bool] = is_keras_3,
) -> Callable[[Condition], Condition]:
    """Register a function as the condition of a difference.

    The rule's name is that of the function, and its summary the first line of the docstring.

    Args:
      effect: Consequence for the converted model.
      explanation: What Keras does, see `Rule`.
      kinds: Kinds of nodes that can show it.
      classes: Classes that can show it, as for `tf_initcompat.saved.upgrades.upgrade`.
      is_in: Whether a version of Keras has the difference; by default every Keras 3 does.

    Returns:
      A decorator.

    >>> @difference(
    ...     effect=Effect.PREDICTS_DIFFERENTLY,
    ...     explanation="{class_name} divides by the standard deviation since its version 2",
    ...     kinds={Kind.LAYER},
    ...     classes={"my_package>Scale"},
    ... )
    ... def scale_divides(node, context):
    ...     '''Scale, whose version 2 divides by the standard deviation.'''
    ...     return node.config.object.get("axis") == -1
    >>> REGISTRY["scale-divides"].summary
    'Scale, whose version 2 divides by the standard deviation.'
    >>> REGISTRY.remove("scale-divides")
    """

    def register(condition: Condition) -> Condition:
        REGISTRY.add(
            Rule(
                name=condition.__name__.replace("_", "-"),
                summary=inspect.cleandoc(condition.__doc__ or condition.__name__).splitlines()[0],
                effect=effect,
                explanation=explanation,
                kinds=frozenset(kinds),
                classes=frozenset(classes),
                is_in=is_in,
                condition=condition,
            )
        )
        return condition

    return register


def find(documents: JsonObject, context: Context) -> Iterator[Difference]:
    """Yield the differences of a converted model, in the order of the file.

    Args:
      documents: JSON objects by name, after the conversion.
      context: The circumstances of the conversion.

    Raises:
      FileError: If a config is not what Keras writes.
      PluginError: If the condition of a plugin fails.

    >>> from tf_initcompat.saved.targets import TARGETS
    >>> model = {"class_name": "Dense", "config": {"name": "d", "activation": "hard_sigmoid"}}
    >>> [difference.place for difference in find({"": model}, Context(TARGETS["3.15"]))]
    ['config.activation']
    """
    if context.is_from_keras_3:
        return
    rules = [rule for rule in REGISTRY if rule.is_checked_for(context.target)]
    kinds = {kind for rule in rules for kind in rule.kinds}
    for node in nodes.walk(documents) if rules else ():
        with nodes.malformed_configs_are_errors(node):
            shown = [rule for rule in rules if rule.applies_to(node, context)] if node.kind in kinds else []
        yield from (Difference(node.place, node.class_name, rule) for rule in shown)
