"""`tf-initcompat scan`: finds legacy initializers in source files and notebooks."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tf_initcompat._internal import colors
from tf_initcompat.cli import console, remaining, source_files, source_options
from tf_initcompat.cli.source_options import SourceOptions

if TYPE_CHECKING:
    from tf_initcompat.source.project.files import Search

_EXAMPLES: Final = """\
examples:
  tf-initcompat scan src
  tf-initcompat scan --statistics src notebooks
  tf-initcompat scan --select IC1 --ignore IC110,IC111 src
  tf-initcompat scan --native src
  tf-initcompat scan --write-baseline known.json src; tf-initcompat scan --baseline known.json src

A RULE is a code (IC101), a name (shared-instance) or a prefix of codes (IC1).
A comment `# tf-initcompat: ignore[RULE]` on the line hides a finding. `tf-initcompat explain RULE` documents a rule.
Exit status: 0 no findings, 1 findings, 2 a file that cannot be read as Python 3, or a wrong option.
"""


#: Prefix of the rules about Keras' own initializers.
_NATIVE_RULES: Final = "IC3"
#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "rules or output formats"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `scan`.

    Attributes:
      source: Files to read, and how.
      select: Codes of the rules to report; empty for all.
      ignore: Codes of the rules not to report.
      format: Name of the output format.
      statistics: Whether to print counts instead of findings.
      baseline: File with known findings, which are not reported.
      write_baseline: File to write all findings to.
    """

    source: SourceOptions
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    format: str = "text"
    statistics: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    from tf_initcompat.source import formats

    parser.description = "Find each use of a legacy initializer, and what a plain rename would silently change."
    parser.epilog = _EXAMPLES
    source_options.add_to(parser, lists_remaining=False)
    parser.add_argument("--select", action="append", metavar="RULE", help="report only these rules; repeatable")
    parser.add_argument("--ignore", action="append", metavar="RULE", help="do not report these rules; repeatable")
    parser.add_argument(
        "--native", action="store_true", help=f"report hazards in code for Keras 2 and 3, too (rules {_NATIVE_RULES})"
    )
    parser.add_argument(
        "--format", "--output-format", choices=formats.names(), default="text", help="output format (default: text)"
    )
    parser.add_argument("--statistics", action="store_true", help="print only counts for each rule and symbol")
    parser.add_argument(
        "--baseline", metavar="FILE", help="do not report the findings of this baseline; empty overrides pyproject.toml"
    )
    parser.add_argument("--write-baseline", type=Path, metavar="FILE", help="write all findings to a baseline")


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line, completed from pyproject.toml."""
    settings = source_options.load_settings(namespace.paths, namespace.stdin_filename)
    baseline = settings.baseline if namespace.baseline is None else namespace.baseline
    select = source_options.codes(
        namespace.select or settings.select, source_options.option("select", namespace.select, settings)
    )
    return Options(
        source=source_options.of_arguments(namespace, settings),
        select=_with_native(select) if namespace.native else select,
        ignore=source_options.codes(
            namespace.ignore or settings.ignore, source_options.option("ignore", namespace.ignore, settings)
        ),
        format=namespace.format,
        statistics=namespace.statistics,
        baseline=Path(baseline) if baseline else None,
        write_baseline=namespace.write_baseline,
    )


def _with_native(select: frozenset[str]) -> frozenset[str]:
    """Return selected codes, or those that are on by default, with those of the rules about native code."""
    from tf_initcompat.source import rules

    return (select or rules.default_codes()) | rules.codes([_NATIVE_RULES])


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.

    Raises:
      UsageError: If a path does not exist, or the baseline cannot be read or written.
    """
    from tf_initcompat.source import formats

    files: list[int] = []

    def on_search(search: "Search") -> None:
        files.append(len(search.files))
        source_files.print_skipped(search)

    results = source_files.scan(options.source, options.select, options.ignore, on_search)
    hidden = sum(result.hidden for result in results)
    findings = [finding for result in results for finding in result.findings]
    if options.write_baseline:
        from tf_initcompat.source import baseline

        try:
            baseline.write(options.write_baseline, findings)
        except OSError as error:
            raise console.UsageError(f"cannot write {str(options.write_baseline)!r}: {error.strerror}") from error
        return console.ERROR if source_files.print_errors(results, options.source) else console.CLEAN
    if options.baseline:
        from tf_initcompat.source import baseline

        try:
            new = baseline.new_findings(options.baseline, findings)
        except baseline.BaselineError as error:
            raise console.UsageError(str(error)) from error
        hidden, findings = hidden + len(findings) - len(new), new
    report = formats.Report(
        findings,
        results,
        options.statistics,
        remaining=remaining.names(options.source, results),
        is_colored=colors.are_wanted(sys.stdout),
        is_quiet=options.source.is_quiet,
        hidden=hidden,
        paths=options.source.paths,
        files=files[0] if files else None,
    )
    text = formats.render(options.format, report)
    if text or not options.source.is_quiet:
        print(text)
    if source_files.print_errors(results, options.source):
        return console.ERROR
    return console.FINDINGS if findings and not options.source.exit_zero else console.CLEAN
