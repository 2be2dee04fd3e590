"""Uses of legacy initializers in a file: what is used, in which form, and how certain that is."""

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.uses import by_name, by_text
from tf_initcompat.source.uses.use import Form, Status, Use

__all__ = ["Form", "Status", "Use", "find"]


def find(file: SourceFile) -> tuple[Use, ...]:
    """Return the uses of legacy initializers in a file, in the order of the file."""
    return tuple(sorted([*by_name.find(file), *by_text.find(file)], key=lambda use: file.text.span(use.node)))
