"""`tf-initcompat migrate`: rewrites legacy initializers in source files and notebooks."""

import argparse
import dataclasses
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tf_initcompat._internal import colors
from tf_initcompat._internal.plural import counted
from tf_initcompat.cli import console, remaining, source_files, source_options
from tf_initcompat.cli.source_options import SourceOptions

if TYPE_CHECKING:
    from tf_initcompat.source import Finding, MigrateResult
    from tf_initcompat.source.process import Target

    Results = Sequence[MigrateResult[bytes]]

_EXAMPLES: Final = """\
examples:
  tf-initcompat migrate src                 # a dry run that shows what would change
  tf-initcompat migrate --write src
  tf-initcompat migrate --to native --accept rank-1-fan src
  git show HEAD:model.py | tf-initcompat migrate -

Exit status: 0 nothing to change (with --write: everything is written), 1 something would change or cannot be rewritten,
2 an error.
"""


#: Colors of the lines of a diff.
_COLORS: Final = {"+": colors.Color.GREEN, "-": colors.Color.RED, "@": colors.Color.CYAN}

#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "rules"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `migrate`.

    Attributes:
      source: Files to read, and how.
      to: What legacy initializers become.
      accept: Codes of the rules whose difference is accepted.
      diff: Whether the user asked for a diff. It is also the default, except for standard input.
      check: Whether to print only the names of the files that would change.
      write: Whether to write the files.
      alias: Name under which `tf_initcompat` is imported; "" for its own name.
      verify: Whether to compare the rewritten calls with the legacy ones first.
    """

    source: SourceOptions
    to: "Target" = "shim"
    accept: frozenset[str] = frozenset()
    diff: bool = False
    check: bool = False
    write: bool = False
    alias: str = ""
    verify: bool = False


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = (
        "Rewrite each legacy initializer to its wrapper: the import and the name, nothing\n"
        "else. Without --write nothing is written."
    )
    parser.epilog = _EXAMPLES
    source_options.add_to(parser, lists_remaining=True)
    parser.add_argument(
        "--to",
        choices=("shim", "native"),
        help="the wrappers (default), or tf.keras.initializers where that is proven equal",
    )
    parser.add_argument(
        "--accept", action="append", metavar="RULE", help="with --to native: accept this difference; repeatable"
    )
    parser.add_argument(
        "--alias", metavar="NAME", help="write `import tf_initcompat as NAME`, unless a file imports it already"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--diff", action="store_true", help="show what would change (default)")
    how.add_argument("--check", action="store_true", help="list the files that would change")
    how.add_argument("--write", action="store_true", help="write the files")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="first prove the rewritten calls with literal arguments equal to the legacy ones; write nothing if one "
        "differs",
    )


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line, completed from pyproject.toml."""
    settings = source_options.load_settings(namespace.paths, namespace.stdin_filename)
    to = namespace.to or settings.to or "shim"
    accept = namespace.accept or settings.accept
    option = source_options.option("accept", namespace.accept, settings)
    accepted = source_options.acceptable_codes(accept, option)
    if namespace.accept and to != "native":
        raise console.UsageError(f"{option} {namespace.accept[0]} needs --to native: the wrappers have no differences")
    return Options(
        source=source_options.of_arguments(namespace, settings),
        to=to,
        accept=accepted if to == "native" else frozenset(),
        diff=namespace.diff,
        check=namespace.check,
        write=namespace.write,
        alias=_alias(settings.alias or "" if namespace.alias is None else namespace.alias),
        verify=namespace.verify,
    )


