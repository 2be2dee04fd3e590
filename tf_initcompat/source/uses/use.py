"""One use of a legacy initializer."""

import ast
import enum
from typing import NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.source.syntax.text import Located


class Form(enum.Enum):
    """The form of a use.

    Attributes:
      is_name: Whether the use is a name of the program, which another name can replace.
    """

    CALL = "call", True
    REFERENCE = "reference", True
    IMPORT = "import", True
    DEFAULT = "default of a parameter", True
    PARTIAL = "first argument of partial", True
    SUBCLASS = "base class", True
    COMPARISON = "comparison", True
    STRING = "string", False
    CONFIG = "configuration of Keras", False
    PARTITION_INFO = "parameter partition_info", False

    def __init__(self, _: str, is_name: bool) -> None:
        self.is_name = is_name


class Status(enum.Enum):
    """Meaning of a use, as far as it is known."""

    #: A legacy initializer.
    LEGACY = enum.auto()
    #: A legacy initializer in TensorFlow 1 and a native one in TensorFlow 2; the API level is unknown.
    UNDECIDED = enum.auto()
    #: A name that looks legacy, but may stand for something else.
    UNRESOLVED = enum.auto()
    #: A native initializer in a private module of TensorFlow.
    NATIVE = enum.auto()
    #: A legacy initializer that has no wrapper.
    UNWRAPPED = enum.auto()
    #: A wrapper of this package.
    MIGRATED = enum.auto()


class Use(NamedTuple):
    """A use of a legacy initializer.

    Attributes:
      node: Node that names the symbol: an attribute, a name, an alias of an import, a string, a dict or a function.
      form: Form of the use.
      name: Name of the symbol below `tf_initcompat`; "" if it is unknown, and for functions with `partition_info`.
      qualified: Resolved qualified name; the text of the file if the name cannot be resolved; "" for a lambda.
      status: Meaning of the use, as far as it is known.
      call: Call whose function is the node, if there is one.
      is_direct: Whether the node itself spells the symbol's name. Otherwise it reads a name that is bound elsewhere.
      depends_on_level: Whether the name is legacy only because the API level is TensorFlow 1.
      alternative: For messages, what else an unresolved name may stand for; "" if that is unknown.
    """

    node: Located
    form: Form
    name: str
    qualified: str
    status: Status = Status.LEGACY
    call: ast.Call | None = None
    is_direct: bool = True
    depends_on_level: bool = False
    alternative: str = ""

    @property
    def symbol(self) -> symbols.Symbol | None:
        """Row of the symbol."""
        return symbols.by_name().get(self.name)
