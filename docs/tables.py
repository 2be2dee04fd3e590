"""Write the tables of the documents that list what is registered: `python docs/tables.py` after an addition.

The tests fail if a table differs from its registry.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tf_initcompat.parity import checks
from tf_initcompat.parity.execution import contexts
from tf_initcompat.saved import differences, upgrades
from tf_initcompat.saved.targets import TARGETS, Target

FOLDER: Final = Path(__file__).parent
#: Outcomes in `eras.json` of models that do not load, and of those that do not predict the same.
_FAILS: Final = ("fails",)
_NOT_SAME: Final = ("fails", "different")


def _versions(condition: Callable[[Target], bool]) -> str:
    """Return the versions of Keras for which a condition is true, the oldest first."""
    return ", ".join(version for version, target in reversed(TARGETS.items()) if condition(target))


def _upgrades() -> Iterator[tuple[str, ...]]:
    for upgrade in upgrades.REGISTRY:
        yield upgrade.name, _versions(upgrade.is_needed_by), upgrade.summary


def _differences() -> Iterator[tuple[str, ...]]:
    for rule in differences.REGISTRY:
        yield rule.name, _versions(rule.is_in), rule.effect.value, rule.summary


def _checks() -> Iterator[tuple[str, ...]]:
    for check in checks.REGISTRY:
        groups = ", ".join(group.kind.value for group in check.groups)
        needs = [need for need in checks.Need if need in check.needs and need is not checks.Need.TENSORS]
        condition = "; ".join(need.value for need in needs)
        yield check.name, groups, check.summary, condition, "yes" if check.p_values else ""


def _contexts() -> Iterator[tuple[str, ...]]:
    for context in contexts.CONTEXTS:
        is_compared = "by default" if context.is_default else "if named"
        if context.is_default and not context.is_quick:
            is_compared += ", except with `--quick`"
        yield context.name, context.summary, is_compared


def _benchmarks() -> Iterator[tuple[str, ...]]:
    for row in json.loads((FOLDER / "benchmarks.json").read_text()):
        name, figure, target = row["row"], row["figure"], row["target"]
        value, _, unit = figure.partition(" ")
        limit = "" if target is None else f"<= {target} {unit}".rstrip()
        reached = "" if target is None else "yes" if float(value) <= target else "**no**"
        yield name, figure, limit, reached, row["machine"], row["date"]


def _eras() -> Iterator[tuple[str, ...]]:
    for maker, row in json.loads((FOLDER / "eras.json").read_text())["3.15"]["makers"].items():
        others = list(row["others"].values())
        counts = [row["models"], row["plain"]["loads"], row["plain"]["same"]]
        counts += [
            row["models"] - sum(outcome in left_out for outcome, *_ in others) for left_out in (_FAILS, _NOT_SAME)
        ]
        reported = Counter(name for outcome, *names in others if outcome in _NOT_SAME for name in names)
        yield maker, *map(str, counts), ", ".join(f"{name} {count}" for name, count in sorted(reported.items()))


def _installations() -> Iterator[tuple[str, ...]]:
    for record in json.loads((FOLDER / "eras.json").read_text()).values():
        rows = record["makers"].values()
        others = [other for row in rows for other in row["others"].values()]
        total = sum(row["models"] for row in rows)
        counts = [total, *(sum(row["plain"][key] for row in rows) for key in ("loads", "same"))]
        counts += [total - sum(outcome in left_out for outcome, *_ in others) for left_out in (_FAILS, _NOT_SAME)]
        yield record["keras"], *map(str, counts)


#: The tables, by the document and the title of their first column.
TABLES: Final[dict[tuple[str, str], Callable[[], Iterator[tuple[str, ...]]]]] = {
    ("saved.md", "upgrade"): _upgrades,
    ("saved.md", "difference"): _differences,
    ("saved.md", "saved by"): _eras,
    ("saved.md", "loaded by"): _installations,
    ("parity.md", "check"): _checks,
    ("parity.md", "context"): _contexts,
    ("performance.md", "benchmark"): _benchmarks,
}


def with_tables(document: str) -> str:
    """Return the text of a document with its tables as the registries have them.

    Args:
      document: Name of the file in this folder.
    """
    text = (FOLDER / document).read_text()
    for (name, title), rows in TABLES.items():
        if name == document:
            before, marker, rest = text.partition(f"\n| {title} | ")
            table, end, after = rest.partition("\n\n")
            head = "\n".join(table.splitlines()[:2])
            lines = "".join(f"\n| {' | '.join(row)} |".replace("  |", " |") for row in rows())
            text = f"{before}{marker}{head}{lines}{end}{after}"
    return text


if __name__ == "__main__":
    for changed in {name for name, _ in TABLES}:
        (FOLDER / changed).write_text(with_tables(changed))