def _alias(name: str) -> str:
    """Return a name for the package after a check."""
    from tf_initcompat.source.project import config

    if not config.is_alias(name):
        raise console.UsageError(f"--alias must be a name of Python, such as tfi, not {name!r}")
    return name


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.

    Raises:
      UsageError: If a path does not exist, or a call cannot be verified.
    """
    results = source_files.migrate(options.source, options.to, options.accept, options.alias)
    changed = [result for result in results if result.is_changed]
    if options.verify and (status := _verify(changed, options.source.jobs)) != console.CLEAN:
        return status
    if options.source.is_stdin and not options.check and not options.diff:
        _write_to_stdout(results[0].content)
        return console.ERROR if source_files.print_errors(results, options.source) else console.CLEAN
    unwritten = 0
    if options.write:
        written = _written(changed)
        unwritten, changed = len(changed) - len(written), written
    for result in () if options.write else changed:
        if options.check:
            print(f"would change {result.path} ({counted(result.changed, 'use')})")
        else:
            _write_to_stdout(_diff(result))
    left = _print_what_is_left(results)
    _print_not_converted(results)
    is_failed = source_files.print_errors(results, options.source) or unwritten > 0
    done = "changed" if options.write else "would change"
    uses = sum(result.changed for result in changed)
    counts = f"{counted(uses, 'use')} in {counted(len(changed), 'file')}"
    rest = (f", {left:,} left" if left else "") + (f"; {counted(unwritten, 'file')} not written" if unwritten else "")
    if not options.source.is_quiet:
        _print_remaining(results, options.source)
        print(f"{done} {counts}{rest}", file=sys.stderr)
    if is_failed:
        return console.ERROR
    is_clean = options.source.exit_zero or not (left or (changed and not options.write))
    return console.CLEAN if is_clean else console.FINDINGS


def _print_remaining(results: "Results", options: SourceOptions) -> None:
    """Print the other names that a TensorFlow lacks on stderr."""
    names = remaining.names(options, results)
    if names is not None and names.uses:
        from tf_initcompat.source import remaining_text

        print(remaining_text.render(names, colors.are_wanted(sys.stderr)), file=sys.stderr)


def _verify(results: "Results", jobs: int) -> int:
    """Compare the calls of files with the legacy ones; return the exit status."""
    from tf_initcompat.cli import verify

    sites = verify.literal_sites(results)
    return verify.prove_sites(sites, verify.Options(jobs=jobs)) if sites else console.CLEAN


def _print_what_is_left(results: "Results") -> int:
    """Print the findings that keep code from being rewritten on stderr; return their number."""
    findings = [finding for result in results for finding in (*result.findings, *result.refused)]
    left = [finding for finding in findings if finding.level == "error"]
    if left:
        _print_findings(left)
    return len(left)


def _print_not_converted(results: "Results") -> None:
    """Print the reasons why uses are not native on stderr."""
    findings = [finding for result in results for finding in result.not_converted]
    if findings:
        _print_findings(findings)
        places = {(finding.path, finding.cell, finding.line, finding.column) for finding in findings}
        print(f"{counted(len(places), 'use')} not converted: the wrapper is used there", file=sys.stderr)


def _print_findings(findings: "Sequence[Finding]") -> None:
    from tf_initcompat.source.formats import text

    print(text.format_findings(findings, colors.are_wanted(sys.stderr)), file=sys.stderr)


def _write_to_stdout(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@console.ends_cleanly()
def _written(results: "Results") -> "list[MigrateResult[bytes]]":
    """Write files; return the results of those that are written."""
    return [result for result in results if _write(result)]


def _write(result: "MigrateResult[bytes]") -> bool:
    """Write a file, unless it has changed since it was read; return whether it is written."""
    from tf_initcompat._internal import atomic

    path = Path(result.path)
    try:
        if not path.is_file():  # a pipe, which was read already
            raise OSError("it is not a regular file")
        if path.read_bytes() != result.original:
            raise OSError("it has changed in the meantime")
        if not path.stat().st_mode & stat.S_IWUSR:
            raise OSError("it is read-only")
        atomic.write(path, result.content)
    except OSError as error:
        console.print_error(f"{path}: cannot be written: {error.strerror or error}")
        return False
    return True


def _colored(line: str) -> str:
    """Return a line of a diff in the color of its kind; the line end stays outside of the color."""
    content = line.rstrip("\r\n")
    color = _COLORS.get(line[:1])
    return colors.colored(content, color) + line[len(content) :] if color else line


def _diff(result: "MigrateResult[bytes]") -> bytes:
    """Return the changes as a diff that `patch` can apply; a terminal gets colors."""
    import difflib

    # Lines end as for `patch`. Bytes that are not UTF-8 stay the same.
    before, after = (
        re.findall(r"[^\n]*\n|[^\n]+", content.decode("utf-8", "surrogateescape"))
        for content in (result.original, result.content)
    )
    lines = difflib.unified_diff(before, after, result.path, result.path)
    if colors.are_wanted(sys.stdout):
        lines = map(_colored, lines)
    text = "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
    return text.encode("utf-8", "surrogateescape")
