"""What the wrappers cost: ratios to the native Keras initializers and to the real v1 symbols.

Both sides of a ratio run in one process, in turn, in random order; the ratio is that of the medians. Imports and peak
memory need a process of their own each time, and run in turn too.

Usage: python benchmarks/wrappers.py [--quick] [--only calls|graphs|processes|embeddings]
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from absl import app, flags

import tf_initcompat

_ONLY = flags.DEFINE_enum("only", None, ["calls", "graphs", "processes", "embeddings"], "A part of it.")
_QUICK = flags.DEFINE_boolean("quick", False, "A tenth of the rounds, to see that the benchmark runs.")

#: Side of a square float32 matrix: calls in each round, rounds.
SIZES = {8: (200, 40), 512: (20, 30), 4096: (1, 20)}
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")
VARIABLES = 1000
GIBIBYTE_SIDE = 16384


def rounds(number: int) -> int:
    """Returns the number of rounds to run."""
    return max(3, number // 10) if _QUICK.value else number


def medians(sides: dict[str, Callable[[], Any]], number: int) -> dict[str, float]:
    """Returns the median seconds of each side; the sides take turns."""
    for side in sides.values():
        side()
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds(number)):
        for name in random.sample(list(sides), len(sides)):
            start = time.perf_counter()
            sides[name]()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def row(what: str, figure: float, target: str, unit: str = "") -> None:
    """Prints a line of the table."""
    reached = "" if not target else "yes" if figure <= float(target.split()[1]) else "**no**"
    print(f"| {what} | {figure:.3g}{unit} | {target} | {reached} |", flush=True)


def initializers(distribution: str) -> dict[str, Any]:
    """Returns the three sides for one distribution."""
    return {
        "wrapper": tf_initcompat.variance_scaling_initializer(distribution=distribution),
        "native": tf.keras.initializers.VarianceScaling(distribution=distribution),
        "v1": tf.compat.v1.variance_scaling_initializer(distribution=distribution),
    }


def eager_calls() -> None:
    """Measures eager calls."""
    for side, (calls, number) in SIZES.items():
        for distribution in DISTRIBUTIONS:

            def repeated(initializer: Any, calls: int = calls, side: int = side) -> Callable[[], None]:
                def run() -> None:
                    for _ in range(calls):
                        initializer((side, side)).numpy()

                return run

            found = medians({name: repeated(one) for name, one in initializers(distribution).items()}, number)
            target = {8: "<= 1.0", 4096: "<= 1.03"}.get(side, "")
            row(f"eager ({side}, {side}) {distribution}, ÷ native", found["wrapper"] / found["native"], target)
            row(f"eager ({side}, {side}) {distribution}, ÷ v1", found["wrapper"] / found["v1"], "")


def function_calls() -> None:
    """Measures a tf.function with ten calls of (512, 512)."""
    for distribution in DISTRIBUTIONS:
        functions = {
            name: tf.function(lambda one=one: tf.add_n([one((512, 512)) for _ in range(10)]))
            for name, one in initializers(distribution).items()
        }
        found = medians(functions, 40)
        row(f"tf.function, 10 × (512, 512) {distribution}, ÷ native", found["wrapper"] / found["native"], "")
        row(f"tf.function, 10 × (512, 512) {distribution}, ÷ v1", found["wrapper"] / found["v1"], "")


def graph(initializer: Any) -> Callable[[], None]:
    """Returns a function that builds and initializes a Graph of a thousand variables."""

    def run() -> None:
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            for index in range(VARIABLES):
                tf.compat.v1.get_variable(f"v{index}", (16, 16), initializer=initializer)
            session.run(tf.compat.v1.global_variables_initializer())

    return run


def graphs() -> None:
    """Measures graph building and initialization."""
    for distribution in DISTRIBUTIONS:
        sides = initializers(distribution)
        found = medians({name: graph(sides[name]) for name in ("wrapper", "v1")}, 5)
        row(f"Graph of {VARIABLES} variables {distribution}, ÷ v1", found["wrapper"] / found["v1"], "<= 1.2")


def in_processes(programs: dict[str, str], number: int) -> dict[str, float]:
    """Returns the median of the number that each program prints last; the programs take turns."""
    printed: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds(number)):
        for name, program in programs.items():
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            printed[name].append(float(done.stdout.split()[-1]))
    return {name: statistics.median(figures) for name, figures in printed.items()}


_IMPORT = "import sys, time; {before}; start = time.perf_counter(); {what}; print(1000 * (time.perf_counter() - start))"
_PEAK = (
    "import resource, tensorflow as tf, tf_initcompat; {make}((8, 8)); "
    "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; {make}(({side}, {side})); "
    "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20)"
)


def processes() -> None:
    """Measures imports and peak memory."""
    found = in_processes(
        {
            "alone": _IMPORT.format(before="pass", what="import tf_initcompat; assert 'tensorflow' not in sys.modules"),
            "on top": _IMPORT.format(
                before="import tensorflow", what="import tf_initcompat; tf_initcompat.variance_scaling_initializer"
            ),
        },
        5,
    )
    row("`import tf_initcompat` alone", found["alone"], "<= 30 ms", " ms")
    row("import and first use on top of TensorFlow's import", found["on top"], "<= 50 ms", " ms")
    peaks = in_processes(
        {
            "wrapper": _PEAK.format(make="tf_initcompat.variance_scaling_initializer()", side=GIBIBYTE_SIDE),
            "native": _PEAK.format(make="tf.keras.initializers.VarianceScaling()", side=GIBIBYTE_SIDE),
        },
        3,
    )
    row("peak memory of a 1 GiB tensor, ÷ native", peaks["wrapper"] / peaks["native"], "<= 1.03")


#: Makes the shards of an embedding of 100 million rows one by one; prints the peak on top of what was held, in shards.
#: Linux tells the peak since it was forgotten; that of the whole process' life is that of TensorFlow's import.
#: With oneDNN, the default on newer processors, TensorFlow has another allocator.
_SHARDS = """
import os
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "{one_dnn}"
import tensorflow as tf, tf_initcompat
from tf_initcompat.wrappers.arguments import Partition
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) << 10
def shard(rows, index):
    return initializer((rows, 8), partition_info=Partition([64 * rows, 8], [index * rows, 0]))
