"""The initializer configs inside the JSON of a model, wherever they stand."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tf_initcompat.saved import configs
from tf_initcompat.saved.targets import Target

#: Keys under which a string names an initializer: kernel_initializer, initializer, w_init.
_INITIALIZER_KEY: Final = re.compile(r"(?:^|_)init(?:ializer)?s?$")


class Change(NamedTuple):
    """What is changed at one place of a file.

    Attributes:
      place: Where, as a path through the JSON.
      before: The value that is there.
      after: The value that replaces it.
      what: "initializer", or "layer" for what is changed beside them so that the file loads.
    """

    place: str
    before: Any
    after: Any
    what: str = "initializer"


class Node(NamedTuple):
    """A value inside a JSON value: its place, what holds it, and under which key."""

    place: str
    parent: Any
    key: Any

    @property
    def value(self) -> Any:
        """The value itself."""
        return self.parent[self.key]


def walk(root: dict[str, Any], place: str = "") -> Iterator[Node]:
    """Yields every value inside a JSON object, the outer ones first; the caller may replace them.

    Args:
      root: The object.
      place: Its own place, in front of those of the values.
    """
    # A stack instead of recursion: a file decides how deep it is nested.
    stack = [Node(f"{place}.{key}" if place else key, root, key) for key in reversed(root)]
    while stack:
        node = stack.pop()
        yield node
        value = node.value
        if isinstance(value, dict):
            stack += [Node(f"{node.place}.{key}", value, key) for key in reversed(value)]
        elif isinstance(value, list):
            stack += [Node(f"{node.place}[{index}]", value, index) for index in reversed(range(len(value)))]


def convert(root: dict[str, Any], target: Target, to: str) -> list[Change]:
    """Rewrites the initializer configs inside a JSON object.

    Args:
      root: The object; it is changed.
      target: The Keras that has to load it.
      to: "native" or "shim".

    Returns:
      What was changed, in the order of the file.
    """
    changes = []
    named: set[int] = set()  # lists under an initializer's key
    for node in walk(root):
        value, after = node.value, None
        is_named = id(node.parent) in named or (
            isinstance(node.key, str) and _INITIALIZER_KEY.search(node.key) is not None
        )
        if isinstance(value, dict):
            after = configs.rewritten(value, target, to)
        elif isinstance(value, str) and is_named:
            after = configs.rewritten_name(value, target, to)
        elif isinstance(value, list) and is_named:
            named.add(id(value))
        if after is not None:
            changes.append(Change(node.place, value, after))
            node.parent[node.key] = after
    return changes
