"""The other names that a TensorFlow lacks, for the options of a subcommand that reads source files."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tf_initcompat.cli import source_options
from tf_initcompat.cli.source_options import SourceOptions

if TYPE_CHECKING:
    from tf_initcompat.source import Remaining


def names(options: SourceOptions, contents: "Mapping[str, bytes] | None" = None) -> "Remaining | None":
    """Return the other names that a TensorFlow lacks; None if they are not asked for.

    Args:
      options: The options.
      contents: New contents of files.
    """
    from tf_initcompat import source

    if not options.remaining or options.is_stdin:
        return None
    return source.remaining_tree(
        source_options.all_paths(options),
        tensorflow=options.tensorflow,
        contents=contents,
        exclude=options.exclude,
        exclude_base=options.exclude_base,
        jobs=options.jobs,
    )
