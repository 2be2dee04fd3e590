"""Initial values of the variables of a call that names no initializer."""

import ast
import enum
from collections.abc import Iterator
from typing import Final, NamedTuple

from tf_initcompat.catalog.creators import Origin, Weight
from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.syntax import literals, values
from tf_initcompat.source.uses.creations import Creation
from tf_initcompat.source.uses.variable_scopes import Reaching, VariableScopes


class Kind(enum.Enum):
    """Kind of a default."""

    #: The counterpart in Keras has the same, or there is none.
    SAME = enum.auto()
    #: The counterpart in Keras has others.
    DIFFERENT = enum.auto()
    #: A scope names, or may name, the initializer.
    INHERITED = enum.auto()
    #: It cannot be followed.
    UNKNOWN = enum.auto()


class Default(NamedTuple):
    """Initial values of a variable.

    Attributes:
      weight: The variable.
      kind: Kind of the default.
      text: The initial values, or the reason why they are unknown; a clause.
    """

    weight: Weight
    kind: Kind
    text: str


_GET_VARIABLE: Final = "get_variable"
_INTEGERS: Final = ("int", "uint", "bool")


class Defaults:
    """The defaults of the calls of a file.

    Args:
      file: The file.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file, self._scopes = file, VariableScopes(file)

    def of(self, creation: Creation) -> Iterator[Default]:
        """Yield the variables of a call for which it names no initializer.

        Args:
          creation: The call.

        Examples:
          >>> from tf_initcompat.source import rules
          >>> from tf_initcompat.source.uses import creations
          >>> file = rules.read("import tensorflow.compat.v1 as tf; tf.nn.rnn_cell.GRUCell(96)").source
          >>> for default in Defaults(file).of(next(creations.find(file))):
          ...     print(default.weight.variable, default.kind.name, default.text)
          gates/kernel DIFFERENT glorot_uniform
          gates/bias DIFFERENT ones
          candidate/kernel DIFFERENT glorot_uniform
          candidate/bias SAME zeros
        """
        for weight in creation.creator.weights:
            if not self._exists(weight, creation):
                continue
            reason = self._unknown(weight, creation)
            if reason is None:
                continue
            if reason:
                yield Default(weight, Kind.UNKNOWN, reason)
                continue
            reaching = self._reaching(weight, creation)
            if reaching is None:
                yield Default(weight, Kind.DIFFERENT if weight.native else Kind.SAME, self._own(weight, creation))
            elif reaching.initializer is None and weight.native:
                own = self._own(weight, creation)
                yield Default(weight, Kind.DIFFERENT, f"{own}, unless {reaching} leads to another initializer")
            elif reaching.initializer is None:
                yield Default(weight, Kind.UNKNOWN, f"{reaching} cannot be followed")
            else:
                yield Default(weight, Kind.INHERITED, self._inherited(weight, creation, reaching))

    def _exists(self, weight: Weight, creation: Creation) -> bool:
        """Return whether a call creates a variable."""
        switch = creation.given.get(weight.switch) if weight.switch else None
        if switch is None:
            return weight.is_on or bool(creation.unknown and weight.switch)
        value = literals.value(switch, self._file.names)
        return value is literals.OPAQUE or bool(value)

    def _unknown(self, weight: Weight, creation: Creation) -> str | None:
        """Return why it is unknown whether a call names an initializer; "" if it names none, None if it names one."""
        if creation.name == _GET_VARIABLE and "shape" not in creation.given and not creation.unknown:
            is_named = "initializer" in creation.given
            return None if is_named else "it has no shape, so it reads a variable that exists"
        if creation.call is None:
            return "it is passed on or derived from, and called elsewhere"
        if not creation.is_certain:
            return "another function may be called, or TensorFlow 2's"
        if "custom_getter" in creation.given:
            return "the custom getter may replace it"
        given = creation.given.get(weight.parameter) if weight.parameter else None
        if given is None:
            return f"{creation.unknown} may name it" if creation.unknown and weight.parameter else ""
        sources = list(values.sources(given, self._file.names))
        nothing = [isinstance(source, ast.Constant) and source.value is None for source in sources]
        if not any(nothing) or weight.parameter == "biases_initializer":  # None leaves the biases out
            return None
        return "" if isinstance(given, ast.Constant) else f"{ast.unparse(given)} may be None"

    def _reaching(self, weight: Weight, creation: Creation) -> Reaching | None:
        """Return the scope that names the initializer of a variable, or may name it."""
        assert creation.call is not None
        if creation.creator.scoped_as and weight.parameter:
            found = self._scopes.reaching(creation.call, weight.parameter, creation.creator)
            if found is not None:
                return found
        if weight.origin is not Origin.VARIABLE:
            return None
        found = self._scopes.reaching(creation.call)
        if creation.creator.is_cell:
            found = found or self._scopes.anywhere()
            return found and found._replace(is_certain=False)
        return found

    def _own(self, weight: Weight, creation: Creation) -> str:
        """Return the initial values of a variable without a scope."""
        dtype = creation.given.get("dtype")
        if weight.origin is Origin.VARIABLE and dtype is not None and not creation.creator.is_cell:
            value = literals.value(dtype, self._file.names)
            if isinstance(value, str) and value.startswith(_INTEGERS):
                return "zeros"
            if not isinstance(value, str):
                return f"{weight.initial.text}, or zeros for integers"
        return weight.initial.text

    def _inherited(self, weight: Weight, creation: Creation, reaching: Reaching) -> str:
        assert reaching.initializer is not None
        initializer = ast.unparse(reaching.initializer)
        if reaching.is_certain:
            return f"{initializer} of {reaching}"
        return f"{self._own(weight, creation)}, or with {initializer} of {reaching}"
