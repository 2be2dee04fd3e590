"""The list of names that a TensorFlow lacks, for people."""

from collections.abc import Sequence
from typing import Final

from tf_initcompat._internal.colors import Color, colored
from tf_initcompat._internal.plural import counted
from tf_initcompat.catalog.missing import Way
from tf_initcompat.source.remaining import Remaining, RemainingUse

#: Names and places that are listed; the others are counted.
_MOST_NAMES: Final = 10
_MOST_PLACES: Final = 3
_UPGRADED: Final = (Way.COMPAT_V1, Way.RENAMED, Way.RENAMED_LEGACY_KERAS)
_ORDER: Final = (
    "Run tf_upgrade_v2 after `tf-initcompat migrate`: before it, it drops the factor 1.3 of contrib's initializers."
)


def render(remaining: Remaining, is_colored: bool = False) -> str:
    """Return the list, without a line break at the end."""
    if not remaining.uses:
        return f"no other names of TensorFlow 1 that {remaining.installation} lacks"
    groups = remaining.groups()
    names = sum(map(len, groups.values()))
    files = len({use.path for use in remaining.uses})
    title = (
        f"{remaining.installation} also lacks {counted(names, 'name')}: "
        f"{counted(len(remaining.uses), 'use')} in {counted(files, 'file')}"
    )
    lines = [colored(title, Color.BOLD, is_colored)]
    for way, uses in groups.items():
        lines.append(f"  {way.value}:")
        listed = list(uses.items())
        width = max(len(name) for name, _ in listed[:_MOST_NAMES])
        lines += [f"  {len(found):6,}  {name:{width}}  {_places(found)}" for name, found in listed[:_MOST_NAMES]]
        if rest := sum(len(found) for _, found in listed[_MOST_NAMES:]):
            lines.append(f"  {rest:6,}  of {counted(len(listed) - _MOST_NAMES, 'other name')}")
    if any(way in groups for way in _UPGRADED):
        lines.append(_ORDER)
    return "\n".join(lines)


def _places(uses: Sequence[RemainingUse]) -> str:
    places = list(dict.fromkeys(f"{use.path}:{f'cell {use.cell}:' if use.cell else ''}{use.line}" for use in uses))
    return ", ".join([*places[:_MOST_PLACES], *(["..."] if len(places) > _MOST_PLACES else [])])
