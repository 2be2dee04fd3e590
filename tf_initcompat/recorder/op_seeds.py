"""Record the op seeds of a TensorFlow 1 program, for `tf_initcompat.legacy_sampling("tf1", seeds=...)`.

The file runs on Python 2.7 and 3.4 or newer, and on TensorFlow 1.4 or newer. Copy it next to the program and call
`write` when all variables exist:

    import op_seeds
    op_seeds.write("recorded.json")

docs/legacy_sampling.md describes the format.
"""

import collections
import json

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)


def write(path, graph=None):
    """Write the op seeds of a graph, by default of the default graph, to a JSON file."""
    with open(path, "w") as stream:
        json.dump(op_seeds(graph), stream, indent=1, separators=(",", ": "))
        stream.write("\n")


def op_seeds(graph=None):
    """Return the op seeds of a graph in the recorded format.

    Raises:
      ValueError: If the program sets no graph seed, so that its initial values differ from run to run.
    """
    graph = graph or tf.get_default_graph()
    seeds, operations = {}, {}
    for position, op in enumerate(graph.get_operations()):
        if "seed2" in op.node_def.attr:
            seeds[op] = op.get_attr("seed2")
            # TensorFlow 1 counts the operations. Any other op seed was given by the program, which gives it again.
            if 0 <= position - seeds[op] < 10:
                operations[op.name] = seeds[op]
    variables = {}
    for variable in graph.get_collection("variables") + graph.get_collection("local_variables"):
        name = variable.op.name
        behind = [op for op in ancestors(variable.initializer) if op in seeds]
        if any((op.get_attr("seed"), seeds[op]) == (0, 0) for op in behind):
            raise ValueError("Variable {} has no seed. Call tf.set_random_seed in the program.".format(name))
        if len(behind) == 1:
            variables[name] = seeds[behind[0]]
            if behind[0].name.startswith(name + "/Initializer/"):  # the name of the variable finds it
                operations.pop(behind[0].name, None)
    return collections.OrderedDict(
        [
            ("format", "tf_initcompat op seeds"),
            ("version", 1),
            ("tensorflow", tf.__version__),
            ("variables", collections.OrderedDict(sorted(variables.items()))),
            ("operations", collections.OrderedDict(sorted(operations.items()))),
        ]
    )


def ancestors(operation):
    """Return an operation and the operations that its value is made from."""
    found, waiting = {operation}, [operation]
    while waiting:
        inputs = {tensor.op for tensor in waiting.pop().inputs} - found
        found |= inputs
        waiting.extend(inputs)
    return found
