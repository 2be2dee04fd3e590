"""`tf-initcompat migrate`: rewrites legacy initializers in source files and notebooks."""

import argparse
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tf_initcompat._internal import atomic
from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import command, source_command

if TYPE_CHECKING:
    from tf_initcompat.source.process import Result

_EXAMPLES = """\
examples:
  tf-initcompat migrate src                 # a dry run that shows what would change
  tf-initcompat migrate --write src
  git show HEAD:model.py | tf-initcompat migrate -

Exit status: 0 nothing to change (with --write: all is written), 1 something would change or is left, 2 an error.
"""


def add_to(commands: Any) -> None:
    """Adds the subcommand to a parser's subcommands."""
    parser = commands.add_parser(
        "migrate",
        help="rewrite legacy initializers in source files and notebooks",
        description="Rewrites each legacy initializer to its wrapper: the import and the name, nothing\n"
        "else. Without --write nothing is written.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    source_command.add_options(parser)
    parser.add_argument("--to", choices=("shim", "native"), help="the wrappers (default), or plain "
        "tf.keras.initializers where that is proven the same")  # fmt: skip
    parser.add_argument("--accept", action="append", metavar="RULE", help="with --to native: take this difference")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--diff", action="store_true", help="show what would change (the default)")
    how.add_argument("--check", action="store_true", help="only say which files would change")
    how.add_argument("--write", action="store_true", help="write the files")
    parser.add_argument(
        "--verify", action="store_true", help="prove the rewritten calls with literal arguments equal to the legacy "
        "ones; nothing is written if one differs",
    )  # fmt: skip
    parser.set_defaults(run=migrate)


def migrate(options: argparse.Namespace) -> int:
    """Runs the subcommand.

    Args:
      options: The parsed arguments.

    Returns:
      Exit status.
    """
    source_command.settle(options)
    options.to = options.to or "shim"
    if options.accept and options.to != "native":
        raise command.UsageError(f"--accept {options.accept[0]} needs --to native: the wrappers differ in nothing")
    accepted = source_command.codes(options.accept, "--accept")
    results = source_command.results(options, to=options.to, accept=frozenset(accepted))
    changed = [result for result in results if result.would_change]
    failed = False
    if options.verify and (status := _verify(changed, options.jobs)) != command.SAME:
        return status
    if options.paths == [source_command.STDIN] and not options.check and not options.diff:
        _to_stdout(results[0].after if results[0].would_change else results[0].before)
        return command.ERROR if source_command.complain(results) else command.SAME
    for result in changed:
        if options.write:
            failed |= not _write(result)
        elif options.check:
            print(f"would change {result.path} ({counted(result.changed, 'use')})")
        else:
            _to_stdout(_diff(result))
    left = _say_what_is_left(results)
    failed |= source_command.complain(results)
    done = "changed" if options.write else "would change"
    uses = sum(result.changed for result in changed)
    counts = f"{counted(uses, 'use')} in {counted(len(changed), 'file')}"
    print(f"{done} {counts}" + (f", {left:,} left" if left else ""), file=sys.stderr)
    if failed:
        return command.ERROR
    return command.DIFFERENT if left or (changed and not options.write) else command.SAME


def _verify(results: "list[Result]", jobs: int) -> int:
    from tf_initcompat import cli
    from tf_initcompat.cli import verify as verify_command

    sites = verify_command.literal_sites(results)
    defaults = cli.parser().parse_args(["verify", "--jobs", str(jobs)])
    return verify_command.prove_sites(sites, defaults) if sites else command.SAME


def _say_what_is_left(results: "list[Result]") -> int:
    """Prints the findings that keep code from being rewritten, on stderr; returns how many there are."""
    from tf_initcompat.source import rules
    from tf_initcompat.source.formats import text

    found = [one for result in results for one in (*result.findings, *result.refused)]
    left = [one for one in found if rules.rule(one.rule).level == "error"]
    if left:
        print(text.findings(left), file=sys.stderr)
    kept = [one for result in results for one in result.kept]
    if kept:
        print(text.findings(kept), file=sys.stderr)
        places = {(one.path, one.cell, one.line, one.column) for one in kept}
        print(f"{counted(len(places), 'use')} became a wrapper", file=sys.stderr)
    return len(left)


def _to_stdout(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _write(result: "Result") -> bool:
    """Writes a file, if it is still what was read; returns whether it is written."""
    path = Path(result.path)
    try:
        if path.read_bytes() != result.before:
            raise OSError("it has changed in the meantime")
        if not path.stat().st_mode & stat.S_IWUSR:
            raise OSError("it is read-only")
        atomic.write(path, result.after)
    except OSError as error:
        print(f"tf-initcompat: {path}: cannot be written: {error.strerror or error}", file=sys.stderr)
        return False
    return True


def _diff(result: "Result") -> bytes:
    import difflib

    # Lines end as for `patch`, and bytes that are no UTF-8 stay what they are, so that the diff can be applied.
    before, after = (
        re.findall(r"[^\n]*\n|[^\n]+", content.decode("utf-8", "surrogateescape"))
        for content in (result.before, result.after)
    )
    lines = difflib.unified_diff(before, after, result.path, result.path)
    text = "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
    return text.encode("utf-8", "surrogateescape")
