"""The other names that a TensorFlow lacks, for the options of a subcommand that reads source files."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tf_initcompat.cli.source_options import SourceOptions

if TYPE_CHECKING:
    from tf_initcompat.source import Remaining
    from tf_initcompat.source.migration import Result


def names(options: SourceOptions, results: "Iterable[Result]") -> "Remaining | None":
    """Return the other names that a TensorFlow lacks; None if they are not asked for.

    Args:
      options: The options.
      results: Results of the files, compared with that TensorFlow.
    """
    from tf_initcompat.catalog import missing
    from tf_initcompat.source.remaining import Remaining

    version = options.compared_version
    return None if version is None else Remaining.of_results(missing.of_version(version), results)
