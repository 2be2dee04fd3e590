"""Sequential models of Keras 1 that begin with a Merge of other models."""

import dataclasses
from collections.abc import Iterator, Mapping

from tf_initcompat.saved.context import Context
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.nodes import Edit, Node
from tf_initcompat.saved.upgrades import Example, Stage, upgrade
from tf_initcompat.saved.values import ABSENT, Absent, Json, JsonObject
from tf_initcompat.saved.weights import roles


@dataclasses.dataclass
class _Graph:
    """The layers of a functional model.

    Attributes:
      layers: Dicts of the layers; those of the file are the same objects, by which the weights are found.
      sources: Names of the layers on whose outputs each layer is called.
    """

    layers: list[JsonObject] = dataclasses.field(default_factory=list[JsonObject])
    sources: list[tuple[str, ...]] = dataclasses.field(default_factory=list[tuple[str, ...]])

    def add(self, layer: JsonObject, *sources: str) -> str:
        """Add a layer, and return its name."""
        self.layers.append(layer)
        self.sources.append(sources)
        return _name(layer)

    @property
    def inputs(self) -> list[str]:
        """Names of the input layers."""
        return [_name(layer) for layer, sources in zip(self.layers, self.sources, strict=True) if not sources]


class _NoGraphError(Exception):
    """The models that are merged have no form that this module knows."""


def _name(layer: JsonObject) -> str:
    config = layer.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    if not isinstance(name, str):
        raise _NoGraphError
    return name


def _branches(layer: Json) -> list[list[Json]] | None:
    """Return the layers of each model that a Merge layer merges; None if it is no such layer."""
    config = layer.get("config") if isinstance(layer, dict) and layer.get("class_name") == "Merge" else None
    models = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(models, list):
        return None
    configs = [model.get("config") for model in models if isinstance(model, dict)]
    chains = [chain for chain in configs if isinstance(chain, list)]
    if len(chains) != len(models):
        raise _NoGraphError
    return chains


def _add_chain(graph: _Graph, layers: list[Json]) -> tuple[str, int]:
    """Add the layers of a Sequential model, and return the name of the last one and how many follow each other."""
    chain = list(roles.flat(layers)) if _branches(layers[0]) is None else [layers[0], *roles.flat(layers[1:])]
    first, *others = [layer for layer in chain if isinstance(layer, dict)]
    if (branches := _branches(first)) is not None:
        last, length = _add_merge(graph, first, branches)
    else:
        last, length = _add_first(graph, first), 1
    for layer in others:
        last = graph.add(layer, last)
    return last, length + len(others)


def _add_first(graph: _Graph, layer: JsonObject) -> str:
    """Add a layer that declares the shape of the input, and the input layer."""
    config = layer.get("config")
    if layer.get("class_name") == "InputLayer":
        return graph.add(layer)
    if not isinstance(config, dict) or "batch_input_shape" not in config:
        raise _NoGraphError
    own: JsonObject = {key: config[key] for key in ("batch_input_shape", "input_dtype") if key in config}
    inputs: JsonObject = {"class_name": "InputLayer", "config": {"name": f"{_name(layer)}_input", **own}}
    return graph.add(layer, graph.add(inputs))


def _add_merge(graph: _Graph, merge: JsonObject, branches: list[list[Json]]) -> tuple[str, int]:
    """Add models and the layer that merges them.

    Keras 3 reads weights in the order of its layers, which it sorts by their distance from the output. Linear
    activations at the end of a branch keep all its layers before those of the next one, as the file has them.
    """
    ends: list[str] = []
    longest = 0
    for index, branch in enumerate(branches):
        last, length = _add_chain(graph, branch)
        following = sum(map(_length, branches[index + 1 :]))
        for number in range(following):
            name = f"{_name(merge)}_branch_{index + 1}_{number + 1}"
            activation: JsonObject = {"name": name, "activation": "linear"}
            last = graph.add({"class_name": "Activation", "config": activation}, last)
        ends.append(last)
        longest = max(longest, length + following)
    return graph.add(merge, *ends), longest + 1


