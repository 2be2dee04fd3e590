"""The initializer configs inside the JSON of a model, wherever they stand."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tf_initcompat.saved import initializers as configs
from tf_initcompat.saved.errors import FileError
from tf_initcompat.saved.targets import Target

#: Keys under which a string names an initializer: kernel_initializer, initializer.
_INITIALIZER_KEY: Final = re.compile(r"(?:^|_)initializers?$")
#: Keys of custom layers under which it probably does, such as w_init: a name may become another one, but no dict.
_SHORT_KEY: Final = re.compile(r"(?:^|_)inits?$")
#: Not numbers, of which a file may hold millions.
_WALKED: Final = (dict, list, str)


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
    """A value inside a JSON value: what holds it, under which key, and the node of what holds it."""

    parent: Any
    key: Any
    outer: "Node | None" = None

    @property
    def value(self) -> Any:
        """The value itself."""
        return self.parent[self.key]

    @property
    def place(self) -> str:
        """Where it is, as a path through the JSON."""
        steps: list[str] = []
        node: Node | None = self
        while node:
            steps.append(f"[{node.key}]" if isinstance(node.key, int) else f".{node.key}")
            node = node.outer
        return "".join(reversed(steps)).lstrip(".")


def walk(root: dict[str, Any]) -> Iterator[Node]:
    """Yields every object, list and string inside a JSON object, the outer ones first; the caller may replace them.

    Args:
      root: The object.
    """
    # A stack instead of recursion: a file decides how deep it is nested.
    stack = [Node(root, key) for key in reversed(root)]
    while stack:
        node = stack.pop()
        yield node
        value = node.value
        if isinstance(value, dict):
            stack += [Node(value, key, node) for key in reversed(value) if isinstance(value[key], _WALKED)]
        elif isinstance(value, list):
            found = [Node(value, index, node) for index, one in enumerate(value) if isinstance(one, _WALKED)]
            stack += reversed(found)


@contextlib.contextmanager
def readable(node: Node) -> Iterator[None]:
    """Says of which config of a file it is that it is not what Keras writes, instead of the error that comes of it."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError) as error:
        raise FileError(f"{node.place} is not what Keras writes ({type(error).__name__}: {error})") from error


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
    keys: dict[int, str] = {}  # of lists: the key of an initializer under which they stand
    for node in walk(root):
        value, after = node.value, None
        key = node.key if isinstance(node.key, str) else keys.get(id(node.parent), "")
        is_named = _INITIALIZER_KEY.search(key) is not None
        with readable(node):
            if isinstance(value, dict):
                after = configs.rewritten(value, target, to)
            elif isinstance(value, str) and (is_named or _SHORT_KEY.search(key)):
                after = configs.rewritten_name(value, target, to)
                after = after if is_named or isinstance(after, str) else None
            elif isinstance(value, list):
                keys[id(value)] = key
        if after is not None:
            changes.append(Change(node.place, value, after))
            node.parent[node.key] = after
    return changes
