# ruff: noqa: B904, B905  # Python 2.7 has none of what they propose
"""Observe default initial values of variables in the installed TensorFlow, and write them as JSON.

Usage: observe_defaults.py OUT [NAME ...]

The program runs on Python 2.7 and on every TensorFlow since 1.4; `creators.py` has the calls.
"""

import functools
import inspect
import json
import sys

from creators import CREATORS
from moments import moments_or_value, quantiles
from prelude import IS_TF1, AbsentError, np, tensorflow, tf
from tensorflow.python.util import tf_inspect

if IS_TF1:
    from tensorflow import contrib
    from tensorflow.contrib import slim
else:
    contrib = slim = None

#: Initial value that a scope's initializer gives, which no default gives.
FROM_SCOPE = 7
#: Sample size of each variable, and the largest number of runs for them.
VALUES, RUNS = 20000, 400
#: Number of runs for the weights of cuDNN, which have 6,000 values each.
CANONICAL_RUNS = 4


def cell_of(cell, inputs):
    """Return the output of one step of a cell."""
    batch = 8 if isinstance(inputs, tuple) else inputs.shape[0]
    return cell(inputs, cell.zero_state(batch, tf.float32))


def tensors():
    """Return the tensors that the statements use."""
    return {
        "x": tf.zeros([8, 64]),
        "sequence": tf.zeros([8, 5, 64]),
        "steps": tf.zeros([5, 8, 64]),
        "signal": tf.zeros([4, 32, 64]),
        "image": tf.zeros([4, 16, 16, 24]),
        "images": tf.zeros([4, 3, 16, 16, 24]),
        "volume": tf.zeros([2, 8, 8, 8, 16]),
        "ids": tf.zeros([8, 5], tf.int64),
        "sparse_ids": tf.SparseTensor([[0, 0]], tf.zeros([1], tf.int64), [8, 5]),
    }


def observe(statement):
    """Return the variables of a statement, with moments of their initial values."""
    tf.keras.backend.clear_session()  # Keras keeps tensors of the last graph
    with tf.Graph().as_default():
        execute(statement)
        variables = tf.global_variables()
        if any("Cudnn" in operation.type for operation in tf.get_default_graph().get_operations()):
            return observe_canonical()
        values = initial_values(variables)
    tf.keras.backend.clear_session()
    with tf.Graph().as_default():
        with tf.variable_scope("scope", initializer=tf.constant_initializer(FROM_SCOPE)):
            execute(statement)
        in_scope = tf.global_variables()
        scoped = [value[0] for value in initial_values(in_scope, runs=1)]
    if len(in_scope) != len(variables):
        raise ValueError("the scope changes the number of variables")
    return [
        dict(
            figures(np.stack(sample)),
            name=variable.op.name,
            dtype=variable.dtype.base_dtype.name,
            shape=variable.shape.as_list(),
            scope=bool((of_scope == FROM_SCOPE).all()),
        )
        for variable, sample, of_scope in zip(variables, values, scoped)
    ]


def observe_canonical():
    """Return the weights and biases of a layer of cuDNN, which only a GPU can join to its one variable."""
    joined = [op for op in tf.get_default_graph().get_operations() if op.type.startswith("CudnnRNNCanonicalToParams")]
    tensors_of = [tensor for tensor in joined[0].inputs if tensor.dtype.is_floating]
    # The other operations of the graph have no kernel on a processor.
    pruned = tf.ConfigProto(graph_options=tf.GraphOptions(place_pruned_graph=True))
    with tf.Session(config=pruned) as session:
        return [
            dict(
                figures(np.stack([session.run(tensor) for _ in range(CANONICAL_RUNS)])),
                name=("weight" if tensor.shape.ndims == 2 else "bias"),
                dtype=tensor.dtype.name,
                shape=tensor.shape.as_list(),
                scope=False,
            )
            for tensor in tensors_of
        ]


def figures(sample):
    """Return the only value of a sample, or its moments and, in TensorFlow 1.15, its quantiles."""
    found = moments_or_value(sample)
    if "value" not in found and tensorflow.__version__.startswith("1.15."):
        found["quantiles"] = quantiles(sample)
    return found


def execute(statement):
    exec(statement, dict(tensors(), tf=tf, contrib=contrib, slim=slim, cell_of=cell_of))


def initial_values(variables, runs=RUNS, size=VALUES):
    """Return the initial values of variables in several runs, at least as many as `size` if they are random."""
    values = [[] for _ in variables]
    initializers = [variable.initializer for variable in variables]
    with tf.Session() as session:
        for _ in range(runs):
            session.run(initializers)
            is_complete = True
            for sample, value in zip(values, session.run(variables)):
                if len(sample) * value.size < size and not (len(sample) == 2 and np.all(sample[0] == sample[1])):
                    sample.append(value)
                    is_complete = False
            if is_complete:
                break
    return values


def callable_of(name):
    """Return the callable of a name below `tf`."""
    if not IS_TF1 and name.startswith("contrib."):
        raise AbsentError(name)
    try:
        return functools.reduce(getattr, name.split("."), tf)
    except AttributeError:
        raise AbsentError(name)


def parameters_of(function):
    """Return the names of the positional parameters of a callable."""
    if not hasattr(tf_inspect, "getfullargspec"):  # before 1.7
        return None
    signature = tf_inspect.getfullargspec(function.__init__ if inspect.isclass(function) else function)
    return [name for name in signature.args if name != "self"]


def main(out, names):
    """Write the observations of the named entry points, or of all.

    A name that stands for the same callable as an earlier one is recorded as that name.
    """
    defaults, parameters, first_names = {}, {}, {}
    for name in names or sorted(CREATORS):
        try:
            function = callable_of(name)
        except AbsentError:
            continue
        parameters[name] = parameters_of(function)
        first = first_names.setdefault(id(function), name)
        try:
            defaults[name] = first if first != name else observe(CREATORS[name])
        except TypeError:  # other parameters than in 1.15
            defaults[name] = "TypeError"
    observations = {"tensorflow": tensorflow.__version__, "defaults": defaults, "parameters": parameters}
    with open(out, "w") as file:
        json.dump(observations, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
