# ruff: noqa: UP032  # Python 2.7 has no f-strings
"""Build programs, in any installed TensorFlow, and write their initial values and op seeds as JSON.

Usage: run_programs.py OUT MODE SAMPLING PROGRAM...

OUT is the file to write. MODE is "graph", "resources" or "eager"; "resources" is a graph of resource variables and
functional control flow, as TensorFlow 2 makes it by default. SAMPLING has an effect in TensorFlow 2 only. It is "legacy",
"tf1", "environment", which leaves it to the environment variable, or the folder with the op seeds that legacy sampling of
the kind "tf1" takes. Each PROGRAM is a Python file with a function `build`; in eager mode it returns tensors by name.
This file runs on Python 2.7 and on TensorFlow 1.4 and newer.
"""

import hashlib
import json
import os
import platform
import sys
import traceback
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import numpy as np
import tensorflow

PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tf_initcompat")
sys.path.insert(0, os.path.join(PACKAGE, "recorder"))
import op_seeds

IS_TF1 = tensorflow.__version__.startswith("1.")
tf = tensorflow if IS_TF1 else tensorflow.compat.v1


def bits(array):
    """Return dtype, shape and a hash of the bits of an array."""
    shape = ",".join(str(size) for size in array.shape)
    return "{} {} {}".format(array.dtype.name, shape, hashlib.sha256(array.tobytes()).hexdigest()[:16])


def observe_graph(build):
    """Return initial values and op seeds of a program by the names of variables."""
    with tf.Graph().as_default():
        build()
        recorded = op_seeds.op_seeds()
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run(variables)
        return {"values": {name: bits(np.asarray(value)) for name, value in values.items()}, "op seeds": recorded}


def observe_eagerly(build):
    """Return the tensors of a program by name."""
    return {"values": {name: bits(tensor.numpy()) for name, tensor in build().items()}}


def function_of(program):
    """Return the function `build` of a program."""
    scope = {"__name__": "program"}
    with open(program) as stream:
        exec(compile(stream.read(), program, "exec"), scope)
    return scope["build"]


def observed(mode, sampling, name, program):
    """Return the observations of a program."""
    observe = observe_eagerly if mode == "eager" else observe_graph
    if IS_TF1 or sampling == "environment":
        return observe(function_of(program))
    import tf_initcompat

    arguments = {"kind": sampling}
    if os.path.isdir(sampling):
        arguments = {"kind": "tf1", "seeds": os.path.join(sampling, name + ".json")}
    with tf_initcompat.legacy_sampling(**arguments):
        return observe(function_of(program))


def main(out, mode, sampling, *programs):
    """Observe programs and write the observations."""
    if mode == "eager":
        tf.enable_eager_execution()
    elif mode == "graph" and not IS_TF1:
        tf.disable_v2_behavior()
    elif mode == "resources":
        tf.disable_v2_tensorshape()
    observations = {}
    for program in programs:
        name = os.path.basename(program)[: -len(".py")]
        try:
            observations[name] = observed(mode, sampling, name, program)
        except Exception:  # of any type: the other programs go on
            observations[name] = {"error": traceback.format_exc()}
    versions = {"tensorflow": tensorflow.__version__, "python": platform.python_version(), "numpy": np.__version__}
    with open(out, "w") as stream:
        json.dump({"versions": versions, "programs": observations}, stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