def _length(layers: list[Json]) -> int:
    """Return how many layers of a model follow each other."""
    return _add_chain(_Graph(), layers)[1]


@upgrade(
    stage=Stage.GENERATION,
    kinds={Kind.MODEL},
    classes={"Sequential"},
    examples=(
        Example(
            before="""
                {
                  "class_name": "Sequential",
                  "config": [
                    {
                      "class_name": "Merge",
                      "config": {
                        "name": "m",
                        "mode": "concat",
                        "concat_axis": -1,
                        "layers": [
                          {
                            "class_name": "Sequential",
                            "config": [
                              {"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 2, 3]}}
                            ]
                          },
                          {
                            "class_name": "Sequential",
                            "config": [
                              {"class_name": "Flatten", "config": {"name": "g", "batch_input_shape": [null, 4]}}
                            ]
                          }
                        ]
                      }
                    }
                  ]
                }
                """,
            after="""
                {
                  "class_name": "Model",
                  "config": {
                    "name": "merged",
                    "layers": [
                      {
                        "class_name": "InputLayer",
                        "config": {"name": "f_input", "batch_shape": [null, 2, 3]},
                        "name": "f_input",
                        "inbound_nodes": []
                      },
                      {
                        "class_name": "Flatten",
                        "config": {"name": "f"},
                        "name": "f",
                        "inbound_nodes": [[["f_input", 0, 0]]]
                      },
                      {
                        "class_name": "Activation",
                        "config": {"name": "m_branch_1_1", "activation": "linear"},
                        "name": "m_branch_1_1",
                        "inbound_nodes": [[["f", 0, 0]]]
                      },
                      {
                        "class_name": "InputLayer",
                        "config": {"name": "g_input", "batch_shape": [null, 4]},
                        "name": "g_input",
                        "inbound_nodes": []
                      },
                      {
                        "class_name": "Flatten",
                        "config": {"name": "g"},
                        "name": "g",
                        "inbound_nodes": [[["g_input", 0, 0]]]
                      },
                      {
                        "class_name": "Concatenate",
                        "config": {"name": "m", "axis": -1},
                        "name": "m",
                        "inbound_nodes": [[["m_branch_1_1", 0, 0], ["g", 0, 0]]]
                      }
                    ],
                    "input_layers": [["f_input", 0, 0], ["g_input", 0, 0]],
                    "output_layers": ["m", 0, 0]
                  }
                }
                """,
            document="model_config",
            uses_legacy_loader=True,
            keras_version="1.2.2",
        ),
    ),
)
def keras_1_branches(node: Node, context: Context) -> Iterator[Edit]:
    """Write a Sequential model of Keras 1 that begins with a Merge of others as a functional model."""
    layers = node.object["config"]
    if not context.is_from_keras_1 or not isinstance(layers, list):
        return
    graph = _Graph()
    try:
        if not layers or _branches(layers[0]) is None:
            return
        last, _ = _add_chain(graph, layers)
        names = [_name(layer) for layer in graph.layers]
    except _NoGraphError:
        return
    if len(set(names)) < len(names):
        return  # a model that is merged twice
    config: JsonObject = {
        "name": "merged",
        "layers": [*graph.layers],
        "input_layers": [[name, 0, 0] for name in graph.inputs],
        "output_layers": [[last, 0, 0]],
    }
    yield node.updated({"class_name": "Model", "config": config})
    for index, sources in enumerate(graph.sources):
        layer = node.config.child("layers").child(index)
        inbound: Json = [[[source, 0, 0] for source in sources]] if sources else []
        called: Mapping[str, Json] = {"name": names[index], "inbound_nodes": inbound}
        yield layer.updated(called)
        if "layers" in layer.config.object:
            removed: Mapping[str, Json | Absent] = {"layers": ABSENT}
            yield layer.config.updated(removed)
