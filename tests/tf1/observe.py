# ruff: noqa: B905, SIM105, UP032  # Python 2.7 has none of what they propose
"""Observe the initializers of the installed TensorFlow, old or new, and write the observations as JSON.

Usage: observe.py graph|eager|names|versions CASES OUT

CASES is the JSON file that `cases.py` makes. The program runs on Python 2.7 and on every TensorFlow since 1.0; see
`prelude.py` for the symbols that it finds.
"""

import inspect
import json
import platform
import sys

import prelude
import public_names
from forms import bits, kind, parameters, pattern, plain
from moments import moments, rounded
from prelude import AbsentError, evaluate, np, tf

#: Record of a case whose symbol the installed TensorFlow lacks.
ABSENT = "absent"
#: Graph seed of the observations with a graph seed.
GRAPH_SEED = 7

#: Shapes of the tensors whose freshness is observed, and of those whose bits are.
SHAPE = (3, 2)
SMALL = (4, 3)


def run(tensors):
    """Return the values of tensors of the default graph, in a new session."""
    with tf.Session() as session:
        return session.run(tensors)


def each(cases, observe):
    """Return what `observe` returns for each case."""
    observations = {}
    for case in cases:
        try:
            observations[case] = observe(case)
        except AbsentError:
            observations[case] = ABSENT
        except Exception as error:
            observations[case] = type(error).__name__
    return observations


def versions():
    """Return the versions that were observed."""
    return {
        "python": platform.python_version(),
        "tensorflow": prelude.tensorflow.__version__,
        "numpy": np.__version__,
    }


# Graph and Session.


class NotATensorError(Exception):
    """An initializer returned an array."""


def op_seeded(expression, graph_seed=None):
    """Return the bits of an expression with an op seed."""
    with tf.Graph().as_default():
        tf.set_random_seed(graph_seed)
        tensor = evaluate(expression)
        if isinstance(tensor, np.ndarray):
            raise NotATensorError
        return bits(run(tensor))


def op_seeded_shards(expression):
    """Return the bits of the three shards of a variable of shape (10, 4)."""
    with tf.Graph().as_default():
        variable("v", expression, [10, 4], 3)
        return [bits(value) for value in values_of_variables()]


def variable(name, expression, shape, shards):
    """Create a variable; its initializer is the value of an expression, or TensorFlow's default."""
    arguments = {"initializer": evaluate(expression)} if expression else {}
    if shards > 1:
        arguments["partitioner"] = tf.fixed_size_partitioner(shards)
    tf.get_variable(name, shape, **arguments)


