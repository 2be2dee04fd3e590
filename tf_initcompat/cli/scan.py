"""`tf-initcompat scan`: finds legacy initializers in source files and notebooks."""

import argparse
from pathlib import Path
from typing import Any

from tf_initcompat.cli import command, source_command

_EXAMPLES = """\
examples:
  tf-initcompat scan src
  tf-initcompat scan --statistics src notebooks
  tf-initcompat scan --write-baseline known.json src; tf-initcompat scan --baseline known.json src

A comment `# tf-initcompat: ignore[RULE]` on the line hides a finding. `tf-initcompat explain RULE` tells more.
Exit status: 0 no finding, 1 findings, 2 a file cannot be read as Python 3, or a wrong option.
"""


def add_to(commands: Any) -> None:
    """Adds the subcommand to a parser's subcommands."""
    parser = commands.add_parser(
        "scan",
        help="find legacy initializers in source files and notebooks",
        description="Finds each use of a legacy initializer, and what would silently change\nif it were only renamed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    source_command.add_options(parser)
    parser.add_argument("--ignore", action="append", metavar="RULE", help="rules not to tell; repeatable")
    parser.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text", help="default: text")
    parser.add_argument("--statistics", action="store_true", help="only counts, for each rule and symbol")
    parser.add_argument("--baseline", metavar="FILE", help="known findings, which are not told")
    parser.add_argument("--write-baseline", type=Path, metavar="FILE", help="write all findings to a baseline")
    parser.set_defaults(run=scan)


def scan(options: argparse.Namespace) -> int:
    """Runs the subcommand.

    Args:
      options: The parsed arguments.

    Returns:
      Exit status.
    """
    from tf_initcompat.source.formats import text

    source_command.settle(options)
    ignored = source_command.codes(options.ignore, "--ignore")
    results = source_command.results(options)
    found = [one for result in results for one in result.findings if one.rule not in ignored]
    if options.write_baseline:
        from tf_initcompat.source import baseline

        try:
            baseline.write(options.write_baseline, found)
        except OSError as error:
            raise command.UsageError(f"cannot write {str(options.write_baseline)!r}: {error.strerror}") from error
        return command.ERROR if source_command.complain(results) else command.SAME
    if options.baseline:
        from tf_initcompat.source import baseline

        try:
            found = baseline.unknown(Path(options.baseline), found)
        except baseline.BaselineError as error:
            raise command.UsageError(str(error)) from error
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
    failed = source_command.complain(results)
    return command.ERROR if failed else command.DIFFERENT if found else command.SAME
