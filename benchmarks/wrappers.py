"""Cost of the wrappers, as ratios to Keras' own initializers and to the real v1 symbols.

The subjects of a ratio run in one process, in random order, and the ratio is that of their medians. Imports and peak
memory are measured in fresh processes, alternately too.

Times are CPU times on a processor, which other work on the machine changes less; on a GPU they are times of the clock.

Usage: python benchmarks/wrappers.py [--quick] [--only calls|models|graphs|processes|embeddings] [--device GPU:0]
    [--json docs/benchmarks.json]

`--json` replaces the figures that were measured in the file, and keeps the others with their machine and date.
`python docs/tables.py` writes the table of docs/performance.md from it.
"""

import contextlib
import dataclasses
import datetime
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf
from absl import app, flags

import tf_initcompat

PART_NAMES = ("calls", "models", "graphs", "processes", "embeddings")
_ONLY = flags.DEFINE_enum("only", None, PART_NAMES, "Measure only this part.")
_DEVICE = flags.DEFINE_string("device", "CPU:0", "Device that makes the tensors; on a GPU only `calls` are measured.")
_JSON = flags.DEFINE_string("json", None, "File whose figures are updated.")
_QUICK = flags.DEFINE_boolean("quick", False, "Run a tenth of the rounds, to see that the benchmark works.")


@dataclasses.dataclass(frozen=True)
class Size:
    """A square float32 matrix and how often it is made.

    Attributes:
      length: Number of rows and columns.
      calls: Calls per round.
      rounds: Number of rounds.
      target: Largest accepted ratio to Keras' own initializer; None if there is no target.
    """

    length: int
    calls: int
    rounds: int
    target: float


#: Sizes of eager calls. A row on a GPU has the target of all its sizes.
SIZES = (Size(8, 200, 40, 0.75), Size(512, 20, 30, 0.95), Size(4096, 1, 20, 0.98))
GPU_SIZES = (Size(8, 200, 40, 0.85), Size(512, 200, 30, 0.85), Size(4096, 20, 20, 0.85), Size(16384, 5, 10, 0.85))
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")
GRAPH_VARIABLES = 1000
GIBIBYTE_LENGTH = 16384  # 16384² float32 are 1 GiB


