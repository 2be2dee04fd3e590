"""Known findings, so that only new ones are told."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tf_initcompat._internal import atomic
from tf_initcompat.source.findings import Finding

_VERSION = 1
_Key = tuple[str, str, str]


class BaselineError(ValueError):
    """A baseline that cannot be read."""


def _key(finding: Finding, folder: Path) -> _Key:
    """Returns what stays the same of a finding when lines move."""
    try:
        path = Path(finding.path).absolute().relative_to(folder.absolute()).as_posix()
    except ValueError:
        path = Path(os.path.relpath(finding.path, folder)).as_posix()
    return path, finding.rule, finding.source.strip()


def write(file: Path, findings: Iterable[Finding]) -> None:
    """Writes the findings to a baseline.

    Raises:
      OSError: If it cannot be written.
    """
    counted = Counter(_key(finding, file.parent) for finding in findings)
    known = [
        {"path": path, "rule": rule, "source": source, "count": count}
        for (path, rule, source), count in sorted(counted.items())
    ]
    atomic.write_text(file, json.dumps({"version": _VERSION, "findings": known}, indent=1, ensure_ascii=False) + "\n")


def unknown(file: Path, findings: Iterable[Finding]) -> list[Finding]:
    """Returns the findings that a baseline does not hold.

    Raises:
      BaselineError: If the file is no baseline.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"it is of version {content['version']!r}, not {_VERSION}")
        left = Counter({(one["path"], one["rule"], one["source"]): int(one["count"]) for one in content["findings"]})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaselineError(
            f"cannot read the baseline {str(file)!r}: {error}; write it with --write-baseline"
        ) from error
    new = []
    for finding in findings:
        key = _key(finding, file.parent)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new
