"""The calls that get an initializer as an argument: of TensorFlow, or of functions of the tree."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.syntax.names import last_component
from tf_initcompat.source.uses.callees import Callee, Callees
from tf_initcompat.source.uses.consumers import Consumer, ConsumerKind
from tf_initcompat.source.uses.expressions import is_get_of_dict, keeps_meaning, literal
from tf_initcompat.source.uses.makers import is_flag, maker, takes_initializer
from tf_initcompat.source.uses.reads import Reads
from tf_initcompat.source.uses.value import UnknownError, Value

#: Methods of an external class that take an initializer.
_METHODS: Final = (".add_weight", ".add_variable", ".__init__")
_ARG_SCOPE: Final = "arg_scope"


class Arguments:
    """Finds what calls do with an initializer.

    Args:
      callees: Finds the functions that calls run.
      reads: Finds the reads of parameters.
    """

    def __init__(self, callees: Callees, reads: Reads) -> None:
        self._callees, self._reads = callees, reads

    def of_instance(self, value: Value, call: ast.Call) -> Consumer | Value:
        """Return a call of the instance, which takes a shape and a dtype; a call of the class makes an instance."""
        if not value.is_plain:
            raise UnknownError("a container is called")
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        if value.is_class:
            if call.args or keywords:
                raise UnknownError("the class gets arguments")
            return value._replace(node=call, is_class=False)
        positional = dict(zip(("shape", "dtype"), call.args, strict=False))
        is_plain = len(call.args) <= 2 and not any(isinstance(argument, ast.Starred) for argument in call.args)
        if not is_plain or not keywords.keys() <= {"shape", "dtype"} or "shape" not in {*keywords, *positional}:
            raise UnknownError("the instance gets other arguments")
        return Consumer(ConsumerKind.CALL, call, keywords.get("dtype") or positional.get("dtype"), value.file)

    def of_argument(self, value: Value, call: ast.Call) -> Iterator[Consumer | Value]:
        """Yield what a call does with a positional argument."""
        position = call.args.index(value.node)
        if any(isinstance(argument, ast.Starred) for argument in call.args[: position + 1]):
            raise UnknownError("a list of arguments")
        if keeps_meaning(call, value.file, is_dict=not value.is_plain):
            return
        if position == 1 and is_get_of_dict(call):
            self._reads.require_repeatable()
            yield value._replace(node=call)
            return
        for callee in self._callees.of(call.func, value.file):
            if callee.function is None or callee.file is None:
                row = maker(callee.qualified)
                parameter = row.positional[position] if row and position < len(row.positional) else ""
                yield self._made(value, call, callee, parameter)
                continue
            parameters = [*callee.function.args.posonlyargs, *callee.function.args.args][callee.bound :]
            if position >= len(parameters):
                raise UnknownError("a list of arguments")
            yield from self._reads.of_parameter(value, parameters[position], callee.file)

    def of_keyword(self, value: Value, call: ast.Call, name: str | None) -> Iterator[Consumer | Value]:
        """Yield what a call does with a keyword argument, or with an unpacked dict."""
        if name is None:
            key = value.keys[0] if value.keys else None
            if key is None:
                raise UnknownError("unknown keywords")
            name, value = key, value._replace(keys=value.keys[1:])
        if isinstance(call.func, ast.Name) and call.func.id == "dict" and not value.file.names.bindings(call.func):
            yield value._replace(node=call, keys=(name, *value.keys))
            return
        for callee in self._called(value, call):
            if callee.function is None or callee.file is None:
                if maker(callee.qualified) is None or not is_flag(name):
                    yield self._made(value, call, callee, name)
                continue
            arguments = callee.function.args
            parameters = {parameter.arg: parameter for parameter in (*arguments.args, *arguments.kwonlyargs)}
            if name in parameters:
                yield from self._reads.of_parameter(value, parameters[name], callee.file)
            elif arguments.kwarg:
                held = value._replace(keys=(name, *value.keys))
                yield from self._reads.of_parameter(held, arguments.kwarg, callee.file)
            else:
                raise UnknownError("the function has no such parameter")

    def _called(self, value: Value, call: ast.Call) -> Iterator[Callee]:
        """Yield the functions that get the keywords of a call; those of `arg_scope([function], ...)` are its list."""
        functions = call.args[0] if len(call.args) == 1 and last_component(call.func) == _ARG_SCOPE else None
        if not isinstance(functions, (ast.List, ast.Tuple)):
            yield from self._callees.of(call.func, value.file)
            return
        self._reads.require_repeatable()
        for function in functions.elts:
            yield from self._callees.of(function, value.file)

    def of_item(self, value: Value, item: ast.expr, key: ast.expr) -> Iterator[Value]:
        """Yield an item of a dict, unless it is another item."""
        self._reads.require_repeatable()
        wanted = literal(key)
        if wanted is None or value.keys[0] is None or wanted == value.keys[0]:
            yield value._replace(node=item, keys=value.keys[1:])

    def of_method(self, value: Value, attribute: ast.Attribute) -> Iterator[Value]:
        """Yield what a method of a dict returns."""
        call = value.file.names.parents.get(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            raise UnknownError("an attribute of it is read")
        if attribute.attr in ("get", "pop") and call.args:
            yield from self.of_item(value, call, call.args[0])
        elif attribute.attr == "copy":
            self._reads.require_repeatable()
            yield value._replace(node=call)
        elif attribute.attr != "update":
            raise UnknownError("a method of the dict")

    def _made(self, value: Value, call: ast.Call, callee: Callee, parameter: str) -> Consumer:
        """Return a call of TensorFlow that makes variables.

        Raises:
          UnknownError: If the function is unknown, or makes several variables and the instance must not.
        """
        row = maker(callee.qualified)
        is_method = callee.bound and not callee.qualified.endswith(_METHODS)
        if row is None or is_method or not takes_initializer(parameter):
            raise UnknownError(f"an unknown function gets it: {callee.qualified}")
        if parameter.endswith("initializers") != bool(value.keys) or len(value.keys) > 1:
            raise UnknownError("a dict of initializers")
        is_unpacked = any(isinstance(argument, ast.Starred) for argument in call.args)
        is_unpacked = is_unpacked or any(keyword.arg is None for keyword in call.keywords)
        if value.keys or is_unpacked or not row.makes_one or len(call.args) > row.partitioner:
            self._reads.require_repeatable()
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        positional = dict(zip(row.positional, call.args, strict=False))
        dtype = keywords.get("dtype") or positional.get("dtype")
        return Consumer(ConsumerKind.VARIABLE, call, dtype, value.file, row)
