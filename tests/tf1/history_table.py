"""Write the tables of `docs/history.md`, from the catalog.

Usage: python tests/tf1/history_table.py
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from tf_initcompat.catalog import history
from tf_initcompat.catalog.history import Change

DOCUMENT = Path(__file__).parents[2] / "docs" / "history.md"
#: The tables by the name that the document gives them, with the rows of each.
TABLES: dict[str, Callable[[Change], bool]] = {
    "weights": lambda change: change.aspect.changes_weights,
    "other": lambda change: not change.aspect.changes_weights,
}


def table(changes: Iterable[Change]) -> str:
    """Return a table in Markdown, the most recent change first."""
    lines = ["| symbols | versions | behavior there | behavior of 1.15 |", "| :--- | :--- | :--- | :--- |"]
    for change in sorted(changes, key=history.recency, reverse=True):
        condition = f"if {change.condition}: " if change.condition else ""
        lines.append(f"| {_names(change.names)} | {change.versions} | {condition}{change.before} | {change.now} |")
    return "\n".join(lines)


def _names(names: Iterable[str]) -> str:
    """Return names as `tf.*`, the last components of one module together."""
    modules: dict[str, list[str]] = {}
    for name in names:
        module, _, last = f"tf.{name}".rpartition(".")
        modules.setdefault(module, []).append(f"`{last}`")
    return "; ".join(f"`{module}.`: {', '.join(members)}" for module, members in modules.items())


def with_tables(document: str) -> str:
    """Return a document with its tables made again."""
    for name, is_in in TABLES.items():
        before, marker, rest = document.partition(f"<!-- table: {name} -->\n\n")
        _, end, after = rest.partition("\n\n<!-- end -->")
        assert marker, f"no table {name} in {DOCUMENT.name}"
        assert end, f"the table {name} in {DOCUMENT.name} has no end"
        document = before + marker + table(filter(is_in, history.CHANGES)) + end + after
    return document


if __name__ == "__main__":
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text()))