def values_of_variables():
    """Return the initial values of all variables of the default graph."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(tf.global_variables())


def random_operations():
    """Return name, graph seed, op seed and position of the random operations of the default graph."""
    return [
        [operation.name, operation.get_attr("seed"), operation.get_attr("seed2"), position]
        for position, operation in enumerate(tf.get_default_graph().get_operations())
        if "seed2" in operation.node_def.attr
    ]


def graph_seeded(expression, shape):
    """Return the bits and the random operations of two variables of one initializer, with a graph seed alone."""
    with tf.Graph().as_default():
        tf.set_random_seed(GRAPH_SEED)
        initializer = evaluate(expression)
        for name in "ab":
            tf.get_variable(name, shape, initializer=initializer)
        operations = random_operations()
        return {"bits": [bits(value) for value in values_of_variables()], "operations": operations}


def whole_program(variables):
    """Return the bits and the random operations of a program with many variables and only a graph seed."""
    with tf.Graph().as_default():
        tf.set_random_seed(GRAPH_SEED)
        for number, (expression, shape, shards) in enumerate(variables):
            try:
                variable("v{:02}".format(number), expression, shape, shards)
            except AbsentError:
                pass
        operations = random_operations()
        names = [each_variable.op.name for each_variable in tf.global_variables()]
        values = [bits(value) for value in values_of_variables()]
        return {"bits": dict(zip(names, values)), "operations": operations}


def distribution(expression, quantiles, thresholds=None):
    """Return moments, support and quantiles of a large sample.

    Args:
      expression: The sample.
      quantiles: Probabilities of the quantiles.
      thresholds: Values; the result then has the fractions of the sample below them instead of quantiles.
    """
    with tf.Graph().as_default():
        tensor = evaluate(expression)
        sample = np.asarray(tensor if isinstance(tensor, np.ndarray) else run(tensor), np.float64).ravel()
    figures = moments(sample)
    if thresholds is None:
        figures["quantiles"] = [rounded(value) for value in np.percentile(sample, [100 * q for q in quantiles])]
    else:
        figures["below"] = [rounded((sample < threshold).mean()) for threshold in thresholds]
    return figures


def three_calls(expression, shape):
    """Return the tensors of two calls of an initializer and of one call of a second instance."""
    first, second = evaluate(expression), evaluate(expression)
    return [first(shape), first(shape), second(shape)]


def graph_freshness(expression, shape):
    """Return which values are equal, without and with a graph seed.

    The three values of each run come from two runs in a session, from a new session, and from the graph made again.
    """
    patterns = {}
    for graph_seed in (None, GRAPH_SEED):
        values = []
        for _ in range(2):
            with tf.Graph().as_default():
                tf.set_random_seed(graph_seed)
                tensors = three_calls(expression, shape)
                with tf.Session() as session:
                    values += session.run(tensors) + session.run(tensors)
                values += run(tensors)
        patterns["graph" if graph_seed is None else "graph with a seed"] = pattern(values)
    return patterns


def outcome(expression):
    """Return dtype and shape of the value of an expression, or the type of its error."""
    with tf.Graph().as_default():
        return kind(evaluate(expression))


def config(expression):
    """Return class name and configuration of an initializer, and whether its class makes an equal one from it."""
    initializer = evaluate(expression)
    if not hasattr(initializer, "get_config"):
        return "no configuration"
    configuration = initializer.get_config()
    again = type(initializer).from_config(configuration)
    return {
        "class": type(initializer).__name__,
        "config": plain(configuration),
        "round trip": plain(again.get_config()) == plain(configuration),
    }


def lookup(name):
    """Return class name and configuration of what `keras.initializers.get` returns for a name."""
    found = prelude.find("keras.initializers.get")(name)
    return {"class": type(found).__name__, "config": plain(found.get_config())}


def default_of_layer(expression):
    """Return class name and configuration of the default initializer of a layer of `tf.keras`."""
    layer, _, attribute = expression.rpartition(".")
    initializer = getattr(evaluate(layer), attribute)
    return {"class": type(initializer).__name__, "config": plain(initializer.get_config())}


def bias_of_layer(expression):
    """Return the values of the bias of a recurrent layer of `tf.keras`."""
    with tf.Graph().as_default():
        layer = evaluate(expression)
        layer(tf.zeros((1, 4, 3)))
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            return np.asarray(session.run(layer.weights[-1]), np.float64).ravel().tolist()


def signature(name):
    """Return the parameters of a constructor or function, and those of the call of what it returns."""
    symbol = prelude.find(name)
    described = {"kind": "class" if inspect.isclass(symbol) else "function"}
    described["parameters"] = parameters(symbol.__init__ if inspect.isclass(symbol) else symbol)
    try:
        initializer = symbol()
    except TypeError:  # a lookup function such as `get`
        return described
    call = initializer if inspect.isfunction(initializer) else type(initializer).__call__
    described["call"] = parameters(call)
    return described


def has_program():
    """Return whether the installed TensorFlow takes every initializer in `get_variable`; before 1.4 it does not."""
    return not prelude.tensorflow.__version__.startswith(("1.0.", "1.1.", "1.2.", "1.3."))


def with_shapes(observe, cases, default):
    """Return a function of an expression that also gives `observe` the shape for the symbol of the expression."""
    shapes = dict(cases["shapes"])
    return lambda expression: observe(expression, shapes.get(expression.partition("(")[0], default))


def graph_mode(cases):
    """Return all observations in Graph and Session."""
    if not prelude.IS_TF1:
        tf.disable_v2_behavior()
    return {
        "versions": versions(),
        "op seeded": each(cases["op seeded"], op_seeded),
        "op and graph seeded": each(cases["op and graph seeded"], lambda case: op_seeded(case, GRAPH_SEED)),
        "op seeded shards": each(cases["op seeded shards"], op_seeded_shards),
        "graph seeded": each(cases["graph seeded"], with_shapes(graph_seeded, cases, SMALL)),
        "program": whole_program(cases["program"]) if has_program() else {},
        "distributions": each(
            cases["distributions"],
            lambda case: distribution(case, cases["quantiles"], cases.get("thresholds", {}).get(case)),
        ),
        "freshness": each(cases["freshness"], with_shapes(graph_freshness, cases, SHAPE)),
        "errors": each(cases["errors"], outcome),
        "configs": each(cases["configs"], config),
        "signatures": each(cases["signatures"], signature),
        "lookups": each(cases["lookups"], lookup),
        "defaults of layers": each(cases["defaults of layers"] if prelude.IS_TF1 else [], default_of_layer),
        "biases of layers": each(cases["biases of layers"] if prelude.IS_TF1 else [], bias_of_layer),
    }


# Eager.


def eager_bits(expression, shape):
    """Return the bits of two calls, with a global seed."""
    tf.set_random_seed(GRAPH_SEED)
    initializer = evaluate(expression)
    return [bits(initializer(shape)) for _ in range(2)]


def function_bits(expression, shape):
    """Return the bits of two calls in a tf.function, with a global seed."""
    function = function_decorator()
    if function is None:
        return None
    runs = []
    for _ in range(2):
        tf.set_random_seed(GRAPH_SEED)
        initializer = evaluate(expression)
        tensors = function(lambda initializer=initializer: [initializer(shape), initializer(shape)])()
        runs.append([bits(value) for value in tensors])
    return runs[0] if runs[0] == runs[1] else "not reproduced"


def eager_freshness(expression, shape):
    """Return which values are equal: three calls, three with another global seed, three after it is set again."""
    values = []
    for global_seed in (GRAPH_SEED - 1, GRAPH_SEED, GRAPH_SEED):
        tf.set_random_seed(global_seed)
        values += [value.numpy() for value in three_calls(expression, shape)]
    patterns = {"eager": pattern(values)}
    function = function_decorator()
    if function is not None:
        compiled = function(lambda: three_calls(expression, shape))
        patterns["function"] = pattern([value.numpy() for _ in range(2) for value in compiled()])
    return patterns


def function_decorator():
    """Return what makes a graph of a Python function, or None where TensorFlow has no such thing."""
    if hasattr(prelude.tensorflow, "function"):
        return prelude.tensorflow.function
    return getattr(tf.contrib.eager, "defun", None)


def eager_errors(expressions):
    """Return dtype and shape, or the type of the error, where they are not those in a Graph."""
    in_graph = each(expressions, outcome)
    in_eager_mode = each(expressions, lambda expression: kind(evaluate(expression)))
    return {case: observed for case, observed in in_eager_mode.items() if observed != in_graph[case]}


def eager_mode(cases):
    """Return all observations in eager mode; none where TensorFlow has no eager mode."""
    if not hasattr(tf, "enable_eager_execution"):
        return {}
    tf.enable_eager_execution()
    return {
        "eager": each(cases["eager"], with_shapes(eager_bits, cases, SMALL)),
        "functions": each(cases["eager"], with_shapes(function_bits, cases, SMALL)),
        "eager freshness": each(cases["freshness"], with_shapes(eager_freshness, cases, SHAPE)),
        "eager errors": eager_errors(cases["errors"]),
    }


def versions_mode(cases):
    """Return the versions only."""
    del cases
    return {"versions": versions()}


def names_mode(cases):
    """Return the kind of each public name that looks like an initializer."""
    del cases
    return {"names": public_names.public_names()}


def main(mode, cases_path, out_path):
    """Observe the cases of a file and write the observations to another."""
    with open(cases_path) as stream:
        cases = json.load(stream)
    modes = {"graph": graph_mode, "eager": eager_mode, "names": names_mode, "versions": versions_mode}
    observations = modes[mode](cases)
    with open(out_path, "w") as stream:
        json.dump(observations, stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
