"""Observe the initial values of the legacy code in `replacements.py`, in TensorFlow 1.15, and write them as JSON.

Usage: observe_replacements.py OUT
"""

import json
import sys

import observe_defaults
from moments import moments_or_value, quantiles
from prelude import np, tf
from replacements import RIGHT, WRONG, key

#: Sample size of each variable, and the largest number of runs for them.
VALUES, RUNS = 200000, 3000


def observe(code, end):
    """Return the shape and the figures of the variable whose name ends with a text."""
    with tf.Graph().as_default():
        observe_defaults.execute(code)
        if "cudnn" in code:
            (found,) = [found for found in observe_defaults.observe_canonical() if found["name"] == end][:1]
            return found
        matches = [variable for variable in tf.global_variables() if ("/" + variable.op.name).endswith("/" + end)]
        if len(matches) != 1:
            raise ValueError(f"{[variable.op.name for variable in tf.global_variables()]} of {end}")
        variable = matches[0]
        (values,) = observe_defaults.initial_values([variable], RUNS, VALUES)
    values = np.stack(values)
    found = dict(moments_or_value(values), shape=variable.shape.as_list())
    if "value" not in found:
        found["quantiles"] = quantiles(values)
    return found


def main(out):
    """Write the observations by variable and code."""
    rows = {(row.legacy, row.variable) for row in WRONG + RIGHT if row.variable}
    observations = {key(*row): observe(*row) for row in rows}
    with open(out, "w") as file:
        json.dump(observations, file)


if __name__ == "__main__":
    main(sys.argv[1])
