"""The contexts in which initializers are compared: THE table, with all facts about each. No TensorFlow.

A new context is a row here and an entry of `IMPLEMENTATIONS` in the module that the row names.
"""

import dataclasses
import enum
from collections.abc import Collection
from typing import Final


class Coverage(enum.Enum):
    """The configurations of a case that are compared in a context, unless it is named on the command line.

    Attributes:
      FULL: Every configuration. What both initializers refuse here is not tried in other contexts.
      SHARDS_IN_TURN: Every whole variable; shards in float32 and one more dtype, a different one for each case.
      ONE_IN_TURN: One configuration, a different one for each case.
      VARIABLES: Every shape except scalars, in float32 and one more dtype, also when the context is named.
    """

    FULL = enum.auto()
    SHARDS_IN_TURN = enum.auto()
    ONE_IN_TURN = enum.auto()
    VARIABLES = enum.auto()


@dataclasses.dataclass(frozen=True)
class Context:
    """A context.

    Attributes:
      name: Name, as users give it.
      module: Module of `tf_initcompat.parity.execution` that implements it.
      summary: What happens in it, for `--help` and the documentation.
      coverage: The configurations that are compared.
      is_default: Whether it is compared unless other contexts are named.
      is_quick: Whether it is compared in a quick run.
      is_eager: Whether its programs run operation by operation.
      is_graph: Whether its programs are a Graph, which is cheap to build again.
      is_compiled: Whether XLA compiles its programs, which takes seconds and rounds the edges of narrow dtypes.
      supports_loops: Whether many tensors can be made in a loop of the program; elsewhere each needs a call.
      makes_variables: Whether TensorFlow makes variables with the initializer; elsewhere the initializer is called.
      is_strategy: Whether a distribution strategy places the variables and makes each shard a slice of the whole.
      devices: Number of devices that it needs.
      partitions: Numbers of shards to compare. An odd number on two servers moves the next variable's shards to the
        other server.
      freshness_shape: Shape of the variable whose freshness is observed.
    """

    name: str
    module: str
    summary: str
    coverage: Coverage
    is_default: bool = True
    is_quick: bool = False
    is_eager: bool = False
    is_graph: bool = False
    is_compiled: bool = False
    supports_loops: bool = False
    makes_variables: bool = False
    is_strategy: bool = False
    devices: int = 1
    partitions: tuple[int, ...] = (1, 2)
    freshness_shape: tuple[int, ...] = (64, 64)


CONTEXTS: Final = (
    Context(
        name="eager",
        module="programs",
        summary="eager code",
        coverage=Coverage.FULL,
        is_quick=True,
        is_eager=True,
    ),
    Context(
        name="function",
        module="programs",
        summary="`tf.function`",
        coverage=Coverage.SHARDS_IN_TURN,
        is_quick=True,
        supports_loops=True,
    ),
    Context(
        name="graph",
        module="programs",
        summary="a Graph that a Session runs",
        coverage=Coverage.SHARDS_IN_TURN,
        is_quick=True,
        is_graph=True,
        supports_loops=True,
    ),
    Context(
        name="xla",
        module="programs",
        summary="`tf.function(jit_compile=True)`",
        coverage=Coverage.ONE_IN_TURN,
        is_compiled=True,
        supports_loops=True,
        freshness_shape=(32, 8),  # orthogonal matrices take long to compile
    ),
    Context(
        name="partitioned",
        module="strategies",
        summary="variables of a Graph, divided by a partitioner",
        coverage=Coverage.VARIABLES,
        is_default=False,
        is_graph=True,
        makes_variables=True,
        partitions=(3,),
    ),
    Context(
        name="mirrored",
        module="strategies",
        summary="variables of a MirroredStrategy",
        coverage=Coverage.VARIABLES,
        is_default=False,
        is_eager=True,
        makes_variables=True,
        is_strategy=True,
        devices=2,
        partitions=(1,),
    ),
    Context(
        name="parameter-server",
        module="strategies",
        summary="variables of a ParameterServerStrategy",
        coverage=Coverage.VARIABLES,
        is_default=False,
        is_eager=True,
        makes_variables=True,
        is_strategy=True,
        partitions=(3,),
    ),
)

#: The contexts that are compared unless others are named.
DEFAULT: Final = tuple(context for context in CONTEXTS if context.is_default)
#: The contexts of a quick run.
QUICK: Final = tuple(context for context in CONTEXTS if context.is_quick)
#: The contexts in which TensorFlow makes variables with the initializer.
WITH_VARIABLES: Final = tuple(context for context in CONTEXTS if context.makes_variables)
#: Names of all contexts, and of the default ones.
NAMES: Final = tuple(context.name for context in CONTEXTS)
DEFAULT_NAMES: Final = tuple(context.name for context in DEFAULT)


def named(names: Collection[str]) -> tuple[Context, ...]:
    """Return the contexts with the given names, in the order of the names.

    Raises:
      KeyError: If there is no context of a name.

    Example:
      >>> [context.is_compiled for context in named(["eager", "xla"])]
      [False, True]
    """
    by_name = {context.name: context for context in CONTEXTS}
    return tuple(by_name[name] for name in names)
