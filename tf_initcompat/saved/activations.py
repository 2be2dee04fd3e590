"""The activation hard_sigmoid in configs: Keras 2 computes clip(x / 5 + 1/2), and Keras 3 clip(x / 6 + 1/2)."""

from typing import Final

from tf_initcompat.saved.values import Json, JsonObject

__all__ = ["HARD_SIGMOID", "LEGACY_HARD_SIGMOID", "SLOPE_RATIO", "is_legacy_hard_sigmoid"]

#: Slope of Keras 2 divided by that of Keras 3.
SLOPE_RATIO: Final = 1.2
_MODULE: Final = "keras.activations"
#: The function of Keras 3. Keras writes its name alone, so that the module shows that its input was scaled.
HARD_SIGMOID: Final[JsonObject] = {
    "module": _MODULE,
    "class_name": "function",
    "config": "hard_sigmoid",
    "registered_name": "hard_sigmoid",  # Keras 3.0 reads it only
}
#: The function of this package that computes that of Keras 2.
LEGACY_HARD_SIGMOID: Final[JsonObject] = {
    "module": "tf_initcompat.wrappers.activations",
    "class_name": "function",
    "config": "tf_initcompat>legacy_hard_sigmoid",
    "registered_name": "tf_initcompat>legacy_hard_sigmoid",
}


def is_legacy_hard_sigmoid(value: Json) -> bool:
    """Return whether the config of an activation stands for the function of Keras 2 in a file of Keras 2.

    >>> is_legacy_hard_sigmoid("hard_sigmoid"), is_legacy_hard_sigmoid(HARD_SIGMOID)
    (True, False)
    """
    if isinstance(value, dict):
        if value.get("module") == _MODULE:
            return False
        value = value.get("config") if value.get("class_name") == "function" else value.get("class_name")
    return value == "hard_sigmoid"
