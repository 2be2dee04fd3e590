"""JSON values of configs: their types, and access that rejects values of another type."""

import enum
from typing import Final, Literal, TypeAlias

__all__ = [
    "ABSENT",
    "Absent",
    "Json",
    "JsonObject",
    "MalformedError",
    "as_float",
    "as_int",
    "as_list",
    "as_object",
    "as_text",
    "type_name",
]

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
JsonObject: TypeAlias = dict[str, Json]

_TYPE_NAMES: Final[dict[type, str]] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


class Absent(enum.Enum):
    """Type of `ABSENT`."""

    ABSENT = "absent"


#: In place of a value: there is none. As a new value, it removes the key.
ABSENT: Final[Literal[Absent.ABSENT]] = Absent.ABSENT


class MalformedError(ValueError):
    """A value in a config has a type that Keras never writes there."""


def type_name(value: object) -> str:
    """Return the JSON name of a value's type.

    >>> type_name([1, 2])
    'an array'
    """
    return _TYPE_NAMES[type(value)]


def as_object(value: Json) -> JsonObject:
    """Return a value that has to be a JSON object.

    Raises:
      MalformedError: If it is not.
    """
    if isinstance(value, dict):
        return value
    raise MalformedError(f"expected an object, found {type_name(value)}")


def as_list(value: Json) -> list[Json]:
    """Return a value that has to be a JSON array.

    Raises:
      MalformedError: If it is not.
    """
    if isinstance(value, list):
        return value
    raise MalformedError(f"expected an array, found {type_name(value)}")


def as_text(value: Json) -> str:
    """Return a value that has to be a string.

    Raises:
      MalformedError: If it is not.
    """
    if isinstance(value, str):
        return value
    raise MalformedError(f"expected a string, found {type_name(value)}")


def as_int(value: Json) -> int:
    """Return a value that has to be an integer.

    Raises:
      MalformedError: If it is not.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise MalformedError(f"expected an integer, found {type_name(value)}")


def as_float(value: Json) -> float:
    """Return a value that has to be a number.

    Raises:
      MalformedError: If it is not, or is too large for a float.
    """
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError as error:
            raise MalformedError("the number is too large") from error
    raise MalformedError(f"expected a number, found {type_name(value)}")
