"""Sequential models of old versions of Keras."""

from collections.abc import Iterator

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import JsonObject


@upgrade(
    stage=Stage.FORM,
    kinds={Kind.MODEL},
    examples=(
        Example(  # before Keras 2.2.3
            before="""
                {
                  "class_name": "Sequential",
                  "config": [
                    {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}
                  ]
                }
                """,
            after="""
                {
                  "module": "keras",
                  "class_name": "Sequential",
                  "config": {
                    "name": "sequential",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "config": {"name": "d_input", "batch_shape": [null, 3]},
                        "registered_name": "InputLayer"
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Dense",
                        "config": {"name": "d", "units": 2},
                        "registered_name": "Dense"
                      }
                    ]
                  },
                  "registered_name": "Sequential"
                }
                """,
        ),
    ),
)
def list_config(node: Node, context: Context) -> Iterator[Edit]:
    """Name the layers of a Sequential model whose config is the list of them, as before Keras 2.2.3."""
    layers = node.object["config"]
    if isinstance(layers, list):
        yield node.updated({"config": {"name": node.object.get("name", "sequential"), "layers": layers}})


@upgrade(
    stage=Stage.LAYERS,
    kinds={Kind.MODEL},
    examples=(
        Example(  # as TensorFlow 1 wrote them
            before="""
                {
                  "module": "keras",
                  "class_name": "Sequential",
                  "config": {
                    "name": "s",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "Dense",
                        "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3], "dtype": "float32"}
                      }
                    ]
                  }
                }
                """,
            after="""
                {
                  "module": "keras",
                  "class_name": "Sequential",
                  "config": {
                    "name": "s",
                    "layers": [
                      {
                        "module": "keras.layers",
                        "class_name": "InputLayer",
                        "config": {"name": "d_input", "batch_shape": [null, 3], "dtype": "float32"},
                        "registered_name": "InputLayer"
                      },
                      {
                        "module": "keras.layers",
                        "class_name": "Dense",
                        "config": {"name": "d", "units": 2, "dtype": "float32"}
                      }
                    ]
                  }
                }
                """,
        ),
    ),
)
def input_layer(node: Node, context: Context) -> Iterator[Edit]:
    """Add the input layer of a Sequential model whose first layer declares the input shape."""
    layers = node.config.object.get("layers")
    first = layers[0] if isinstance(layers, list) and layers else None
    config = first.get("config") if isinstance(first, dict) else None
    if not isinstance(layers, list) or not isinstance(first, dict) or not isinstance(config, dict):
        return
    if first.get("class_name") == "InputLayer" or "batch_input_shape" not in config:
        return
    inputs: JsonObject = {
        "batch_input_shape": config["batch_input_shape"],
        "name": f"{config.get('name')}_input",
    }
    if isinstance(dtype := config.get("dtype"), str):
        inputs["dtype"] = dtype
    yield node.config.child("layers").inserted(0, {"class_name": "InputLayer", "config": inputs})
