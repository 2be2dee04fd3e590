"""Suggestions for misspelt names."""

from collections.abc import Iterable
from typing import Final

#: Similarity of a suggestion, between 0 and 1. Names that only share a prefix stay below it.
_SIMILARITY: Final = 0.7


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice closest to a misspelt word, or None if none is close.

    A word without dots is compared with the last components of dotted names, too.

    Examples:
      >>> nearest("he_norml", ["initializers.he_normal", "zeros_initializer"])
      'initializers.he_normal'
      >>> nearest("--checks", ["--traceback"])
    """
    import difflib  # late, since only errors need it

    by_name = {choice: choice for choice in choices}
    by_last = {choice.rpartition(".")[2]: choice for choice in reversed(by_name)}
    for name, names in ((word, by_name), (word.rpartition(".")[2], by_last)):
        for match in difflib.get_close_matches(name, names, n=1, cutoff=_SIMILARITY):
            return names[match]
    return None
