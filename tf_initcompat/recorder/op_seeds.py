# ruff: noqa: UP032  # Python 2.7 has no f-strings
"""Record the op seeds of a TensorFlow 1 program, for `tf_initcompat.legacy_sampling("tf1", seeds=...)`.

The file runs on Python 2.7 and 3.4 or newer, and on TensorFlow 1.4 or newer. Copy it next to the program. In the program,
call `write` when all variables exist:

    import op_seeds
    op_seeds.write("recorded.json")

The format is described in docs/tf1.md.
"""

import collections
import io
import json

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)  # `tensorflow` in TensorFlow 1.4 to 1.12


def write(path, graph=None):  # type: (str, object) -> None
    """Write the op seeds of a graph, by default of the default graph, to a JSON file."""
    text = json.dumps(op_seeds(graph), indent=1, separators=(",", ": "))
    with io.open(path, "w", encoding="utf-8") as stream:  # noqa: UP020  # Python 2.7's open has no encoding
        stream.write(text + "\n")  # noqa: UP025


def op_seeds(graph=None):  # type: (object) -> dict[str, object]
    """Return the op seeds of a graph in the recorded format.

    Raises:
      ValueError: If the program sets no graph seed, so that its initial values differ from run to run.
    """
    graph = graph or tf.get_default_graph()
    seeds = {op: op.get_attr("seed2") for op in graph.get_operations() if "seed2" in op.node_def.attr}
    variables, operations = {}, {op.name: seed for op, seed in seeds.items()}
    for variable in graph.get_collection("variables") + graph.get_collection("local_variables"):
        name = variable.op.name
        behind = sorted((op for op in ancestors(variable.initializer) if op in seeds), key=lambda op: op.name)
        if any((op.get_attr("seed"), seeds[op]) == (0, 0) for op in behind):
            raise ValueError("Variable {} has no seed. Call tf.set_random_seed in the program.".format(name))
        if len(behind) == 1:
            variables[name] = seeds[behind[0]]
            if behind[0].name.startswith(name + "/Initializer/"):  # the name of the variable finds it
                del operations[behind[0].name]
    return collections.OrderedDict(
        [
            ("format", "tf_initcompat op seeds"),
            ("version", 1),
            ("tensorflow", tf.__version__),
            ("variables", collections.OrderedDict(sorted(variables.items()))),
            ("operations", collections.OrderedDict(sorted(operations.items()))),
        ]
    )


def ancestors(operation):  # type: (object) -> set[object]
    """Return an operation and the operations that its value is made from."""
    found, waiting = {operation}, [operation]
    while waiting:
        inputs = {tensor.op for tensor in waiting.pop().inputs} - found
        found |= inputs
        waiting.extend(inputs)
    return found
