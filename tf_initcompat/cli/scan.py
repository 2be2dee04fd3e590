"""`tf-initcompat scan`: finds legacy initializers in source files and notebooks."""

import argparse
import dataclasses
from pathlib import Path

from tf_initcompat.cli import console, source_options
from tf_initcompat.cli.source_options import SourceOptions

_EXAMPLES = """\
examples:
  tf-initcompat scan src
  tf-initcompat scan --statistics src notebooks
  tf-initcompat scan --write-baseline known.json src; tf-initcompat scan --baseline known.json src

A comment `# tf-initcompat: ignore[RULE]` on the line hides a finding. `tf-initcompat explain RULE` tells more.
Exit status: 0 no finding, 1 findings, 2 a file cannot be read as Python 3, or a wrong option.
"""


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `scan`.

    Attributes:
      source: Which files are read, and how.
      ignore: Codes of the rules that are not reported.
      format: Name of the output format.
      statistics: Whether to print counts instead of findings.
      baseline: File with known findings, which are not reported.
      write_baseline: File to write all findings to.
    """

    source: SourceOptions
    ignore: frozenset[str] = frozenset()
    format: str = "text"
    statistics: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = "Find each use of a legacy initializer, and what a plain rename would silently change."
    parser.epilog = _EXAMPLES
    source_options.add_to(parser)
    parser.add_argument("--ignore", action="append", metavar="RULE", help="rules not to tell; repeatable")
    parser.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text", help="default: text")
    parser.add_argument("--statistics", action="store_true", help="only counts, for each rule and symbol")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="known findings, which are not told")
    parser.add_argument("--write-baseline", type=Path, metavar="FILE", help="write all findings to a baseline")


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line, completed from pyproject.toml."""
    settings = source_options.load_settings(namespace.paths, namespace.stdin_filename)
    baseline = settings.get("baseline")
    return Options(
        source=source_options.make(namespace, settings),
        ignore=source_options.codes(namespace.ignore or settings.get("ignore"), "--ignore"),
        format=namespace.format,
        statistics=namespace.statistics,
        baseline=namespace.baseline or (Path(baseline) if baseline else None),
        write_baseline=namespace.write_baseline,
    )


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.
    """
    from tf_initcompat.source.formats import text

    results = source_options.process_files(options.source)
    found = [one for result in results for one in result.findings if one.rule not in options.ignore]
    if options.write_baseline:
        from tf_initcompat.source import baseline

        try:
            baseline.write(options.write_baseline, found)
        except OSError as error:
            raise console.UsageError(f"cannot write {str(options.write_baseline)!r}: {error.strerror}") from error
        return console.ERROR if source_options.print_errors(results) else console.CLEAN
    if options.baseline:
        from tf_initcompat.source import baseline

        try:
            found = baseline.unknown(options.baseline, found)
        except baseline.BaselineError as error:
            raise console.UsageError(str(error)) from error
    if options.format != "text":
        from tf_initcompat.source.formats import machine

        formats = {"json": machine.as_json, "sarif": machine.as_sarif, "github": machine.as_github}
        print(formats[options.format](found, results))
    else:
        body = text.statistics(found) if options.statistics else text.findings(found)
        if body:
            print(body + "\n")
        if found and not options.statistics:
            print(text.statistics(found) + "\n")
        unread = sum(bool(result.error) for result in results)
        print(text.summary(found, len({one.path for one in found}), unread))
    failed = source_options.print_errors(results)
    return console.ERROR if failed else console.FINDINGS if found else console.CLEAN
