"""`tf-initcompat verify`: proves the wrappers equal to the legacy symbols of the installed TensorFlow."""

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tf_initcompat._internal import progress, values
from tf_initcompat.cli import console, source_options
from tf_initcompat.cli.source_options import SourceOptions

Arguments = tuple[tuple[str, Any], ...]

if TYPE_CHECKING:
    from tf_initcompat.parity.table import plan
    from tf_initcompat.parity.table.run import Run
    from tf_initcompat.source.results import Result

_EXAMPLES = """\
examples:
  tf-initcompat verify --quick
  tf-initcompat verify --report parity.html --junit parity.xml
  tf-initcompat verify --symbol initializers.he_normal --context xla

Exit status: 0 no difference, 1 a difference, 2 an error.
"""


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
      budget: Probability of a false alarm in the run.
      power: Probability of finding an error of the size that is reported.
      report: HTML file to write.
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
    seed: int = 20_190_930
    budget: float = 1e-3
    power: float = 0.999
    report: Path | None = None
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
        "paths", nargs="*", metavar="PATH", help="source files and directories whose call sites are "
        "verified with their literal arguments",
    )  # fmt: skip
    parser.add_argument("--symbol", action="append", default=[], metavar="NAME", help="only this symbol; repeatable")
    parser.add_argument(
        "--context", action="append", default=[], metavar="NAME", help="only this context, in full: eager, function, "
        "graph or xla, or variables made by an engine: partitioned, mirrored or parameter-server; repeatable",
    )  # fmt: skip
    parser.add_argument("--device", metavar="NAME", help="make the tensors on this device: CPU:1, GPU:0, ...")
    parser.add_argument("--quick", action="store_true", help="float32, two shapes, no XLA: some seconds")
    parser.add_argument("--list", action="store_true", help="list the symbols and stop")
    parser.add_argument("--assume", choices=("tf1", "tf2"), help="what a bare `tf` in the files is")
    parser.add_argument("--exclude", action="append", metavar="PATTERN", help="files not to read, as in .gitignore")
    parser.add_argument("--jobs", type=console.positive, default=Options.jobs, metavar="N", help="worker processes")
    parser.add_argument("--seed", type=int, default=Options.seed, help="global seed; one seed, one result")
    parser.add_argument(
        "--budget", type=_share, default=Options.budget, metavar="P", help="false alarms per run (default 0.001)"
    )
    parser.add_argument(
        "--power", type=_share, default=Options.power, metavar="P", help="power of the errors that are stated"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write an HTML page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write JSON; - is standard output")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")


