"""Bilinear UpSampling2D as Keras 2.2 and 2.3 and TensorFlow 1.13 and 1.14 computed it."""

import math
from collections.abc import Iterator
from typing import Final

from tf_initcompat.saved.context import Context, Interpolation
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.package_layers import identity
from tf_initcompat.saved.targets import any_target
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, JsonObject

#: Keys that the layers of the native form share with the old layer.
_SHARED_KEYS: Final = ("trainable", "dtype", "data_format")


@upgrade(
    stage=Stage.VALUES,
    kinds={Kind.LAYER},
    classes={"UpSampling2D"},
    is_needed_by=any_target,
    examples=(
        Example(
            before="""
                {
                  "class_name": "Sequential",
                  "config": {
                    "name": "s",
                    "layers": [
                      {
                        "class_name": "UpSampling2D",
                        "config": {"name": "u", "size": [2, 2], "interpolation": "bilinear"}
                      }
                    ]
                  }
                }
                """,
            after="""
                {
                  "class_name": "Sequential",
                  "config": {
                    "name": "s",
                    "layers": [
                      {
                        "class_name": "Sequential",
                        "config": {
                          "name": "u",
                          "layers": [
                            {
                              "class_name": "UpSampling2D",
                              "config": {"name": "u_repeat_1", "size": [2, 2], "interpolation": "nearest"}
                            },
                            {
                              "class_name": "AveragePooling2D",
                              "config": {
                                "name": "u_mean_1",
                                "pool_size": [2, 2],
                                "strides": [1, 1],
                                "padding": "same"
                              }
                            }
                          ]
                        }
                      }
                    ]
                  }
                }
                """,
            target="2",
            document="model_config",
            uses_legacy_loader=True,
            keras_version="2.2.4",
        ),
        Example(
            before="""
                {
                  "module": "keras.layers",
                  "class_name": "UpSampling2D",
                  "config": {"name": "u", "size": [3, 3], "interpolation": "bilinear"}
                }
                """,
            after="""
                {
                  "module": "tf_initcompat.wrappers.layers",
                  "class_name": "BilinearUpSampling2D",
                  "config": {"name": "u", "size": [3, 3]},
                  "registered_name": "tf_initcompat>BilinearUpSampling2D"
                }
                """,
            keras_version="2.3.1",
        ),
    ),
)
def bilinear_up_sampling(node: Node, context: Context) -> Iterator[Edit]:
    """Replace bilinear UpSampling2D that aligned the corners of pixels, as before TensorFlow 1.15."""
    config = node.config.object
    if context.lacks_interpolation and context.unsaved_interpolation is Interpolation.NEAREST:
        yield node.config.updated({"interpolation": config.get("interpolation", "nearest")})
    if not _aligns_corners(config, context):
        return
    size = config.get("size", [2, 2])
    sizes = [size, size] if isinstance(size, int) else size
    factors = [factor for factor in sizes if isinstance(factor, int)] if isinstance(sizes, list) else []
    are_powers = len(factors) == 2 and max(factors) > 1 and all(factor.bit_count() == 1 for factor in factors)
    if are_powers and context.form is Form.NATIVE and node.model is not None:
        module: JsonObject = {"module": "keras", "registered_name": "Sequential"} if context.target.is_keras_3 else {}
        inner: JsonObject = {"name": config.get("name"), "layers": [*_native(config, factors)]}
        yield node.updated({**module, "class_name": "Sequential", "config": inner})
        return
    yield node.config.updated({"interpolation": ABSENT})
    yield node.updated(identity("BilinearUpSampling2D", node, context))


def _aligns_corners(config: JsonObject, context: Context) -> bool:
    """Return whether the layer interpolated as before TensorFlow 1.15."""
    if context.lacks_interpolation and "interpolation" not in config:
        return context.unsaved_interpolation is Interpolation.BILINEAR
    is_old = (2, 2) <= context.version < (2, 4) and not context.is_from_tensorflow
    return is_old and config.get("interpolation") == "bilinear"


def _native(config: JsonObject, factors: list[int]) -> Iterator[JsonObject]:
    """Yield layers of Keras that compute the same for factors that are powers of 2.

    The old layer weights a pixel and the next one by the distance. For the factor 2 this is the mean of two pixels of
    an image whose pixels are repeated. At the end, `padding="same"` adds nothing to the mean: it is the last pixel.
    A factor 4 is the factor 2 twice, since the second one interpolates linearly between values on a line.
    """
    shared: JsonObject = {key: config[key] for key in _SHARED_KEYS if key in config}
    first: JsonObject = {key: config[key] for key in ("batch_input_shape",) if key in config}
    for step in range(1, int(math.log2(max(factors))) + 1):
        size = [2 if factor >> step else 1 for factor in factors]
        repeat: JsonObject = {
            "name": f"{config.get('name')}_repeat_{step}",
            **first,
            **shared,
            "size": [*size],
            "interpolation": "nearest",
        }
        mean: JsonObject = {
            "name": f"{config.get('name')}_mean_{step}",
            **shared,
            "pool_size": [*size],
            "strides": [1, 1],
            "padding": "same",
        }
        yield {"class_name": "UpSampling2D", "config": repeat}
        yield {"class_name": "AveragePooling2D", "config": mean}
        first = {}
