"""`[tool.tf-initcompat]` in pyproject.toml."""

import sys
from pathlib import Path
from typing import Any, Final

#: The keys and the types of their values.
KEYS: Final[dict[str, type]] = {
    "assume": str, "exclude": list, "ignore": list, "accept": list, "to": str, "baseline": str, "jobs": int,
}  # fmt: skip


CHOICES: Final = {"assume": ("tf1", "tf2"), "to": ("shim", "native")}
#: Not in the file: its directory, to which `exclude` is relative.
EXCLUDE_BASE: Final = "exclude_base"


class ConfigError(ValueError):
    """A pyproject.toml that cannot be used."""


def load(start: Path) -> dict[str, Any]:
    """Returns the settings of the closest pyproject.toml that has any, above a path.

    Args:
      start: File or directory.

    Returns:
      The settings, paths among them relative to the file's directory.

    Raises:
      ConfigError: If the file cannot be read, or has an unknown key or a wrong type.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            settings = _read(file)
            if settings is not None:
                if "baseline" in settings:
                    settings["baseline"] = str(folder / settings["baseline"])
                if "exclude" in settings:
                    settings[EXCLUDE_BASE] = str(folder)
                return settings
    return {}


def _read(file: Path) -> dict[str, Any] | None:
    if sys.version_info >= (3, 11):  # imported late, since many trees have no such file
        import tomllib
    else:
        import tomli as tomllib

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {file}: {error}") from error
    tools = content.get("tool", {})
    settings = tools.get("tf-initcompat") if isinstance(tools, dict) else None
    if settings is None:
        return None
    if not isinstance(settings, dict):
        raise ConfigError(f"{file}: [tool.tf-initcompat] must be a table, not {settings!r}")
    for key, value in settings.items():
        if key not in KEYS:
            raise ConfigError(f"{file}: unknown key {key!r} in [tool.tf-initcompat]; there are {', '.join(KEYS)}")
        kind = KEYS[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ConfigError(f"{file}: {key} must be of type {kind.__name__}, not {value!r}")
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise ConfigError(f"{file}: {key} must be a list of strings, not {value!r}")
        if key in CHOICES and value not in CHOICES[key]:
            raise ConfigError(f"{file}: {key} must be {' or '.join(CHOICES[key])}, not {value!r}")
        if isinstance(value, int) and value < 1:
            raise ConfigError(f"{file}: jobs must be a positive number, not {value!r}")
    return dict(settings)
