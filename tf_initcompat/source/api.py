"""The public functions of the source tools. The command line stands on them."""

import functools
import os
import typing
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tf_initcompat.source import arguments, process, rules, run
from tf_initcompat.source.arguments import AnyPath
from tf_initcompat.source.process import NO_FILE, Content, Settings, Target
from tf_initcompat.source.project import files, levels
from tf_initcompat.source.results import ScanResult

if TYPE_CHECKING:
    from tf_initcompat.source.migration import MigrateResult
    from tf_initcompat.source.remaining import Remaining

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
    path: AnyPath = NO_FILE,
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
    selected = arguments.selected(select, ignore)
    arguments.check_content(content)
    settings = _settings_of(path, assume)._replace(codes=_asked(selected), finds_creations=True)
    return _reported(process.scan(arguments.checked_path(path), content, settings), selected)


def migrate(
    content: Content,
    *,
    path: AnyPath = NO_FILE,
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
    arguments.check_content(content)
    accepted = arguments.accepted(to, accept)
    return process.migrate(
        arguments.checked_path(path), content, _settings_of(path, assume), to, accepted, arguments.checked_alias(alias)
    )


def scan_tree(
    paths: Iterable[AnyPath],
    *,
    assume: levels.LevelName | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    exclude: Collection[str] = (),
    exclude_base: AnyPath = "",
    tensorflow: str | None = None,
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
      tensorflow: Version of TensorFlow 2, such as "2.16": the field `remaining` of the results lists the names that it
        lacks. None for no lists.
      jobs: Number of processes.
      on_search: Called once with the files to read, and with what a .gitignore leaves out.
      on_file: Called after each file with the number of files done and the number of all files.

    Returns:
      Results of the files that may use a legacy initializer, that have remaining names, or that cannot be read,
      ordered by path.

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
    selected = arguments.selected(select, ignore)
    results = _run(
        paths,
        process.scan,
        process.scan_failed,
        assume,
        tensorflow,
        exclude,
        exclude_base,
        jobs,
        on_search,
        on_file,
        codes=_asked(selected),
        finds_creations=True,
    )
    return [_reported(result, selected) for result in results]


def migrate_tree(
    paths: Iterable[AnyPath],
    *,
    to: Target = "shim",
    assume: levels.LevelName | None = None,
    accept: Iterable[str] = (),
    alias: str = "",
    exclude: Collection[str] = (),
    exclude_base: AnyPath = "",
    tensorflow: str | None = None,
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
      tensorflow: Version of TensorFlow 2, such as "2.16": the field `remaining` of the results lists the names that it
        lacks. None for no lists.
      jobs: Number of processes.
      on_search: Called once with the files to read, and with what a .gitignore leaves out.
      on_file: Called after each file with the number of files done and the number of all files.

    Returns:
      Results of the files that may use a legacy initializer, that have remaining names, or that cannot be read,
      ordered by path.

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
    migrate_file = functools.partial(
        process.migrate, to=to, accept=arguments.accepted(to, accept), alias=arguments.checked_alias(alias)
    )
    return _run(
        paths, migrate_file, process.migrate_failed, assume, tensorflow, exclude, exclude_base, jobs, on_search, on_file
    )


def remaining_tree(
    paths: Iterable[AnyPath],
    *,
    tensorflow: str | None = None,
    exclude: Collection[str] = (),
    exclude_base: AnyPath = "",
    jobs: int = 1,
) -> "Remaining":
    """Find the names in files and directories that a TensorFlow lacks, other than the legacy initializers.

    Args:
      paths: Files and directories, see `scan_tree`. Files that do not parse are left out.
      tensorflow: Version of TensorFlow 2, such as "2.16"; None for the installed one, or else the newest known.
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
    from tf_initcompat.source.remaining import Remaining

    version = missing.installed().version if tensorflow is None else tensorflow
    results = scan_tree(paths, exclude=exclude, exclude_base=exclude_base, tensorflow=version, jobs=jobs)
    return Remaining.of_results(missing.of_version(version), results)


def _run(
    paths: Iterable[AnyPath],
    process_file: run.Process[run.AnyResult],
    failed: run.Failed[run.AnyResult],
    assume: levels.LevelName | None,
    tensorflow: str | None,
    exclude: Collection[str],
    exclude_base: AnyPath,
    jobs: int,
    on_search: OnSearch,
    on_file: Progress,
    codes: frozenset[str] | None = None,
    finds_creations: bool = False,
) -> list[run.AnyResult]:
    given, roots = arguments.checked_paths(paths, exclude, jobs)
    settings = _settings(roots, assume)._replace(
        installation=arguments.installation(tensorflow), codes=codes, finds_creations=finds_creations
    )
    search = files.find(given, exclude, os.fspath(exclude_base))
    on_search(search)
    unread = [failed(str(path), f"cannot be read: {reason}") for path, reason in search.unreadable]
    results = run.run(search.files, process_file, failed, settings, jobs, on_file)
    return sorted([*unread, *results], key=lambda result: result.path) if unread else results


def _settings_of(path: AnyPath, assume: levels.LevelName | None) -> Settings:
    return _settings((str(files.root_of(Path(path))),) if os.fspath(path) != NO_FILE else (), assume)


def _settings(roots: tuple[str, ...], assume: levels.LevelName | None) -> Settings:
    arguments.require("assume", assume, (None, *typing.get_args(levels.LevelName)))
    process.forget_trees()
    return Settings(roots, levels.Level(assume) if assume else None)


def _asked(selected: frozenset[str] | None) -> frozenset[str] | None:
    """Return the codes of the rules to ask; those that are on by default are asked to count what is hidden."""
    return None if selected is None else selected | rules.default_codes()


def _reported(result: ScanResult, codes: frozenset[str] | None) -> ScanResult:
    """Return a result with the findings of some rules only."""
    if codes is None:
        return result
    findings = tuple(finding for finding in result.findings if finding.rule in codes)
    hidden = result.hidden + len(result.findings) - len(findings)
    return result._replace(findings=findings, hidden=hidden)
