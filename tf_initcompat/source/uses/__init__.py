"""Uses of legacy initializers in a file: what is used, in which form, and how certain that is."""

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.uses import by_name, by_text
from tf_initcompat.source.uses.use import Form, Status, Use

__all__ = ["Form", "Status", "Use", "find"]


def find(file: SourceFile) -> tuple[Use, ...]:
    """Return the uses of legacy initializers in a file, in the order of the file."""
    named = list(by_name.find(file))
    texts = {use.node: use for use in by_text.find(file)}
    for use in named:
        if use.status is Status.LEGACY:
            texts |= {text.node: text for text in by_text.looked_up(file, use) if text.node not in texts}
    return tuple(sorted([*named, *texts.values()], key=lambda use: file.text.span(use.node)))