def _share(text: str) -> float:
    try:
        return values.probability(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line, completed from pyproject.toml if it names source files."""
    source = None
    if namespace.paths:
        if namespace.symbol:
            raise console.UsageError(
                "--symbol and PATH exclude each other: with PATH, the call sites are the symbols to verify"
            )
        namespace = argparse.Namespace(**vars(namespace), files_from=None, stdin_filename=None)
        source = source_options.make(namespace, source_options.load_settings(namespace.paths))
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
        report=namespace.report,
        json=namespace.json,
        junit=namespace.junit,
    )


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.
    """
    from tf_initcompat.catalog import symbols

    if options.list:
        for symbol in symbols.INITIALIZERS:
            print(*symbol.names)
        return console.CLEAN
    if options.source is not None:
        sites = _sites(options.source)
        return prove_sites(sites, options) if sites else console.CLEAN
    plan = _plan()
    try:
        cases = plan.cases(options.symbols, options.contexts, options.quick)
    except ValueError as error:
        raise console.UsageError(str(error)) from error
    return _prove(cases, options)


def prove_sites(sites: "Sequence[tuple[str, Arguments]]", options: Options) -> int:
    """Compares the wrappers with the legacy symbols for the arguments of call sites.

    Args:
      sites: Names below `tf_initcompat`, with literal arguments.
      options: The options of `verify`.

    Returns:
      Exit status.
    """
    try:
        cases = _plan().site_cases(sites, options.contexts, options.quick)
    except ValueError as error:
        raise console.UsageError(str(error)) from error
    return _prove(cases, options)


def _plan() -> Any:
    try:
        import jinja2  # noqa: F401 (the reports need it: better said before the run than after it)
        import junitparser  # noqa: F401

        from tf_initcompat.parity.table import plan
    except ModuleNotFoundError as error:
        raise console.UsageError(f"verify needs {error.name}: pip install 'tf-initcompat[parity]'") from error
    return plan


def _prove(cases: "list[plan.Case]", options: Options) -> int:
    from rich.console import Console

    from tf_initcompat.parity.reports import html, junit, text
    from tf_initcompat.parity.statistics.settings import Settings
    from tf_initcompat.parity.table import run as table_run

    _check_device(cases, options.device)
    to_stdout = options.json == Path("-")
    for path in (options.report, options.junit, None if to_stdout else options.json):
        if path is not None:
            _check_writable(path)
    targets = [str(path.absolute()) for path in (options.report, options.junit, options.json) if path is not None]
    if len(set(targets)) < len(targets):
        raise console.UsageError("--report, --json and --junit need a file each")
    settings = Settings(
        budget=options.budget,
        tests=table_run.tests_in(cases),
        power=options.power,
        seed=options.seed,
        pictures=options.report is not None or options.json is not None,
        device=options.device,
    )
    with progress.bar("importing TensorFlow", len(cases)) as update:
        try:
            done = table_run.run(
                cases,
                settings,
                1 if _on_a_cluster(cases) else min(options.jobs, len(cases)),
                lambda environment: update(description=f"TensorFlow {environment['TensorFlow']}"),
                lambda case: update(advance=1, description=case.name),
            )
        except table_run.WorkerError as error:
            raise console.UsageError(str(error)) from error
    if options.report:
        html.write(done, options.report)
    if options.junit:
        junit.write(done, options.junit)
    if options.json:
        _write_json(done, None if to_stdout else options.json)
    text.print_run(done, Console(stderr=to_stdout))
    if not any(one.contexts and one.verdict != "skipped" for one in done.comparisons):
        raise console.UsageError("nothing could be compared")
    return console.FINDINGS if done.different else console.CLEAN


def _check_device(cases: "list[plan.Case]", device: str | None) -> None:
    from tf_initcompat.parity.table import plan

    placing = [context for context in plan.STRATEGIES if any(context in case.contexts for case in cases)]
    if device is not None and placing:
        raise console.UsageError(f"--device {device!r}: context {placing[0]!r} places its variables itself")


def _on_a_cluster(cases: "list[plan.Case]") -> bool:
    """Returns whether the run is on the cluster of `TF_CONFIG`, which takes one process at a time."""
    from tf_initcompat.parity.table import plan

    return "TF_CONFIG" in os.environ and any(context in plan.ENGINES for case in cases for context in case.contexts)


def _sites(options: SourceOptions) -> "list[tuple[str, Arguments]]":
    """Returns the call sites in the paths that can be verified; says on stderr which cannot."""
    results = source_options.scan(options)
    if source_options.print_errors(results, options):
        raise console.UsageError("not every file can be read; nothing was verified")
    return literal_sites(results)


def literal_sites(results: "Sequence[Result]") -> "list[tuple[str, Arguments]]":
    """Returns the call sites with literal arguments; says on stderr which have others, and how many there are.

    Args:
      results: What the scanner found in the files.
    """
    sites = [site for result in results for site in result.call_sites]
    known = [(site.name, site.arguments) for site in sites if site.arguments is not None]
    for site in sites:
        if site.arguments is None:
            cell = f"cell {site.cell}:" if site.cell else ""
            print(f"{site.path}:{cell}{site.line}: not verified, its arguments are no literals: {site.source}",
                  file=sys.stderr)  # fmt: skip
    print(f"{len(sites)} call sites, {len(known)} of them with literal arguments", file=sys.stderr)
    return known


def _check_writable(path: Path) -> None:
    """Raises a UsageError if a report cannot be written; better before a run of minutes than after it."""
    try:
        values.require_writable(path)
    except OSError as error:
        raise console.UsageError(f"cannot write the report {str(path)!r}: {error.strerror or error}") from error


def _write_json(done: "Run", path: Path | None) -> None:
    from tf_initcompat._internal.atomic import write_text

    if path is None:
        print(done.as_json(), end="")
    else:
        write_text(path, done.as_json())
