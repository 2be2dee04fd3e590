"""Plans a run: the cases, from the table of symbols or from call sites, and their configurations. No TensorFlow."""

import dataclasses
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import Symbol
from tf_initcompat.parity.checks.base import GROUPS
from tf_initcompat.parity.execution import contexts as known_contexts
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.execution.contexts import Context, Coverage
from tf_initcompat.parity.table import lookup

Arguments = tuple[tuple[str, Any], ...]

_FLOATS: Final = ("float16", "bfloat16", "float32", "float64")
_INTEGERS: Final = ("int32", "int64")
#: The dtype of quick runs, of precise samples and of shards.
_MAIN_DTYPE: Final = "float32"
#: Rank of a kernel with one spatial dimension.
_ONE_DIMENSION: Final = 3

#: Shapes of rank 0 to 5: vectors, matrices, kernels of one to three spatial dimensions, and one without elements. All
#: fans differ, within a shape and between shapes. Every tensor except the scalar is a sample by itself.
_SHAPES: Final = ((), (20_000,), (100, 200), (20, 25, 40), (3, 3, 40, 56), (3, 2, 3, 32, 36), (0, 5))
_QUICK_SHAPES: Final = ((100, 200), (3, 3, 40, 56))
#: Shapes for deterministic initializers, where only the order of the elements matters.
_SMALL_SHAPES: Final = ((), (24,), (4, 6), (2, 3, 4), (2, 2, 2, 3), (1, 2, 2, 2, 3), (0, 5))
_QUICK_SMALL_SHAPES: Final = ((4, 6), (2, 2, 2, 3))
#: Shapes for convolution kernels, each of which is made many times. The sizes of an axis are 2 to 4.
_KERNEL_SHAPES: Final = ((), (24,), (4, 6), (4, 4, 6), (3, 3, 4, 6), (2, 2, 2, 4, 6), (0, 4, 6))
_QUICK_KERNEL_SHAPES: Final = _KERNEL_SHAPES[3:6]
#: Channels of the kernels whose freshness is observed.
_FRESHNESS_CHANNELS: Final = (8, 12)
#: Shape of the samples that detect 1 % of the scale and the mean with the default power.
PRECISE_SHAPE: Final = (1000, 1600)

#: Op seeds with which freshness is observed.
SEEDS: Final = (None, 3)

#: The mode in which one of several names of a distribution, and freshness, are compared.
_MAIN_MODE: Final = symbols.MODES[0]


