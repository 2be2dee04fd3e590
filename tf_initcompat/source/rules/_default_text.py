"""Sentences about what the variables of a call draw from."""

from collections.abc import Iterable

from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Default


def drawn(creation: Creation, defaults: Iterable[Default]) -> str:
    """Return what variables draw from, as "kernel from glorot_uniform, bias from zeros".

    The only variable of a callable has no name of its own.
    """
    parts = {}
    for default in defaults:
        name = default.weight.variable if len(creation.creator.weights) > 1 else ""
        parts[f"{name} from {default.text}".strip()] = None
    return ", ".join(parts)


def title(creation: Creation) -> str:
    """Return the name of the callable, for people."""
    return f"tf.{creation.name}"
