"""Sentences about what the variables of a call draw from."""

from collections.abc import Iterable

from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Default


def drawn(creation: Creation, defaults: Iterable[Default]) -> str:
    """Return what variables draw from, as "kernel from glorot_uniform, bias from zeros".

    The only variable of a callable has no name of its own.
    """
    has_names = len(creation.creator.weights) > 1
    parts = (f"{default.weight.variable if has_names else ''} from {default.text}".strip() for default in defaults)
    return ", ".join(dict.fromkeys(parts))


def title(creation: Creation) -> str:
    """Return the name of the callable, for people."""
    return f"tf.{creation.name}"
