"""Uses without a name of the program: strings, configurations of Keras, and functions with `partition_info`."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog import namespaces, symbols
from tf_initcompat.source.project.levels import Level
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax import values
from tf_initcompat.source.syntax.scope_visitor import defaults
from tf_initcompat.source.uses.use import Form, Use

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_V1: Final = "tensorflow.compat.v1"
#: Modules that are legacy at both API levels.
_LEGACY_MODULES: Final = (f"{_V1}.", "tensorflow.contrib.")
#: Module that is native at both API levels.
_NATIVE_MODULES: Final = "tensorflow.compat.v2."
_KERAS: Final = "keras.initializers."
_PARTITION_INFO: Final = "partition_info"


def find(file: SourceFile) -> Iterator[Use]:
    """Yield the uses without a name in a file."""
    names = file.names
    functions: list[_Function] = [
        *names.nodes_of(ast.FunctionDef),
        *names.nodes_of(ast.AsyncFunctionDef),
        *names.nodes_of(ast.Lambda),
    ]
    for function in functions:
        yield from _partition_info(function)
        yield from _string_defaults(file, function)
    for call in names.nodes_of(ast.Call):
        yield from _strings(file, call)
    for dictionary in names.nodes_of(ast.Dict):
        yield from _config(file, dictionary)


def _partition_info(node: _Function) -> Iterator[Use]:
    """Yield a function that takes `partition_info`."""
    named = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    if any(parameter.arg == _PARTITION_INFO for parameter in named):
        yield Use(node, Form.PARTITION_INFO, "", "" if isinstance(node, ast.Lambda) else node.name)


def _string_defaults(file: SourceFile, node: _Function) -> Iterator[Use]:
    """Yield the strings that are defaults of a function's initializers, in a program for TensorFlow 1.

    In a program for TensorFlow 2, yield those that the function passes to a legacy function.
    """
    for parameter, default in defaults(node.args):
        text = _symbol_text(default)
        if text and _is_initializer(parameter.arg) and (_is_for_tf1(file) or _reaches_legacy(file, parameter)):
            yield _string(default, text)


def _reaches_legacy(file: SourceFile, parameter: ast.arg) -> bool:
    """Return whether a function passes a parameter to a legacy function that takes a string."""
    for read in file.names.loads(parameter.arg, file.names.scope_of[parameter]):
        keyword = file.names.parents[read]
        if not isinstance(keyword, ast.keyword) or not _is_initializer(keyword.arg or ""):
            continue
        call = file.names.parents[keyword]
        if isinstance(call, ast.Call) and any(_takes_strings(file, name) for name in file.resolve(call.func)):
            return True
    return False


def _strings(file: SourceFile, node: ast.Call) -> Iterator[Use]:
    """Yield the strings that name the initializers in a call of legacy Keras or `tf.layers`."""
    given = [keyword.value for keyword in node.keywords if keyword.arg and _is_initializer(keyword.arg)]
    texts = [(value, text) for value in given if (text := _symbol_text(value))]
    if texts and any(_takes_strings(file, qualified) for qualified in file.resolve(node.func)):
        yield from (_string(value, text) for value, text in texts)


def looked_up(file: SourceFile, use: Use) -> Iterator[Use]:
    """Yield the strings for which a legacy call of `get` or `deserialize` returns an initializer.

    A name is followed to the strings that it can stand for.
    """
    if use.call is None or use.symbol is None or not use.symbol.looks_up:
        return
    name = use.symbol.parameters[0].name
    given = [keyword.value for keyword in use.call.keywords if keyword.arg == name] or use.call.args[:1]
    for argument in given:
        for source in values.sources(argument, file.names):
            if isinstance(source, ast.expr) and (text := _symbol_text(source)):
                yield _string(source, text)


def _takes_strings(file: SourceFile, qualified: str | None) -> bool:
    """Return whether a function is legacy and takes an initializer as a string."""
    if not qualified or not qualified.startswith("tensorflow.") or qualified.startswith(_NATIVE_MODULES):
        return False
    if qualified.rpartition(".")[2].startswith("get"):
        return False  # get_variable and similar functions take no strings
    return qualified.startswith(_LEGACY_MODULES) or file.decision.level is Level.TF1


def _config(file: SourceFile, node: ast.Dict) -> Iterator[Use]:
    """Yield a dict that is the configuration of an initializer with a legacy class name."""
    values = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    class_name = values.get("class_name")
    if class_name is None or "config" not in values:
        return
    text = _symbol_text(class_name)
    if text and any((binding.qualified or "").startswith("tensorflow") for binding, _, _ in file.names.imports):
        yield Use(class_name, Form.CONFIG, _name_of_class(text), text)


def _string(node: ast.expr, text: str) -> Use:
    return Use(node, Form.STRING, f"{_KERAS}{text}", text)


def _is_initializer(parameter: str) -> bool:
    """Return whether a parameter takes an initializer."""
    return parameter.endswith("initializer")


def _is_for_tf1(file: SourceFile) -> bool:
    """Return whether a file is part of a program for TensorFlow 1, or imports its API and not that of TensorFlow 2."""
    if file.decision.level is Level.TF1:
        return True
    imported = [binding.qualified or "" for binding, _, _ in file.names.imports]
    of_tensorflow = [qualified for qualified in imported if qualified.partition(".")[0] == "tensorflow"]
    return bool(of_tensorflow) and all(qualified.startswith(_V1) for qualified in of_tensorflow)


def _symbol_text(node: ast.AST) -> str:
    """Return the text of a string that names a legacy symbol; "" for other expressions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in namespaces.initializer_names():
        return node.value
    return ""


def _name_of_class(text: str) -> str:
    """Return the name below `tf_initcompat` of a class that a configuration names; "" if there is none."""
    wrapped = (symbol.names[-1] for symbol in symbols.INITIALIZERS if symbol.wrapper.name == text)
    return next((name for name in (f"{_KERAS}{text}", *wrapped) if name in symbols.by_name()), "")
