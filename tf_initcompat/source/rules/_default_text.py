"""Sentences about what the variables of a call draw from."""

from collections.abc import Iterable

from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Default


def drawn(creation: Creation, defaults: Iterable[Default]) -> str:
    """Return what variables draw from, as "kernel from glorot_uniform, bias from zeros"."""
    return joined(creation, ((default.weight.variable, default.text) for default in defaults))


def joined(creation: Creation, sources: Iterable[tuple[str, str]]) -> str:
    """Return variables with what they draw from; the only variable of a callable has no name of its own."""
    has_names = len(creation.creator.weights) > 1
    variables: dict[str, list[str]] = {}
    for variable, text in sources:
        variables.setdefault(text, []).append(f"{variable} " if has_names else "")
    return ", ".join(f"{'and '.join(dict.fromkeys(names))}from {text}" for text, names in variables.items())


def title(creation: Creation) -> str:
    """Return the name of the callable, for people."""
    return f"tf.{creation.name}"