initializer = {make}(distribution="{distribution}")
shard(100, 0)
open("/proc/self/clear_refs", "w").write("5")
before, rows = peak(), 1_562_500
for index in range(64):
    shard(rows, index)
print((peak() - before) / (4 * 8 * rows))
"""


def embeddings() -> None:
    """Measures the memory that an embedding of 1e8 x 8 takes that is made in 64 shards."""
    makers = {
        "wrapper": "tf_initcompat.variance_scaling_initializer",
        "v1": "tf.compat.v1.variance_scaling_initializer",
    }
    for one_dnn, allocator in enumerate(("plain allocator", "oneDNN's allocator")):
        for distribution in DISTRIBUTIONS:
            programs = {
                name: _SHARDS.format(make=make, distribution=distribution, one_dnn=one_dnn)
                for name, make in makers.items()
            }
            peaks = in_processes(programs, 3)
            row(f"peak of 64 shards of (1e8, 8) {distribution}, {allocator}, ÷ one shard", peaks["wrapper"], "<= 1.1")
            row(f"the same with v1 {distribution}", peaks["v1"], "")


def main(argv: list[str]) -> None:
    """Prints the table."""
    del argv
    print(f"TensorFlow {tf.__version__}, tf.keras from {tf.keras.initializers.VarianceScaling.__module__}\n")
    print("| what | ratio | target | reached |\n| :--- | ---: | :--- | :--- |")
    parts = {"calls": (eager_calls, function_calls), "graphs": (graphs,), "processes": (processes,),
             "embeddings": (embeddings,)}  # fmt: skip
    for part in (_ONLY.value,) if _ONLY.value else parts:
        for measure in parts[part]:
            measure()


if __name__ == "__main__":
    app.run(main)
