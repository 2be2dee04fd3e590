"""The public functions of the source tools. The command line stands on them."""

import functools
import os
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tf_initcompat.source import process, rules, run
from tf_initcompat.source.process import NO_FILE, Content, Settings, Target
from tf_initcompat.source.project import config, files, levels
from tf_initcompat.source.results import ScanResult

if TYPE_CHECKING:
    from tf_initcompat.source.migration import MigrateResult
    from tf_initcompat.source.remaining import Remaining

_Path = str | os.PathLike[str]
#: Receives the number of files done and the number of all files.
Progress = Callable[[int, int], None]


#: Receives the files to read, and what a .gitignore leaves out.
OnSearch = Callable[[files.Search], None]


def _ignore_search(search: files.Search) -> None:
    """Do nothing."""


def _ignore_progress(done: int, count: int) -> None:
    pass


def scan(
    content: str | bytes,
    *,
    path: _Path = NO_FILE,
    assume: levels.LevelName | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> ScanResult:
    """Find the legacy initializers of a Python module or a notebook.

    The code is parsed, never imported or run.

    Args:
      content: Content of the file. Bytes are decoded as Python decodes a source file.
      path: Path of the file. A path that ends in ".ipynb" is a notebook. Imported names are followed through the
        project that the path belongs to. "-" is a module without a project.
      assume: API level of a bare `tf`, "tf1" or "tf2"; None lets the code decide.
      select: Rules to report, by code, name or prefix of the code such as "IC1"; empty for all.
      ignore: Rules not to report.

    Returns:
      The result. Its `error` says why content cannot be read.

    Raises:
      ValueError: If an argument has a wrong value.

    Examples:
      >>> import tf_initcompat
      >>> code = '''
      ... import tensorflow.compat.v1 as tf
      ... weights = tf.get_variable("weights", [3], initializer=tf.random_normal_initializer())
      ... '''
      >>> result = tf_initcompat.source.scan(code)
      >>> [(finding.line, finding.rule) for finding in result.findings]
      [(3, 'IC001'), (3, 'IC110')]
    """
    selected = _selected(select, ignore)
    _check_content(content)
    return _reported(process.scan(_checked(path), content, _settings_of(path, assume)), selected)


def migrate(
    content: Content,
    *,
    path: _Path = NO_FILE,
    to: Target = "shim",
    assume: levels.LevelName | None = None,
    accept: Iterable[str] = (),
    alias: str = "",
) -> "MigrateResult[Content]":
    """Rewrite the legacy initializers of a Python module or a notebook.

    The code is parsed, never imported or run, and nothing is written.

    Args:
      content: Content of the file. Bytes are decoded as Python decodes a source file.
      path: Path of the file, see `scan`.
      to: "shim" for the wrappers of this package, or "native" for `tf.keras.initializers` where that is proven equal,
        and for the wrappers elsewhere.
      assume: API level of a bare `tf`, "tf1" or "tf2"; None lets the code decide.
      accept: With `to="native"`, codes or names of the rules whose difference is accepted.
      alias: Name under which `tf_initcompat` is imported, such as "tfi"; "" for its own name. A file that imports it
        already keeps the name that it has there.

    Returns:
      The result. Its `content` has the type of the content that was given. Its `error` says why content cannot be read.

    Raises:
      ValueError: If an argument has a wrong value.

    Examples:
      >>> import tf_initcompat
      >>> code = '''import tensorflow.compat.v1 as tf
      ... weights = tf.get_variable("weights", [3], initializer=tf.zeros_initializer())'''
      >>> print(tf_initcompat.source.migrate(code).content)
      import tensorflow.compat.v1 as tf
      import tf_initcompat
      weights = tf.get_variable("weights", [3], initializer=tf_initcompat.zeros_initializer())
      >>> print(tf_initcompat.source.migrate(code, to="native").content)
      import tensorflow.compat.v1 as tf
      from tensorflow import keras
      weights = tf.get_variable("weights", [3], initializer=keras.initializers.Zeros())
    """
    _check_content(content)
    accepted = _accepted(to, accept)
    return process.migrate(_checked(path), content, _settings_of(path, assume), to, accepted, _checked_alias(alias))


def scan_tree(
    paths: Iterable[_Path],
    *,
    assume: levels.LevelName | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    exclude: Collection[str] = (),
    exclude_base: _Path = "",
    jobs: int = 1,
    on_search: OnSearch = _ignore_search,
    on_file: Progress = _ignore_progress,
) -> list[ScanResult]:
    """Find the legacy initializers of files and directories.

    Args:
      paths: Files and directories. Directories are searched for modules, stubs and notebooks, without those that a
        .gitignore excludes.
      assume: API level of a bare `tf`, "tf1" or "tf2"; None lets each file decide.
      select: Rules to report, see `scan`.
      ignore: Rules not to report.
      exclude: Patterns of files to leave out, as in .gitignore.
      exclude_base: Directory that the patterns are relative to; by default each of the directories.
      jobs: Number of processes.
      on_search: Called once with the files to read, and with what a .gitignore leaves out.
      on_file: Called after each file with the number of files done and the number of all files.

    Returns:
      Results of the files that may use a legacy initializer or that cannot be read, ordered by path.

    Raises:
      FileNotFoundError: If a path does not exist.
      ValueError: If an argument has a wrong value.

    Examples:
      >>> import pathlib, tempfile, tf_initcompat
      >>> folder = tempfile.TemporaryDirectory()
      >>> path = pathlib.Path(folder.name, "model.py")
      >>> _ = path.write_text("import tensorflow.compat.v1 as tf; tf.zeros_initializer()")
      >>> [finding.symbol for result in tf_initcompat.source.scan_tree([folder.name]) for finding in result.findings]
      ['zeros_initializer']
      >>> folder.cleanup()
    """
    selected = _selected(select, ignore)
    results = _run(paths, process.scan, process.scan_failed, assume, exclude, exclude_base, jobs, on_search, on_file)
    return [_reported(result, selected) for result in results]


def migrate_tree(
    paths: Iterable[_Path],
    *,
    to: Target = "shim",
    assume: levels.LevelName | None = None,
    accept: Iterable[str] = (),
    alias: str = "",
    exclude: Collection[str] = (),
    exclude_base: _Path = "",
    jobs: int = 1,
    on_search: OnSearch = _ignore_search,
    on_file: Progress = _ignore_progress,
) -> "list[MigrateResult[bytes]]":
    """Rewrite the legacy initializers of files and directories. Nothing is written.

    Args:
      paths: Files and directories, see `scan_tree`.
      to: "shim" or "native", see `migrate`.
      assume: API level of a bare `tf`, "tf1" or "tf2"; None lets each file decide.
      accept: With `to="native"`, codes or names of the rules whose difference is accepted.
      alias: Name under which `tf_initcompat` is imported, such as "tfi"; "" for its own name. A file that imports it
        already keeps the name that it has there.
      exclude: Patterns of files to leave out, as in .gitignore.
      exclude_base: Directory that the patterns are relative to; by default each of the directories.
      jobs: Number of processes.
      on_search: Called once with the files to read, and with what a .gitignore leaves out.
      on_file: Called after each file with the number of files done and the number of all files.

    Returns:
      Results of the files that may use a legacy initializer or that cannot be read, ordered by path.

    Raises:
      FileNotFoundError: If a path does not exist.
      ValueError: If an argument has a wrong value.

    Examples:
      >>> import pathlib, tempfile, tf_initcompat
      >>> folder = tempfile.TemporaryDirectory()
      >>> path = pathlib.Path(folder.name, "model.py")
      >>> _ = path.write_text("import tensorflow.compat.v1 as tf; tf.zeros_initializer()")
      >>> [result.content for result in tf_initcompat.source.migrate_tree([folder.name])]
      [b'import tf_initcompat; tf_initcompat.zeros_initializer()']
      >>> folder.cleanup()
    """
    migrate_file = functools.partial(process.migrate, to=to, accept=_accepted(to, accept), alias=_checked_alias(alias))
    return _run(paths, migrate_file, process.migrate_failed, assume, exclude, exclude_base, jobs, on_search, on_file)


def remaining_tree(
    paths: Iterable[_Path],
    *,
    tensorflow: str | None = None,
    contents: Mapping[str, bytes] | None = None,
    exclude: Collection[str] = (),
    exclude_base: _Path = "",
    jobs: int = 1,
) -> "Remaining":
    """Find the names in files and directories that a TensorFlow lacks, other than the legacy initializers.

    Args:
      paths: Files and directories, see `scan_tree`. Files that do not parse are left out.
      tensorflow: Version of TensorFlow 2, such as "2.16"; None for the installed one, or else the newest known.
      contents: Contents that replace those of files, such as those that `migrate_tree` returns; by path.
      exclude: Patterns of files to leave out, as in .gitignore.
      exclude_base: Directory that the patterns are relative to; by default each of the directories.
      jobs: Number of processes.

    Returns:
      The uses, each with what to do about it.

    Raises:
      FileNotFoundError: If a path does not exist.
      ValueError: If an argument has a wrong value.

    Examples:
      >>> import pathlib, tempfile, tf_initcompat
      >>> folder = tempfile.TemporaryDirectory()
      >>> path = pathlib.Path(folder.name, "train.py")
      >>> _ = path.write_text("import tensorflow as tf; tf.set_random_seed(1)")
      >>> remaining = tf_initcompat.source.remaining_tree([folder.name], tensorflow="2.15")
      >>> [(use.missing.name, use.missing.way.value) for use in remaining.uses]
      [('tf.set_random_seed', 'import tensorflow.compat.v1 as tf, or run tf_upgrade_v2')]
      >>> folder.cleanup()
    """
    from tf_initcompat.catalog import missing
    from tf_initcompat.source import remaining

    try:
        installation = missing.of_version(tensorflow) if tensorflow is not None else missing.installed()
    except ValueError as error:
        raise ValueError(f"tensorflow {error}") from error
    given, roots = _given(paths, exclude, jobs)
    search = files.find(given, exclude, os.fspath(exclude_base))
    return remaining.find_in_tree(search.files, installation, _settings(roots, None), contents or {}, jobs)


def _run(
    paths: Iterable[_Path],
    process_file: run.Process[run.AnyResult],
    failed: run.Failed[run.AnyResult],
    assume: levels.LevelName | None,
    exclude: Collection[str],
    exclude_base: _Path,
    jobs: int,
    on_search: OnSearch,
    on_file: Progress,
) -> list[run.AnyResult]:
    given, roots = _given(paths, exclude, jobs)
    search = files.find(given, exclude, os.fspath(exclude_base))
    on_search(search)
    return run.run(search.files, process_file, failed, _settings(roots, assume), jobs, on_file)


def _given(paths: Iterable[_Path], exclude: Collection[str], jobs: int) -> tuple[list[Path], tuple[str, ...]]:
    """Return the paths and the roots of their trees, after a check of the arguments."""
    if jobs < 1:
        raise ValueError(f"jobs must be a positive number of processes, not {jobs!r}")
    if isinstance(paths, (str, bytes, os.PathLike)):  # the characters of a string would be paths
        raise ValueError(f"paths must be a list of paths, such as [{os.fspath(paths)!r}], not {paths!r}")
    if isinstance(exclude, str):
        raise ValueError(f"exclude must be a list of patterns, such as [{exclude!r}], not {exclude!r}")
    given = [Path(_checked(path)) for path in paths]
    return given, tuple(sorted({str(files.root_of(path)) for path in given}))


def _check_content(content: object) -> None:
    if not isinstance(content, (str, bytes)):
        raise TypeError(f"content must be the text or the bytes of a file, not {type(content).__name__}")


def _checked(path: _Path) -> str:
    if not os.fspath(path):
        raise ValueError(f"path must not be empty: give the name of the file, or {NO_FILE!r} if there is none")
    return os.fspath(path)


def _settings_of(path: _Path, assume: levels.LevelName | None) -> Settings:
    return _settings((str(files.root_of(Path(path))),) if os.fspath(path) != NO_FILE else (), assume)


def _settings(roots: tuple[str, ...], assume: levels.LevelName | None) -> Settings:
    _require("assume", assume, (None, *typing.get_args(levels.LevelName)))
    process.forget_trees()
    return Settings(roots, levels.Level(assume) if assume else None)


def _selected(select: Collection[str], ignore: Collection[str]) -> frozenset[str] | None:
    """Return the codes of the rules to report, or None for all."""
    _require_keys("select", select)
    _require_keys("ignore", ignore)
    if not select and not ignore:
        return None
    every = frozenset(rule.code for rule in rules.all_rules())
    return (rules.codes(select) if select else every) - rules.codes(ignore)


def _reported(result: ScanResult, codes: frozenset[str] | None) -> ScanResult:
    """Return a result with the findings of some rules only."""
    if codes is None:
        return result
    findings = tuple(finding for finding in result.findings if finding.rule in codes)
    hidden = result.hidden + len(result.findings) - len(findings)
    return result._replace(findings=findings, hidden=hidden)


def _accepted(to: Target, accept: Iterable[str]) -> frozenset[str]:
    _require("to", to, typing.get_args(Target))
    _require_keys("accept", accept)
    codes = rules.acceptable_codes(accept)
    if codes and to != "native":
        raise ValueError(f"accept must be empty with to={to!r}, since the wrappers do not differ; use to='native'")
    return codes


def _checked_alias(alias: str) -> str:
    if not config.is_alias(alias):
        raise ValueError(f"alias must be a name of Python, such as 'tfi', not {alias!r}")
    return alias


def _require(name: str, value: object, choices: Collection[object]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {value!r}")


def _require_keys(name: str, keys: Iterable[object]) -> None:
    if isinstance(keys, str):  # its characters would be the keys
        raise ValueError(f"{name} must be a list of rules, such as [{keys!r}], not {keys!r}")
    for key in keys:
        if not isinstance(key, str):
            raise ValueError(f"{name} must contain codes or names of rules, not {key!r}")
