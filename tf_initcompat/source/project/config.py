"""Settings in `[tool.tf-initcompat]` of pyproject.toml."""

import importlib
import keyword
import sys
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, cast

_TABLE: Final = "tf-initcompat"
#: Module that parses TOML.
_TOML: Final = "tomllib" if sys.version_info >= (3, 11) else "tomli"
#: Type of the value of each key.
KEYS: Final[dict[str, type]] = {
    "assume": str, "exclude": list, "select": list, "ignore": list, "accept": list, "to": str, "baseline": str,
    "jobs": int, "alias": str,
}  # fmt: skip
_CHOICES: Final = {"assume": ("tf1", "tf2"), "to": ("shim", "native")}


class Settings(NamedTuple):
    """Settings of a project; None where pyproject.toml has no such key.

    Attributes:
      assume: API level of a bare `tf`, "tf1" or "tf2".
      exclude: Patterns of files to skip, in the form of .gitignore.
      select: Rules whose findings are reported.
      ignore: Rules whose findings are not reported.
      accept: Rules whose difference is accepted by `migrate --to native`.
      to: Target of `migrate`, "shim" or "native".
      baseline: Absolute path of the baseline.
      jobs: Number of processes.
      alias: Name under which `migrate` imports `tf_initcompat`.
      folder: Directory of the pyproject.toml, to which `exclude` is relative; "" if there is none.
    """

    assume: Literal["tf1", "tf2"] | None = None
    exclude: tuple[str, ...] | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    accept: tuple[str, ...] | None = None
    to: Literal["shim", "native"] | None = None
    baseline: str | None = None
    jobs: int | None = None
    alias: str | None = None
    folder: str = ""


class ConfigError(ValueError):
    """A pyproject.toml that cannot be used."""


def load(start: Path) -> Settings:
    """Return the settings of the closest pyproject.toml that has any, in or above a path.

    Args:
      start: File or directory.

    Raises:
      ConfigError: If the file cannot be read, or has an unknown key or a value of a wrong type.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        file = folder / "pyproject.toml"
        values = _read(file) if file.is_file() else None
        if values is not None:
            if "baseline" in values:
                values["baseline"] = str(folder / values["baseline"])
            values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
            return Settings(**values, folder=str(folder))
    return Settings()


def _read(file: Path) -> dict[str, Any] | None:
    """Return the checked table of a pyproject.toml, or None if it has no such table."""
    toml = importlib.import_module(_TOML)  # late, since many trees have no such file
    try:
        content: dict[str, Any] = toml.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {file}: {error}") from error
    tools = _table(content.get("tool"))
    if tools is None or _TABLE not in tools:
        return None
    table = _table(tools[_TABLE])
    if table is None:
        raise ConfigError(f"{file}: [tool.{_TABLE}] must be a table, not {tools[_TABLE]!r}")
    for key, value in table.items():
        problem = _problem(key, value)
        if problem:
            raise ConfigError(f"{file}: {problem}")
    return dict(table)


def is_alias(name: str) -> bool:
    """Return whether an import can give a module a name; "" stands for the module's own name."""
    return not name or (name.isidentifier() and not keyword.iskeyword(name))


def _table(value: object) -> dict[str, Any] | None:
    """Return a value if it is a table."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _is_of(kind: type, value: object) -> bool:
    """Return whether a value is of a type; a boolean is not a number."""
    return isinstance(value, kind) and not isinstance(value, bool)


def _problem(key: str, value: Any) -> str:
    """Return what is wrong with a setting; "" if nothing is."""
    if key not in KEYS:
        return f"unknown key {key!r} in [tool.{_TABLE}]; the keys are {', '.join(KEYS)}"
    kind = KEYS[key]
    if not _is_of(kind, value):
        return f"{key} must be of type {kind.__name__}, not {value!r}"
    if kind is list and not all(isinstance(item, str) for item in cast("list[object]", value)):
        return f"{key} must be a list of strings, not {value!r}"
    if key in _CHOICES and value not in _CHOICES[key]:
        return f"{key} must be {' or '.join(_CHOICES[key])}, not {value!r}"
    if key == "alias" and not is_alias(value):
        return f"alias must be a name of Python, such as 'tfi', not {value!r}"
    if kind is int and cast(int, value) < 1:
        return f"{key} must be a positive number, not {value!r}"
    return ""
