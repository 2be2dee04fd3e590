"""Applies the upgrades to the JSON of a model."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator

from tf_initcompat._internal.plugins import blamed
from tf_initcompat.saved import kinds, nodes, upgrades
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Node, Reweighting
from tf_initcompat.saved.upgrades import Upgrade
from tf_initcompat.saved.values import Absent, Json, JsonObject, MalformedError


@dataclasses.dataclass(frozen=True)
class Change:
    """A change that an upgrade made at one place of a file.

    Attributes:
      place: Path through the JSON.
      before: Value that was there; of a dict only the keys that change; `ABSENT` for an inserted value.
      after: New value.
      kind: Kind of the value.
      upgrade: Name of the upgrade.
      weights: What becomes of the weights of the layer; None if they stay as they are.
      note: What users should know about the change; "" if there is nothing.
    """

    place: str
    before: Json | Absent
    after: Json
    kind: Kind
    upgrade: str
    weights: Reweighting | None = None
    note: str = ""

    @property
    def is_initializer(self) -> bool:
        """Whether the value is an initializer."""
        return self.kind in kinds.INITIALIZERS


def apply_upgrades(documents: JsonObject, context: Context) -> list[Change]:
    """Upgrade everything inside JSON objects.

    Args:
      documents: JSON objects by name. They are changed.
      context: For which Keras they are upgraded.

    Returns:
      The changes, in the order of the file.

    Raises:
      FileError: If a config is not what Keras writes.
      PluginError: If the upgrade of a plugin fails.
    """
    by_kind: dict[Kind, list[Upgrade]] = defaultdict(list)
    for upgrade in upgrades.REGISTRY:
        with blamed(f"`is_needed_by` of upgrade {upgrade.name!r}", upgrade.module):
            is_needed = upgrade.is_needed_by(context.target)
        if is_needed:
            for kind in upgrade.kinds:
                by_kind[kind].append(upgrade)
    changes: list[Change] = []
    for node in nodes.walk(documents):
        with nodes.malformed_configs_are_errors(node):
            for upgrade in by_kind.get(node.kind, ()):
                if upgrade.applies_to(node):
                    what = f"upgrade {upgrade.name!r}, at {node.place or 'top level'},"
                    with blamed(what, upgrade.module, FileError, MalformedError):
                        changes += _apply(upgrade, node, context)
    return changes


def _apply(upgrade: Upgrade, node: Node, context: Context) -> Iterator[Change]:
    for edit in upgrade.function(node, context):
        applied = edit.apply()
        if applied:
            yield Change(
                applied.place, applied.before, applied.after, node.kind, upgrade.name, applied.weights, upgrade.note
            )
