"""Consumers of an initializer: the calls that make tensors with it."""

import ast
import enum
from typing import NamedTuple

from tf_initcompat.source.project.source_file import SourceFile
from tf_initcompat.source.uses.makers import Maker


class ConsumerKind(enum.Enum):
    """Kind of a consumer: a call of the instance with a shape, or a call that makes a variable."""

    CALL = enum.auto()
    VARIABLE = enum.auto()


class Consumer(NamedTuple):
    """A call that makes tensors with an initializer.

    Attributes:
      kind: Kind of the consumer.
      call: The call.
      dtype: Expression of the dtype that it sets; None if it leaves the default.
      file: File of the call.
      maker: What is known of the function that makes a variable.
    """

    kind: ConsumerKind
    call: ast.Call
    dtype: ast.expr | None
    file: SourceFile
    maker: Maker | None = None

    @property
    def makes_variable(self) -> bool:
        """Whether the call makes a variable; otherwise it calls the instance with a shape."""
        return self.kind is ConsumerKind.VARIABLE
