"""`tf-initcompat verify`: compares the wrappers with the legacy symbols of the installed TensorFlow."""

import argparse
import dataclasses
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tf_initcompat._internal import progress, values
from tf_initcompat.cli import console, source_files, source_options
from tf_initcompat.cli.source_options import SourceOptions
from tf_initcompat.parity import defaults
from tf_initcompat.parity.execution import contexts

Arguments = tuple[tuple[str, Any], ...]

if TYPE_CHECKING:
    from tf_initcompat.parity.reports import Format
    from tf_initcompat.parity.results import Run
    from tf_initcompat.parity.table.plan import Case
    from tf_initcompat.source.migration import Result

#: The value of --json that stands for standard output.
_STDOUT: Final = Path("-")
_EXAMPLES: Final = """\
examples:
  tf-initcompat verify --quick
  tf-initcompat verify --report parity.html --junit parity.xml
  tf-initcompat verify --symbol initializers.he_normal --context xla

Exit status: 0 no difference, 1 a difference, 2 an error.
"""


#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "checks or report formats"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `verify`.

    Attributes:
      source: Source files whose call sites are verified; None verifies the whole table.
      symbols: Names of the only symbols to verify; empty for all.
      contexts: Names of the only contexts to verify in; empty for the default ones.
      device: Device on which the tensors are made; by default where TensorFlow places them.
      quick: Whether to leave out most dtypes, shapes and XLA.
      list: Whether to print the symbols instead of verifying them.
      jobs: Number of worker processes.
      seed: Global seed.
      budget: Probability of any false alarm in the run.
      power: Probability of detecting errors of the reported sizes.
      reports: Files to write, in the formats of their suffixes.
      json: JSON file to write; - is standard output.
      junit: JUnit XML file to write.
    """

    source: SourceOptions | None = None
    symbols: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    device: str | None = None
    quick: bool = False
    list: bool = False
    jobs: int = os.cpu_count() or 1
    seed: int = defaults.SEED
    budget: float = defaults.BUDGET
    power: float = defaults.POWER
    reports: tuple[Path, ...] = ()
    json: Path | None = None
    junit: Path | None = None


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = (
        "Compare every wrapper with the real legacy symbol of the installed TensorFlow: distributions,\n"
        "modes, dtypes, shapes, partitions, in eager code, tf.function, XLA and Graph with Session."
    )
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="verify the call sites in these files and directories, with their literal arguments",
    )
    parser.add_argument("--symbol", action="append", default=[], metavar="NAME", help="only this symbol; repeatable")
    names = ", ".join(context.name for context in contexts.DEFAULT)
    others = ", ".join(context.name for context in contexts.CONTEXTS if not context.is_default)
    parser.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="NAME",
        help=f"only this context, in full: {names}; or one that is compared only if named: {others}; repeatable",
    )
    parser.add_argument("--device", metavar="NAME", help="make the tensors on this device, for example CPU:1 or GPU:0")
    parser.add_argument(
        "--quick", action="store_true", help="float32, two shapes, no XLA: about 25 seconds on two cores"
    )
    parser.add_argument("--list", action="store_true", help="list the symbols and stop")
    parser.add_argument(
        "--assume", choices=("tf1", "tf2"), help="API level of a bare `tf`; by default each file's other names decide"
    )
    parser.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="skip matching files, as .gitignore does; repeatable"
    )
    parser.add_argument(
        "--jobs", type=console.positive, default=Options.jobs, metavar="N", help="processes (default: one per CPU)"
    )
    parser.add_argument(
        "--seed", type=int, default=Options.seed, help="global seed; runs with the same seed give the same result"
    )
    parser.add_argument(
        "--budget",
        type=_probability,
        default=Options.budget,
        metavar="P",
        help=f"probability of any false alarm in the run (default {Options.budget:g})",
    )
    parser.add_argument(
        "--power",
        type=_probability,
        default=Options.power,
        metavar="P",
        help=f"power with which errors of the reported sizes are detected (default {Options.power:g})",
    )
    parser.add_argument(
        "--report",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="write a report; the suffix chooses the format, such as .html; repeatable",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write JSON; - is standard output")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")


def _probability(text: str) -> float:
    try:
        return values.probability(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line, completed from pyproject.toml if it names source files."""
    source = None
    if namespace.paths and not namespace.list:
        if namespace.symbol:
            raise console.UsageError(
                "--symbol and PATH exclude each other: with PATH, the call sites are the symbols to verify"
            )
        source = source_options.make(
            namespace.paths,
            source_options.load_settings(namespace.paths),
            assume=namespace.assume,
            exclude=namespace.exclude,
            jobs=namespace.jobs,
            traceback=namespace.traceback,
        )
    return Options(
        source=source,
        symbols=tuple(namespace.symbol),
        contexts=tuple(namespace.context),
        device=namespace.device,
        quick=namespace.quick,
        list=namespace.list,
        jobs=namespace.jobs,
        seed=namespace.seed,
        budget=namespace.budget,
        power=namespace.power,
        reports=tuple(namespace.report),
        json=namespace.json,
        junit=namespace.junit,
    )


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.

    Raises:
      UsageError: If the options contradict each other, a package is missing, or nothing can be verified.
    """
    from tf_initcompat.catalog import symbols

    if options.list:
        for symbol in symbols.INITIALIZERS:
            print(*symbol.names)
        return console.CLEAN
    if options.source is not None:
        sites = _sites(options.source)
        return prove_sites(sites, options) if sites else console.CLEAN
    _require_packages(("scipy",))
    from tf_initcompat.parity.table import plan

    try:
        cases = plan.cases(options.symbols, options.contexts, options.quick)
    except ValueError as error:
        raise console.UsageError(str(error)) from error
    return _verify(cases, options)


def prove_sites(sites: "Sequence[tuple[str, Arguments]]", options: Options) -> int:
    """Compare the wrappers with the legacy symbols for the arguments of call sites.

    Args:
      sites: Names below `tf_initcompat`, with literal arguments.
      options: The options of `verify`.

    Returns:
      Exit status.

    Raises:
      UsageError: If the options contradict each other, a package is missing, or nothing can be verified.
    """
    _require_packages(("scipy",))
    from tf_initcompat.parity.table import plan

    try:
        cases = plan.site_cases(sites, options.contexts, options.quick)
    except ValueError as error:
        raise console.UsageError(str(error)) from error
    return _verify(cases, options)


def literal_sites(results: "Sequence[Result]") -> "list[tuple[str, Arguments]]":
    """Return the call sites with literal arguments; report on stderr the others, and how many there are.

    Args:
      results: What the scanner found in the files.
    """
    sites = [site for result in results for site in result.call_sites]
    literal = [(site.name, site.arguments) for site in sites if site.arguments is not None]
    for site in sites:
        if site.arguments is None:
            cell = f"cell {site.cell}:" if site.cell else ""
            print(
                f"{site.path}:{cell}{site.line}: not verified, its arguments are not literals: {site.source}",
                file=sys.stderr,
            )
    print(f"{len(sites)} call sites, {len(literal)} of them with literal arguments", file=sys.stderr)
    return literal


def _sites(options: SourceOptions) -> "list[tuple[str, Arguments]]":
    """Return the call sites in the paths that can be verified; report the others on stderr."""
    results = source_files.scan(options)
    if source_files.print_errors(results, options):
        raise console.UsageError("not every file can be read; nothing was verified")
    return literal_sites(results)


def _require_packages(packages: "Sequence[str]") -> None:
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise console.UsageError(f"verify needs {package}: pip install 'tf-initcompat[parity]'")


def _verify(cases: "list[Case]", options: Options) -> int:
    from tf_initcompat.parity.statistics.settings import Settings
    from tf_initcompat.parity.table import plan
    from tf_initcompat.parity.table import run as table_run

    _check_device(cases, options.device)
    # Everything that can fail is checked before a run of minutes.
    outputs = list(_outputs(options))
    settings = Settings(
        budget=options.budget,
        tests=plan.expected_p_values(cases),
        power=options.power,
        seed=options.seed,
        pictures=bool(options.reports) or options.json is not None,
        device=options.device,
    )
    with progress.bar("importing TensorFlow", len(cases)) as update:
        try:
            done = table_run.run(
                cases,
                settings,
                1 if _is_on_a_cluster(cases) else min(options.jobs, len(cases)),
                lambda environment: update(description=f"TensorFlow {environment['TensorFlow']}"),
                lambda case: update(advance=1, description=case.name),
            )
        except table_run.WorkerError as error:
            raise console.UsageError(str(error)) from error
    for report_format, path in outputs:
        report_format.write(done, path)
    _print(done, options)
    if not any(comparison.is_evidence for comparison in done.comparisons):
        raise console.UsageError("nothing could be compared")
    return console.FINDINGS if done.different else console.CLEAN


def _outputs(options: Options) -> "Iterator[tuple[Format, Path]]":
    """Yield the format and the file of each report, once it is certain that it can be written."""
    from tf_initcompat.parity import reports

    outputs: list[tuple[Format, Path]] = []
    for path in options.reports:
        try:
            outputs.append((reports.for_path(path), path))
        except ValueError as error:
            raise console.UsageError(f"--report {error}") from error
    if options.junit is not None:
        outputs.append((reports.REGISTRY["junit"], options.junit))
    if options.json is not None and options.json != _STDOUT:
        outputs.append((reports.REGISTRY["json"], options.json))
    files = [path.absolute() for _, path in outputs]
    if len(set(files)) < len(files):
        raise console.UsageError("--report, --json and --junit need a file each")
    for report_format, path in outputs:
        _require_packages(report_format.packages)
        try:
            values.require_writable(path)
        except OSError as error:
            raise console.UsageError(f"cannot write the report {str(path)!r}: {error.strerror or error}") from error
        yield report_format, path


def _print(done: "Run", options: Options) -> None:
    from rich.console import Console

    from tf_initcompat.parity.reports import text

    is_json_on_stdout = options.json == _STDOUT
    if is_json_on_stdout:
        print(done.as_json(), end="")
    text.print_run(done, Console(stderr=is_json_on_stdout))


def _check_device(cases: "Sequence[Case]", device: str | None) -> None:
    strategies = [context for case in cases for context in case.contexts if context.is_strategy]
    if device is not None and strategies:
        raise console.UsageError(f"--device {device!r}: context {strategies[0].name!r} places its variables itself")


def _is_on_a_cluster(cases: "Sequence[Case]") -> bool:
    """Return whether the run is on the cluster of `TF_CONFIG`, which accepts one process at a time."""
    has_variables = any(context.makes_variables for case in cases for context in case.contexts)
    return "TF_CONFIG" in os.environ and has_variables