def rounds(number: int) -> int:
    """Return the number of rounds to run."""
    return max(3, number // 10) if _QUICK.value else number


def median_seconds(subjects: Mapping[str, Callable[[], object]], number: int) -> dict[str, float]:
    """Return the median seconds of each subject, measured in random order after one call each."""
    for subject in subjects.values():
        subject()
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds(number)):
        for name in random.sample(list(subjects), len(subjects)):
            start = clock()
            subjects[name]()
            seconds[name].append(clock() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def is_on_gpu() -> bool:
    """Return whether the tensors are made on a GPU."""
    return "GPU" in _DEVICE.value


def clock() -> float:
    """Return the time in seconds."""
    return time.perf_counter() if is_on_gpu() else time.process_time()


def machine() -> str:
    """Return what the figures depend on."""
    device = f"{os.cpu_count()} cores"
    if is_on_gpu():
        gpu = tf.config.list_physical_devices("GPU")[0]
        device = tf.config.experimental.get_device_details(gpu).get("device_name", "GPU")
    return f"{device}, Python {platform.python_version()}, TensorFlow {tf.__version__}, Keras {tf.keras.__version__}"


ROWS: list[dict[str, Any]] = []


def print_row(name: str, figure: float, target: float | None = None, unit: str = "") -> None:
    """Print a row of the table and keep it for `--json`."""
    name = f"{_DEVICE.value}: {name}" if is_on_gpu() else name
    today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    ROWS.append({"row": name, "figure": f"{figure:.3g}{unit}", "target": target, "machine": machine(), "date": today})
    limit = "" if target is None else f"<= {target}{unit}"
    reached = "" if target is None else "yes" if figure <= target else "**no**"
    print(f"| {name} | {figure:.3g}{unit} | {limit} | {reached} |", flush=True)


def initializers(distribution: str) -> dict[str, Any]:
    """Return the three subjects for a distribution."""
    return {
        "wrapper": tf_initcompat.variance_scaling_initializer(distribution=distribution),
        "native": tf.keras.initializers.VarianceScaling(distribution=distribution),
        "v1": tf.compat.v1.variance_scaling_initializer(distribution=distribution),
    }


def repeated(initializer: Any, size: Size) -> Callable[[], None]:
    """Return a function that makes the tensors of one round."""

    def run() -> None:
        with tf.device(_DEVICE.value) if is_on_gpu() else contextlib.nullcontext():
            for _ in range(size.calls):
                tensor = initializer((size.length, size.length))
                # On a GPU one element: copying the tensor takes longer than making it.
                (tensor[0, 0] if is_on_gpu() else tensor).numpy()

    return run


def eager_calls() -> None:
    """Measure eager calls that come again, and on a GPU the first one."""
    for size in GPU_SIZES if is_on_gpu() else SIZES:
        for distribution in DISTRIBUTIONS:
            if is_on_gpu():
                first_call(distribution, size)
            subjects = {name: repeated(subject, size) for name, subject in initializers(distribution).items()}
            seconds = median_seconds(subjects, size.rounds)
            name = f"eager ({size.length}, {size.length}) {distribution}"
            print_row(f"{name}, ÷ native", seconds["wrapper"] / seconds["native"], size.target)
            print_row(f"{name}, ÷ v1", seconds["wrapper"] / seconds["v1"])


def first_call(distribution: str, size: Size) -> None:
    """Measure the first call of a size, after calls of others."""
    milliseconds = {}
    for name, initializer in initializers(distribution).items():
        initializer((3, 3))
        once = repeated(initializer, dataclasses.replace(size, calls=1))
        start = time.perf_counter()
        once()
        milliseconds[name] = 1000 * (time.perf_counter() - start)
    name = f"first call of ({size.length}, {size.length}) {distribution}, more than native"
    print_row(name, milliseconds["wrapper"] - milliseconds["native"], 10, " ms")


def model(make: Callable[[], Any], widths: list[int]) -> Callable[[], None]:
    """Return a function that builds a Keras model of a layer for each width, which is its number of inputs."""

    def run() -> None:
        for width in widths:
            tf.keras.layers.Dense(8, kernel_initializer=make()).build((None, width))

    return run


def models() -> None:
    """Measure building Keras models, each time of new shapes."""
    makes = {
        "wrapper": tf_initcompat.keras.initializers.he_normal,
        "native": tf.keras.initializers.HeNormal,
    }
    for name, copies in (("200 different layers", 1), ("200 layers, each shape twice", 2)):
        seconds: dict[str, list[float]] = {"wrapper": [], "native": []}
        first = 1
        for _ in range(rounds(15)):
            for subject in random.sample(list(seconds), len(seconds)):
                # Shapes that no model had before.
                run = model(makes[subject], [*range(first, first + 200 // copies)] * copies)
                first += 200
                start = clock()
                run()
                seconds[subject].append(clock() - start)
        wrapper, native = (statistics.median(seconds[subject]) for subject in ("wrapper", "native"))
        print_row(f"building a Keras model of {name}, ÷ native", wrapper / native, 1.05)


def function_calls() -> None:
    """Measure a tf.function with ten calls of (512, 512)."""
    for distribution in DISTRIBUTIONS:
        functions = {
            name: tf.function(lambda subject=subject: tf.add_n([subject((512, 512)) for _ in range(10)]))
            for name, subject in initializers(distribution).items()
        }
        seconds = median_seconds(functions, 40)
        name = f"tf.function, 10 × (512, 512) {distribution}"
        print_row(f"{name}, ÷ native", seconds["wrapper"] / seconds["native"])
        print_row(f"{name}, ÷ v1", seconds["wrapper"] / seconds["v1"])


def graph_figures(initializer: Any) -> dict[str, float]:
    """Return the seconds to build and to initialize a Graph of `GRAPH_VARIABLES` variables, and its size in bytes."""
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        start = clock()
        for index in range(GRAPH_VARIABLES):
            tf.compat.v1.get_variable(f"v{index}", (16, 16), initializer=initializer)
        built = clock()
        initialize = tf.compat.v1.global_variables_initializer()
        before = clock()
        session.run(initialize)
        initialized = clock()
        size = len(graph.as_graph_def().SerializeToString())
    return {"building": built - start, "initializing": initialized - before, "bytes of": size}


#: Subjects and targets of the ratios of a Graph.
GRAPH_TARGETS = {"building": ("native", 1.05), "initializing": ("v1", 1.5), "bytes of": ("v1", 1.6)}


def graphs() -> None:
    """Measure building and initializing a Graph."""
    for distribution in DISTRIBUTIONS:
        subjects = initializers(distribution)
        figures: dict[str, list[dict[str, float]]] = {name: [] for name in subjects}
        for _ in range(rounds(7)):
            for name in random.sample(list(subjects), len(subjects)):
                figures[name].append(graph_figures(subjects[name]))
        for what, (other, target) in GRAPH_TARGETS.items():
            medians = {name: statistics.median(figure[what] for figure in figures[name]) for name in subjects}
            name = f"{what} a Graph of {GRAPH_VARIABLES} variables {distribution}, ÷ {other}"
            print_row(name, medians["wrapper"] / medians[other], target)


def median_outputs(programs: Mapping[str, str], number: int) -> dict[str, float]:
    """Return the median of the number that each program prints last, in fresh processes that alternate."""
    printed: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds(number)):
        for name, program in programs.items():
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            printed[name].append(float(done.stdout.split()[-1]))
    return {name: statistics.median(figures) for name, figures in printed.items()}


#: Prints the milliseconds of some statements.
_IMPORT = """
import sys, time
{before}
start = time.perf_counter()
{measured}
print(1000 * (time.perf_counter() - start))
"""

#: Prints the peak memory of a large tensor in GiB, on top of the memory before.
_PEAK = """
import resource, tensorflow as tf, tf_initcompat
{constructor}((8, 8))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
{constructor}(({length}, {length}))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20)
"""


def processes() -> None:
    """Measure imports and peak memory."""
    milliseconds = median_outputs(
        {
            "alone": _IMPORT.format(before="", measured="import tf_initcompat; assert 'tensorflow' not in sys.modules"),
            "with TensorFlow": _IMPORT.format(
                before="import tensorflow",
                measured="import tf_initcompat; tf_initcompat.variance_scaling_initializer",
            ),
        },
        5,
    )
    print_row("`import tf_initcompat` alone", milliseconds["alone"], 30, " ms")
    print_row("import and first use after TensorFlow's import", milliseconds["with TensorFlow"], 50, " ms")
    peaks = median_outputs(
        {
            "wrapper": _PEAK.format(constructor="tf_initcompat.variance_scaling_initializer()", length=GIBIBYTE_LENGTH),
            "native": _PEAK.format(constructor="tf.keras.initializers.VarianceScaling()", length=GIBIBYTE_LENGTH),
        },
        3,
    )
    print_row("peak memory of a 1 GiB tensor, ÷ native", peaks["wrapper"] / peaks["native"], 1.03)


#: Makes the 64 shards of an embedding of 100 million rows, one at a time. Prints the peak memory on top of the memory
#: before, divided by the memory of a shard. Linux resets the peak on request; otherwise it would be that of importing
#: TensorFlow. With oneDNN, the default on newer processors, TensorFlow uses another allocator.
_SHARDS = """
import os
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "{one_dnn}"
import tensorflow as tf, tf_initcompat
from tf_initcompat.wrappers.arguments import Partition
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) << 10
def shard(rows, index):
    return initializer((rows, 8), partition_info=Partition([64 * rows, 8], [index * rows, 0]))
initializer = {constructor}(distribution="{distribution}")
shard(100, 0)
open("/proc/self/clear_refs", "w").write("5")
before, rows = peak(), 1_562_500
for index in range(64):
    shard(rows, index)
print((peak() - before) / (4 * 8 * rows))
"""


def embeddings() -> None:
    """Measure the peak memory of an embedding of 1e8 × 8 that is made in 64 shards."""
    constructors = {
        "wrapper": "tf_initcompat.variance_scaling_initializer",
        "v1": "tf.compat.v1.variance_scaling_initializer",
    }
    for one_dnn, allocator in enumerate(("plain allocator", "oneDNN's allocator")):
        for distribution in DISTRIBUTIONS:
            programs = {
                name: _SHARDS.format(constructor=constructor, distribution=distribution, one_dnn=one_dnn)
                for name, constructor in constructors.items()
            }
            peaks = median_outputs(programs, 3)
            name = f"peak of 64 shards of (1e8, 8) {distribution}, {allocator}, ÷ one shard"
            print_row(name, peaks["wrapper"], 1.1)
            print_row(f"the same with v1 {distribution}", peaks["v1"])


PARTS: dict[str, tuple[Callable[[], None], ...]] = {
    "calls": (eager_calls, function_calls),
    "models": (models,),
    "graphs": (graphs,),
    "processes": (processes,),
    "embeddings": (embeddings,),
}


def main(argv: list[str]) -> None:
    """Print the table."""
    del argv
    print(f"TensorFlow {tf.__version__}, tf.keras from {tf.keras.initializers.VarianceScaling.__module__}\n")
    print("| what | ratio | target | reached |\n| :--- | ---: | :--- | :--- |")
    parts = (_ONLY.value,) if _ONLY.value else ("calls",) if is_on_gpu() else PART_NAMES
    for part in parts:
        for measure in PARTS[part]:
            measure()
    if _JSON.value:
        update(Path(_JSON.value))


def update(path: Path) -> None:
    """Replace the figures of a file that were measured."""
    before = json.loads(path.read_text()) if path.exists() else []
    rows = {row["row"]: row for row in [*before, *ROWS]}
    path.write_text(json.dumps(list(rows.values()), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    app.run(main)
