"""Uses of Keras' own initializers, in code that may never have been TensorFlow 1."""

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from tf_initcompat.catalog import class_names, namespaces
from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.uses.by_name import names_bound_to
from tf_initcompat.source.uses.use import Form, Status, Use

#: Modules of Keras' initializers, with a dot behind.
_MODULES: Final = re.compile(
    r"(?:keras|tf_keras|tensorflow\.keras|tensorflow\.compat\.v2\.keras|tensorflow\.python\.keras)"
    r"(?:\.api|\.src|\.ops)*\.initializers\.(?:\w+_initializers\.)?"
)
#: TensorFlow 2 has some of them at its top.
_TENSORFLOW: Final = re.compile(r"tensorflow\.(?:compat\.v2\.)?initializers\.")


@functools.cache
def _rows() -> Mapping[str, Symbol]:
    return {name: symbol for name, symbol in class_names.rows().items() if symbol.distribution}


def find(file: SourceFile) -> Iterator[Use]:
    """Yield the calls in a file that make a native initializer.

    Args:
      file: The file.

    Yields:
      Uses with the name of the wrapper that stands for the same distribution.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> file = rules.read("import keras; keras.initializers.HeNormal(seed=1)")
      >>> [(use.name, use.qualified) for use in find(file.source)]
      [('keras.initializers.he_normal', 'keras.initializers.HeNormal')]
    """
    last_names = frozenset(_rows())
    bound = names_bound_to(last_names, file)
    for call in file.names.nodes_of(ast.Call):
        is_name = isinstance(call.func, ast.Name) and call.func.id in bound
        if not (is_name or last_component(call.func) in last_names):
            continue
        qualified = {candidate and namespaces.normalized(candidate) for candidate in file.resolve(call.func)}
        if len(qualified) == 1 and (symbol := _symbol(next(iter(qualified)) or "", file)):
            assert isinstance(call.func, (ast.Attribute, ast.Name, ast.Call))
            yield Use(call.func, Form.CALL, symbol.names[0], next(iter(qualified)) or "", Status.NATIVE, call)


def _symbol(qualified: str, file: SourceFile) -> Symbol | None:
    """Return the row of a native initializer."""
    match = _MODULES.match(qualified) or _TENSORFLOW.match(qualified)
    if match is None:
        return None
    legacy = namespaces.lookup(qualified)
    if legacy is not None and (not legacy.only_in_tf1 or file.decision.level is Level.TF1):
        return None
    return _rows().get(qualified[match.end() :])
