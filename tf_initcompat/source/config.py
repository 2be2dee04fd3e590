"""`[tool.tf-initcompat]` in pyproject.toml."""

import sys
from pathlib import Path
from typing import Any, Final

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # for Python 3.10

#: The keys and the types of their values.
KEYS: Final[dict[str, type]] = {
    "assume": str, "exclude": list, "ignore": list, "accept": list, "to": str, "baseline": str, "jobs": int,
}  # fmt: skip


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
                return settings
    return {}


def _read(file: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {file}: {error}") from error
    settings = content.get("tool", {}).get("tf-initcompat")
    if settings is None:
        return None
    for key, value in settings.items():
        if key not in KEYS:
            raise ConfigError(f"{file}: unknown key {key!r} in [tool.tf-initcompat]; there are {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]):
            raise ConfigError(f"{file}: {key} must be of type {KEYS[key].__name__}, not {value!r}")
    return dict(settings)
