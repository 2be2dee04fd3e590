"""Checks of the upgrades on configs before and after, as dedented blocks of JSON."""

import dataclasses
import json
from typing import Any

from tf_initcompat.saved.changes import Change, apply_upgrades
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.targets import TARGETS, TargetName


def parse(block: str) -> Any:
    """Return the JSON value in a block, whose indentation JSON ignores."""
    return json.loads(block)


def upgrade(
    block: str,
    target: TargetName = "3.15",
    name: str = "",
    uses_legacy_loader: bool = False,
    has_weights: bool = False,
    stores_renorm: bool = False,
    keras_version: str = "",
) -> tuple[Any, list[Change]]:
    """Return what becomes of a config, and the changes; check that a second run changes nothing.

    Args:
      block: The config, as an indented block.
      target: Keras for which it is upgraded.
      name: Name of the document in the file: "" for a model, "training_config" for the training configuration.
      uses_legacy_loader: Whether the config is in an HDF5 file.
      has_weights: Whether the file has weights that can be changed.
      stores_renorm: Whether the file has statistics of renorm, which a conversion removes.
      keras_version: Version of the Keras that wrote the file.
    """
    documents = {name: parse(block)}
    context = Context(
        TARGETS[target],
        uses_legacy_loader=uses_legacy_loader,
        has_weights=has_weights,
        stores_renorm=stores_renorm,
        keras_version=keras_version,
    )
    changes = apply_upgrades(documents, context)
    context = dataclasses.replace(context, stores_renorm=False)
    upgraded = json.dumps(documents)
    assert apply_upgrades(documents, context) == []
    assert json.dumps(documents) == upgraded
    return documents[name], changes


def check_transformed(before: str, after: str, **options: Any) -> list[Change]:
    """Check what becomes of a config.

    Args:
      before: The config, as an indented block.
      after: The expected config, as an indented block.
      **options: Keywords of `upgrade`.

    Returns:
      The changes, for further checks.
    """
    assert parse(before) != parse(after), "nothing is expected to change: use check_noop"
    upgraded, changes = upgrade(before, **options)
    assert upgraded == parse(after)
    return changes


def check_noop(block: str, **options: Any) -> None:
    """Check that a config stays as it is.

    Args:
      block: The config, as an indented block.
      **options: Keywords of `upgrade`.
    """
    upgraded, changes = upgrade(block, **options)
    assert upgraded == parse(block)
    assert changes == []
