"""Sentences about the initial values of the variables of a call."""

from collections.abc import Iterable

from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.defaults import Default


def described(creation: Creation, defaults: Iterable[Default]) -> str:
    """Return variables with their initial values, as "kernel with glorot_uniform, bias with zeros"."""
    return joined(creation, ((default.weight.variable, default.text) for default in defaults))


def joined(creation: Creation, sources: Iterable[tuple[str, str]]) -> str:
    """Return variables with their initial values; the only variable of a callable has no name of its own."""
    has_names = len(creation.creator.weights) > 1
    variables: dict[str, list[str]] = {}
    for variable, text in sources:
        variables.setdefault(text, []).append(variable if has_names else "its variable")
    return ", ".join(f"{' and '.join(dict.fromkeys(names))} with {text}" for text, names in variables.items())


def title(creation: Creation) -> str:
    """Return the name of the callable, for people."""
    return f"tf.{creation.name}"
