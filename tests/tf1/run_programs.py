# ruff: noqa: UP032  # Python 2.7 has no f-strings
"""Build programs, in whatever TensorFlow is installed, and write their initial values and op seeds as JSON.

Usage: run_programs.py OUT RECORDED PROGRAM...

OUT is the file to write. RECORDED is "none", or the folder with the recorded op seeds that legacy sampling in TensorFlow
2 takes. Each PROGRAM is a Python file with a function `build`. This file runs on Python 2.7 and on TensorFlow 1.4 and
newer.
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


def observe(program):
    """Return initial values and op seeds of a program by the names of variables."""
    scope = {"__name__": "program"}
    with open(program) as stream:
        exec(compile(stream.read(), program, "exec"), scope)
    with tf.Graph().as_default():
        scope["build"]()
        recorded = op_seeds.op_seeds()
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run(variables)
        return {"values": {name: bits(np.asarray(value)) for name, value in values.items()}, "op seeds": recorded}


def sampled(name, recorded):
    """Return the context of legacy sampling in TensorFlow 2."""
    import tf_initcompat

    path = os.path.join(recorded, name + ".json")
    return tf_initcompat.legacy_sampling("tf1", seeds=None if recorded == "none" else path)


def main(out, recorded, *programs):
    """Observe programs and write the observations."""
    if not IS_TF1:
        tf.disable_v2_behavior()
    observations = {}
    for program in programs:
        name = os.path.basename(program)[: -len(".py")]
        try:
            if IS_TF1:
                observations[name] = observe(program)
            else:
                with sampled(name, recorded):
                    observations[name] = observe(program)
        except Exception:  # of any type: the other programs go on
            observations[name] = {"error": traceback.format_exc()}
    versions = {"tensorflow": tensorflow.__version__, "python": platform.python_version(), "numpy": np.__version__}
    with open(out, "w") as stream:
        json.dump({"versions": versions, "programs": observations}, stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
