"""Calls that name no initializer and hazards in native code: what `scan` reports, against independent counts.

    python benchmarks/unwritten.py recall --tensorflow1 PYTHON FOLDER...   # calls in unpacked packages for TensorFlow 1
    python benchmarks/unwritten.py native FOLDER...                        # the trees of Keras and of its users
    python benchmarks/unwritten.py time FOLDER...                          # CPU time with and without these rules

`recall` walks over the syntax trees and shares no code with the package. It knows the imports and plain assignments of
a file, without scopes, and asks TensorFlow 1.15 which of the called names take an initializer or are recurrent cells.
A call that gives none of the initializers has to have a finding of `scan --select IC2`, in its line or in that of the
assignment. Layers of `tf.keras` are left out: whether they are TensorFlow 1's depends on more than the file.

`native` prints each finding of `scan --select IC3` for a reader to judge, and the number of native initializers that
the same kind of walk counts.
"""

import argparse
import ast
import json
import subprocess
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tf_initcompat import source

#: Packages whose names TensorFlow 1.15 is asked for; tf_slim is contrib's code under another name.
_PACKAGES: Final = {"tensorflow": "tensorflow", "tf_slim": "tensorflow.contrib.slim"}
_KERAS: Final = ("keras", "tensorflow", "tf_keras")
#: Rounds of `time`.
_ROUNDS: Final = 5
#: Program for TensorFlow 1.15: it reads names and prints the parameters of the callables that create variables.
_ORACLE: Final = """
import functools, importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")
import tensorflow as tf
from tensorflow.python.ops import init_ops, rnn_cell_impl
from tensorflow.python.keras import initializers as keras
from tensorflow.python.training import optimizer
from tensorflow.python.util import tf_inspect
def resolve(name):
    parts = name.split(".")
    value = importlib.import_module(parts[0])
    for part in parts[1:]:
        value = getattr(value, part)
    return value
def is_initializer(name):
    return name.endswith("initializer") or name in ("weight_init", "bias_init")
def parameters_of(name):
    try:
        value = resolve(name)
        is_class = inspect.isclass(value)
        names = list(tf_inspect.getfullargspec(value.__init__ if is_class else value).args)
    except Exception:
        return None
    if is_class and issubclass(value, (init_ops.Initializer, keras.Initializer, tf.Variable, optimizer.Optimizer)):
        return None
    is_cell = is_class and issubclass(value, rnn_cell_impl.RNNCell)
    if not (is_cell or any(map(is_initializer, names))):
        return None
    names = names[1:] if is_class else names
    return [[parameter, is_initializer(parameter)] for parameter in names]
print(json.dumps({name: parameters_of(name) for name in json.load(sys.stdin)}))
"""
#: Callables with such a parameter that create no variable of a network.
_OTHERS: Final = (
    "variable_scope",
    "variable_op_scope",
    "lookup.",  # the initializer of a table has its content
    "VariableScope",
    "RNNCell",  # the base class
    "scan",
    "foldl",
    "foldr",
    "Wrapper",  # of cells, without variables of their own
    "MultiRNNCell",
)


class Call(NamedTuple):
    """A call of a name that an import explains.

    Attributes:
      path: The file.
      node: The call.
      qualified: What the name stands for, if the file's imports mean it.
      lines: The line of the call, and that of the assignment of the name.
    """

    path: str
    node: ast.Call
    qualified: str
    lines: tuple[int, ...]