@dataclasses.dataclass(frozen=True)
class Case:
    """A legacy symbol with arguments, and what is compared.

    Attributes:
      name: First name of the symbol's row, below `tf_initcompat`.
      arguments: Constructor arguments.
      contexts: Contexts to compare in.
      dtypes: Names of the dtypes.
      shapes: Shapes of the whole variable.
      has_shards: Whether the variable can be divided into shards.
      has_precise_sample: Whether to compare a sample that detects 1 % of the scale.
      has_freshness: Whether to compare the freshness, unseeded and seeded.
      has_compiled_freshness: Whether to compare it also where each program has to be compiled.
      is_in_full: Whether every configuration is compared in every context.
      number: Number of the case, from which its seeds are derived.
    """

    name: str
    arguments: Arguments
    contexts: tuple[Context, ...]
    dtypes: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    has_shards: bool
    has_precise_sample: bool
    has_freshness: bool
    has_compiled_freshness: bool
    is_in_full: bool
    number: int

    @property
    def symbol(self) -> Symbol:
        """The symbol's row."""
        return symbols.by_name()[self.name]

    def partitions(self, context: Context) -> tuple[int, ...]:
        """Return the numbers of shards to compare in a context."""
        return context.partitions if self.has_shards else (1,)

    def configurations(self, context: Context) -> Iterator[Configuration]:
        """Yield the configurations to compare in a context."""
        possible = [
            configuration
            for configuration in itertools.starmap(
                Configuration, itertools.product(self.shapes, self.dtypes, self.partitions(context))
            )
            if configuration.is_possible
        ]
        dtype_in_turn = self.dtypes[self.number % len(self.dtypes)]
        dtypes = (_MAIN_DTYPE, dtype_in_turn)
        if context.coverage is Coverage.VARIABLES:
            yield from (
                configuration for configuration in possible if configuration.shape and configuration.dtype in dtypes
            )
        elif context.coverage is Coverage.FULL or self.is_in_full:
            yield from possible
        elif context.coverage is Coverage.ONE_IN_TURN:
            candidates = [
                configuration
                for configuration in possible
                if configuration.dtype == dtype_in_turn and self.symbol.takes_rank(len(configuration.shape))
            ]
            yield candidates[self.number // len(self.dtypes) % len(candidates)]
        else:
            yield from (
                configuration
                for configuration in possible
                if configuration.partitions == 1 or configuration.dtype in dtypes
            )

    def precise_configurations(self, context: Context) -> list[Configuration]:
        """Return the configurations whose samples detect 1 % of the scale."""
        if not self.has_precise_sample or context.coverage is not Coverage.FULL:
            return []
        return [Configuration(PRECISE_SHAPE, _MAIN_DTYPE, count) for count in self.partitions(context)]

    def freshness_configuration(self, context: Context) -> Configuration:
        """Return the configuration in which freshness is observed."""
        shape = context.freshness_shape if self.symbol.is_random else self.shapes[0]
        if self.symbol.kernel_ranks:
            size = 3 if self.has_shards else 2  # of as many shards; a smaller kernel takes less time
            shape = (*[size] * (self.symbol.kernel_ranks[0] - 2), *_FRESHNESS_CHANNELS)
        return Configuration(shape, None, max(self.partitions(context)) if shape else 1)

    def freshness_seeds(self, context: Context) -> tuple[int | None, ...]:
        """Return the op seeds with which freshness is observed in a context."""
        if not self.has_freshness or (context.is_compiled and not self.has_compiled_freshness):
            return ()
        if self.symbol.parameter("seed") is None:
            return (None,)
        if context.is_compiled and not self.is_in_full:  # compiling takes long: one seed, in turn
            return (SEEDS[self.number % len(SEEDS)],)
        return SEEDS


def expected_p_values(cases: Sequence[Case]) -> int:
    """Return the largest expected number of p-values in a run of the cases.

    Each comparison counts with the p-values of the largest group of checks. Each context counts with precise samples
    and with all seeds.

    Args:
      cases: The cases.
    """
    of_a_comparison = max(group.p_values(include_exceptional=False) for group in GROUPS)
    comparisons = sum(
        len(list(case.configurations(context))) + _precise_samples() + len(SEEDS)
        for case in cases
        for context in case.contexts
        if case.symbol.is_random
    )
    return max(1, of_a_comparison * comparisons)


def _precise_samples() -> int:
    return max(len(context.partitions) for context in known_contexts.CONTEXTS if context.coverage is Coverage.FULL)


def _argument_sets(symbol: Symbol) -> list[dict[str, Any]]:
    """Return the constructor arguments to compare: the defaults, and each choice with numbers that are not defaults."""
    varied = [parameter for parameter in symbol.parameters if parameter.compared]
    varied.sort(key=lambda parameter: len(parameter.compared) == 1)  # choices first
    names = [parameter.name for parameter in varied]
    values = itertools.product(*(parameter.compared for parameter in varied))
    combinations = [dict(zip(names, combination, strict=True)) for combination in values]
    sets = [{}, *(arguments for arguments in combinations if not _is_repeated_alias(arguments))]
    return [dict(unique) for unique in dict.fromkeys(tuple(arguments.items()) for arguments in sets)]


def _is_repeated_alias(arguments: Mapping[str, Any]) -> bool:
    """Return whether the distribution has its second name: one mode of it is enough."""
    return arguments.get("distribution") in symbols.DISTRIBUTION_ALIASES and not _has_main_mode(arguments)


def _has_main_mode(arguments: Mapping[str, Any]) -> bool:
    return str(arguments.get("mode", _MAIN_MODE)).lower() == _MAIN_MODE


def cases(names: Collection[str] = (), contexts: Sequence[str] = (), quick: bool = False) -> list[Case]:
    """Return the cases of a run over the table.

    Args:
      names: Names of symbols, with or without `tf.compat.v1.` or `tf_initcompat.` in front; by default every symbol.
      contexts: Names of contexts, which are then compared in full; by default the default contexts.
      quick: Whether to compare little of each symbol: one dtype, two shapes, one mode, the quick contexts unless others
        are named.

    Raises:
      ValueError: If a name is unknown; the message suggests the nearest.

    Example:
      >>> [case.name for case in cases(["tf.compat.v1.zeros_initializer"], quick=True)]
      ['zeros_initializer']
    """
    wanted = {lookup.symbol(name).names[0] for name in names}
    named = lookup.named_contexts(contexts)
    planned: list[Case] = []
    for symbol in symbols.INITIALIZERS:
        if wanted and symbol.names[0] not in wanted:
            continue
        for arguments in _argument_sets(symbol):
            if not quick or (_has_main_mode(arguments) and arguments.get("dtype", _MAIN_DTYPE) == _MAIN_DTYPE):
                planned.append(_case(symbol, arguments, named, quick, len(planned)))
    return planned


def _case(symbol: Symbol, arguments: dict[str, Any], named: tuple[Context, ...], quick: bool, number: int) -> Case:
    shapes: tuple[tuple[int, ...], ...]
    if symbol.kernel_ranks:
        shapes = _QUICK_KERNEL_SHAPES if quick else _KERNEL_SHAPES
    elif symbol.is_random:
        shapes = _QUICK_SHAPES if quick else _SHAPES
    else:
        shapes = _QUICK_SMALL_SHAPES if quick else _SMALL_SHAPES
    dtypes: tuple[str, ...] = _FLOATS + (_INTEGERS if not symbol.is_random or symbol.takes_integers else ())
    if not symbol.takes_dtype_of_call:
        dtypes = (arguments.get("dtype", _MAIN_DTYPE),)
    elif quick:
        dtypes = (_MAIN_DTYPE,)
    return Case(
        name=symbol.names[0],
        arguments=tuple(arguments.items()),
        contexts=named or (known_contexts.QUICK if quick else known_contexts.DEFAULT),
        dtypes=dtypes,
        shapes=shapes,
        # The sizes of kernels of two and three dimensions are equal, so that no shard can be a kernel.
        has_shards=not symbol.kernel_ranks or min(symbol.kernel_ranks) == _ONE_DIMENSION,
        # The scale of kernels is compared exactly, by the check of orthogonality.
        has_precise_sample=symbol.is_random and not symbol.kernel_ranks and not quick,
        # Seeds depend neither on the fan nor on the gain and the dtype of a kernel, which takes long to make.
        has_freshness=_has_main_mode(arguments) and not (arguments and (quick or symbol.kernel_ranks)),
        has_compiled_freshness=any(context.is_compiled for context in named) or not arguments,
        is_in_full=bool(named),
        number=number,
    )


def site_cases(
    sites: Collection[tuple[str, Arguments]], contexts: Sequence[str] = (), quick: bool = False
) -> list[Case]:
    """Return the cases of call sites with literal arguments; equal call sites are one case.

    Args:
      sites: Names of symbols below `tf_initcompat`, with their arguments.
      contexts: Names of contexts, as for `cases`.
      quick: As for `cases`.

    Raises:
      ValueError: If a name is unknown; the message suggests the nearest.
    """
    named = lookup.named_contexts(contexts)
    different = {(lookup.symbol(name).names[0], repr(sorted(given))): (name, given) for name, given in sites}
    planned: list[Case] = []
    for name, given in different.values():
        arguments = dict(given)
        case = _case(lookup.symbol(name), arguments, named, quick, len(planned))
        size = _size(arguments.get("value"))
        planned.append(
            dataclasses.replace(
                case,
                dtypes=(arguments.get("dtype") or _MAIN_DTYPE,),
                shapes=((size,), (1, size)) if size > 1 else case.shapes,
                has_shards=size <= 1,
                has_freshness=case.symbol.is_random and "seed" not in arguments,
            )
        )
    return planned


def _size(value: object) -> int:
    """Return how many numbers a constant consists of."""
    return sum(map(_size, cast("Sequence[object]", value))) if isinstance(value, (list, tuple)) else 1
