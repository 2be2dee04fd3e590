"""Baselines: files of known findings, so that only new ones are reported."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tf_initcompat._internal import atomic, regular
from tf_initcompat.source.findings import Finding

_VERSION: Final = 1
_Key = tuple[str, str, str]


class BaselineError(ValueError):
    """A baseline that cannot be read."""


def write(file: Path, findings: Iterable[Finding]) -> None:
    """Write findings to a baseline.

    Args:
      file: The baseline. Paths of findings are relative to its directory.
      findings: The findings.

    Raises:
      OSError: If the baseline cannot be written.
    """
    counts = Counter(_key(finding, file.parent) for finding in findings)
    entries = [
        {"path": path, "rule": rule, "source": source, "count": count}
        for (path, rule, source), count in sorted(counts.items())
    ]
    text = json.dumps({"version": _VERSION, "findings": entries}, indent=1, ensure_ascii=False)
    atomic.write_text(file, f"{text}\n")


def new_findings(file: Path, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that a baseline does not contain.

    Args:
      file: The baseline.
      findings: The findings.

    Raises:
      BaselineError: If the file is not a baseline.
    """
    try:
        content = json.loads(regular.read(file).decode("utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"its version is {content['version']!r}, not {_VERSION}")
        left = Counter(
            {(item["path"], item["rule"], item["source"]): int(item["count"]) for item in content["findings"]}
        )
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else f"it is not a baseline ({error})"
        raise BaselineError(
            f"cannot read the baseline {str(file)!r}: {reason}; write it with --write-baseline"
        ) from error
    new: list[Finding] = []
    for finding in findings:
        key = _key(finding, file.parent)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new


def _key(finding: Finding, folder: Path) -> _Key:
    """Return the facts of a finding that stay when lines move."""
    try:
        path = Path(finding.path).absolute().relative_to(folder.absolute()).as_posix()
    except ValueError:
        path = Path(os.path.relpath(finding.path, folder)).as_posix()
    return path, finding.rule, finding.source.strip()