def _dotted(node: ast.AST) -> str:
    """Return a dotted name, or ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def _bound_names(tree: ast.Module, packages: Sequence[str]) -> tuple[dict[str, str], dict[str, int]]:
    """Return what names stand for by the imports of a file and its plain assignments, and the lines of the latter."""
    bound: dict[str, str] = {}
    lines: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                bound[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            bound |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    bound = {name: qualified for name, qualified in bound.items() if qualified.partition(".")[0] in packages}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            first, dot, rest = _dotted(node.value).partition(".")
            if dot and first in bound and node.targets[0].id not in bound:
                bound[node.targets[0].id] = f"{bound[first]}.{rest}"
                lines[node.targets[0].id] = node.lineno
    return bound, lines


def calls(paths: Sequence[Path], packages: Sequence[str]) -> Iterator[Call]:
    """Yield the calls of names that imports of some packages bind."""
    for path in paths:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue  # Python 2, which `scan` reports
        bound, assigned = _bound_names(tree, packages)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                first, dot, rest = _dotted(node.func).partition(".")
                if first in bound:
                    lines = {node.lineno, node.func.end_lineno or 0, assigned.get(first, 0)}
                    yield Call(str(path), node, f"{bound[first]}{dot}{rest}", tuple(lines))


def _names_none(call: ast.Call, parameters: Sequence[tuple[str, bool]]) -> bool:
    """Return whether a call gives none of its initializers."""
    named = {keyword.arg for keyword in call.keywords}
    given = (*parameters[: len(call.args)], *(row for row in parameters if row[0] in named))
    return not any(is_initializer for _, is_initializer in given)


def _as_tf1(qualified: str) -> str:
    """Return a qualified name as TensorFlow 1.15 has it."""
    package, dot, rest = qualified.partition(".")
    return f"{_PACKAGES[package]}{dot}{rest.removeprefix('compat.v1.')}"


def recall(paths: Sequence[Path], folders: Sequence[Path], python: str, *, is_listed: bool) -> None:
    """Print how many of the calls that name no initializer have a finding."""
    found = [call for call in calls(paths, tuple(_PACKAGES)) if ".keras." not in call.qualified]
    asked = sorted({_as_tf1(call.qualified) for call in found})
    answer = subprocess.run(
        [python, "-c", _ORACLE], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    creators: dict[str, list[tuple[str, bool]]] = {
        name: parameters
        for name, parameters in json.loads(answer.stdout.splitlines()[-1]).items()
        if parameters is not None and not any(other in name for other in _OTHERS)
    }
    unnamed = [
        call
        for call in found
        if (parameters := creators.get(_as_tf1(call.qualified))) is not None and _names_none(call.node, parameters)
    ]
    results = [result for folder in folders for result in source.scan_tree([folder], select=["IC2"], assume="tf1")]
    places = {(result.path, finding.line) for result in results for finding in result.findings}
    missing = [call for call in unnamed if places.isdisjoint((call.path, line) for line in call.lines)]
    print(f"calls that create variables and name no initializer: {len(unnamed):,}; without a finding: {len(missing)}")
    print(f"findings: {Counter(finding.rule for result in results for finding in result.findings)}")
    for name, count in Counter(call.qualified for call in missing).most_common():
        print(f"  {count:5} {name}")
    for call in missing if is_listed else ():
        print(f"    {call.path}:{call.node.lineno}: {call.qualified}")


def native(paths: Sequence[Path], folders: Sequence[Path]) -> None:
    """Print the hazards in native code, for a reader to judge, and the number of native initializers."""
    made = [call for call in calls(paths, _KERAS) if ".initializers." in call.qualified]
    results = [result for folder in folders for result in source.scan_tree([folder], select=["IC3"])]
    findings = [(result.path, finding) for result in results for finding in result.findings]
    print(f"{len(paths):,} files, {len(made):,} calls below keras.initializers, {len(findings)} findings")
    for path, finding in findings:
        print(f"  {path}:{finding.line}: {finding.rule} {finding.message}")


def measure(folders: Sequence[Path]) -> None:
    """Print the CPU time of `scan` with all rules, and without IC2 and IC3."""
    rounds: dict[str, list[float]] = {}
    selections = {"IC0 and IC1": ["IC0", "IC1"], "IC2 too": ["IC0", "IC1", "IC2"], "all": ["IC0", "IC1", "IC2", "IC3"]}
    for _ in range(_ROUNDS):
        for name, select in selections.items():
            start = time.process_time()
            for folder in folders:
                source.scan_tree([folder], select=select)
            rounds.setdefault(name, []).append(time.process_time() - start)
    base = min(rounds["IC0 and IC1"])
    for name, seconds in rounds.items():
        print(f"{name:12} {min(seconds):7.2f} s {min(seconds) / base:5.2f}")


def main() -> None:
    """Run the part that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("recall", "native", "time"))
    parser.add_argument("--tensorflow1", metavar="PYTHON", help="interpreter with TensorFlow 1.15, for recall")
    parser.add_argument("--list", action="store_true", help="list the calls without a finding")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="unpacked packages")
    options = parser.parse_args()
    paths = [path for folder in options.folders for path in sorted(folder.rglob("*.py"))]
    if options.part == "time":
        measure(options.folders)
    elif options.part == "native":
        native(paths, options.folders)
    elif options.tensorflow1 is None:
        parser.error("recall needs --tensorflow1")
    else:
        recall(paths, options.folders, options.tensorflow1, is_listed=options.list)


if __name__ == "__main__":
    main()
