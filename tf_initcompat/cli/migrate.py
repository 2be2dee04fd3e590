"""`tf-initcompat migrate`: rewrites legacy initializers in source files and notebooks."""

import argparse
import dataclasses
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tf_initcompat._internal import atomic
from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console, source_options, verify
from tf_initcompat.cli.source_options import SourceOptions

if TYPE_CHECKING:
    from tf_initcompat.source.process import Result

_EXAMPLES = """\
examples:
  tf-initcompat migrate src                 # a dry run that shows what would change
  tf-initcompat migrate --write src
  git show HEAD:model.py | tf-initcompat migrate -

Exit status: 0 nothing to change (with --write: all is written), 1 something would change or is left, 2 an error.
"""


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `migrate`.

    Attributes:
      source: Which files are read, and how.
      to: What legacy initializers become.
      accept: Codes of the rules whose difference is accepted.
      diff: Whether the user asked for a diff; it is also the default.
      check: Whether only the names of the files that would change are printed.
      write: Whether the files are written.
      verify: Whether the rewritten calls are compared with the legacy ones first.
    """

    source: SourceOptions
    to: Literal["shim", "native"] = "shim"
    accept: frozenset[str] = frozenset()
    diff: bool = False
    check: bool = False
    write: bool = False
    verify: bool = False


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = (
        "Rewrite each legacy initializer to its wrapper: the import and the name, nothing\n"
        "else. Without --write nothing is written."
    )
    parser.epilog = _EXAMPLES
    source_options.add_to(parser)
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


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line, completed from pyproject.toml."""
    settings = source_options.load_settings(namespace.paths, namespace.stdin_filename)
    to = namespace.to or settings.get("to", "shim")
    accept = namespace.accept or settings.get("accept")
    if accept and to != "native":
        raise console.UsageError(f"--accept {accept[0]} needs --to native: the wrappers differ in nothing")
    return Options(
        source=source_options.make(namespace, settings),
        to=to,
        accept=source_options.codes(accept, "--accept"),
        diff=namespace.diff,
        check=namespace.check,
        write=namespace.write,
        verify=namespace.verify,
    )


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.
    """
    results = source_options.process_files(options.source, to=options.to, accept=options.accept)
    changed = [result for result in results if result.would_change]
    failed = False
    if options.verify and (status := _verify(changed, options.source.jobs)) != console.CLEAN:
        return status
    if options.source.is_stdin and not options.check and not options.diff:
        _to_stdout(results[0].after if results[0].would_change else results[0].before)
        return console.ERROR if source_options.print_errors(results) else console.CLEAN
    for result in changed:
        if options.write:
            failed |= not _write(result)
        elif options.check:
            print(f"would change {result.path} ({counted(result.changed, 'use')})")
        else:
            _to_stdout(_diff(result))
    left = _say_what_is_left(results)
    failed |= source_options.print_errors(results)
    done = "changed" if options.write else "would change"
    uses = sum(result.changed for result in changed)
    counts = f"{counted(uses, 'use')} in {counted(len(changed), 'file')}"
    print(f"{done} {counts}" + (f", {left:,} left" if left else ""), file=sys.stderr)
    if failed:
        return console.ERROR
    return console.FINDINGS if left or (changed and not options.write) else console.CLEAN


def _verify(results: "list[Result]", jobs: int) -> int:
    sites = verify.literal_sites(results)
    return verify.prove_sites(sites, verify.Options(jobs=jobs)) if sites else console.CLEAN


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
