"""Record the op seeds of a TensorFlow 1 program, for `tf_initcompat.legacy_sampling("tf1", seeds=...)`.

The file runs on Python 2.7 and 3.4 or newer, and on TensorFlow 1.4 or newer. Copy it next to the program and call
`write` when all variables exist:

    import op_seeds
    op_seeds.write("recorded.json")

docs/legacy_sampling.md describes the format.
"""

import collections
import json
import re

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)

#: Name of the op seed of a `tf.data.Dataset`, which is a tensor. In old versions, the constant has no scope.
DATASET_SEED = re.compile(r"((.*/)?seed2(_\d+)?)(/Const)?$")


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
    for op in graph.get_operations():
        if "seed2" in op.node_def.attr:
            seeds[op] = (op.get_attr("seed"), op.get_attr("seed2"))
            if is_counted(op, *seeds[op]):
                # An integer uniform has the name of its scope.
                operations[op.name + "/" * (op.type == "RandomUniformInt")] = seeds[op][1]
        elif op.type == "Const" and DATASET_SEED.match(op.name):
            values = list(op.get_attr("value").int64_val)
            if len(values) == 1 and values != [0] and is_counted(op, None, values[0]):  # 0 without a graph seed
                operations[DATASET_SEED.match(op.name).group(1)] = values[0]
    variables = {}
    for variable in graph.get_collection("variables") + graph.get_collection("local_variables"):
        if getattr(variable, "initializer", None) is None:  # programs may add other objects to the collections
            continue
        name = variable.op.name
        behind = [op for op in ancestors(variable.initializer) if op in seeds]
        if any(seeds[op] == (0, 0) for op in behind):
            raise ValueError("Variable {} has no seed. Call tf.set_random_seed in the program.".format(name))
        if len(behind) == 1:
            variables[name] = seeds[behind[0]][1]
            if behind[0].name.startswith(name + "/Initializer/"):  # the name of the variable finds it
                operations.pop(behind[0].name, None)
                operations.pop(behind[0].name + "/", None)
    return collections.OrderedDict(
        [
            ("format", "tf_initcompat op seeds"),
            ("version", 1),
            ("tensorflow", tf.__version__),
            ("variables", collections.OrderedDict(sorted(variables.items()))),
            ("operations", collections.OrderedDict(sorted(operations.items()))),
        ]
    )


def is_counted(operation, seed, op_seed):
    """Return whether TensorFlow 1 gave an operation its op seed, the number of operations before it.

    Any other op seed was given by the program, which gives it again.
    """
    if (seed, op_seed) == (0, 2**31 - 1):  # get_seed replaces the pair (0, 0)
        op_seed = 0
    # Not the position: operations that failed are counted, too. A random operation may convert its arguments first.
    return 0 <= operation._id - 1 - op_seed < 10


def ancestors(operation):
    """Return an operation and the operations that its value is made from."""
    found, waiting = {operation}, [operation]
    while waiting:
        inputs = {tensor.op for tensor in waiting.pop().inputs} - found
        found |= inputs
        waiting.extend(inputs)
    return found
