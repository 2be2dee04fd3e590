"""What a full run compares: cases from the table, times dtypes, shapes, partitions and contexts. No TensorFlow."""

import dataclasses
import difflib
import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from tf_initcompat.catalog import symbols

CONTEXTS: Final = ("eager", "function", "graph", "xla")
#: Contexts that are compared where they are named: an engine makes the variables, which takes its time.
ENGINES: Final = ("partitioned", "mirrored", "parameter-server")
#: Those in which a strategy places the variables, operation by operation, and makes each shard a slice of the whole.
STRATEGIES: Final = ENGINES[1:]
#: Of a variable on two servers: an odd number, so that the next variable's shards are on the other ones.
ENGINE_SHARDS: Final = 3

_FLOATS: Final = ("float16", "bfloat16", "float32", "float64")
_INTEGERS: Final = ("int32", "int64")

#: Rank 0 to 5: vectors, matrices, kernels of one to three spatial dimensions, and one without elements. The fans of a
#: shape differ from each other and from those of the other shapes. Each but the first is a sample by itself.
_SHAPES: Final = ((), (20_000,), (100, 200), (20, 25, 40), (3, 3, 40, 56), (3, 2, 3, 32, 36), (0, 5))
#: Of deterministic initializers the order of the elements counts, not their number.
_SMALL_SHAPES: Final = ((), (24,), (4, 6), (2, 3, 4), (2, 2, 2, 3), (1, 2, 2, 2, 3), (0, 5))
#: Where 1 % of scale and mean is found with the power asked for.
PRECISE_SHAPE: Final = (1000, 1600)
#: For the freshness patterns; a small one for XLA, which takes long to compile an orthogonal one.
FRESHNESS_SHAPES: Final = {"xla": (32, 8)}
FRESHNESS_SHAPE: Final = (64, 64)

#: Values of the parameters that choose a law, and others than the default for those that are numbers.
_CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "distribution": ("truncated_normal", "untruncated_normal", "uniform", "normal"),
    "mode": ("fan_in", "fan_out", "fan_avg"),
    "uniform": (False, True),
}
_NUMBERS: Final[dict[str, Any]] = {
    "scale": 2.5,
    "factor": 1.4,
    "gain": 2.0,
    "mean": 0.5,
    "stddev": 0.2,
    "minval": -2,
    "maxval": 5,
    "value": tuple(range(1, 25)),
}


@dataclasses.dataclass(frozen=True)
class Case:
    """A legacy symbol with arguments, and what to compare of it.

    Attributes:
      name: First name of the symbol's row, below `tf_initcompat`.
      arguments: Constructor arguments.
      contexts: Contexts to compare in.
      dtypes: Names of the dtypes.
      shapes: Shapes of the whole variable.
      partitions: Numbers of shards.
      precise: Whether to compare with a sample that finds 1 %.
      freshness: Whether to compare the freshness patterns, unseeded and seeded.
      xla_freshness: Whether to compare them under XLA too, where each program has to be compiled.
      in_full: Whether every context has every cell; else cells take turns where a context is slow.
      number: Number of the case, from which its seeds come.
    """

    name: str
    arguments: tuple[tuple[str, Any], ...]
    contexts: tuple[str, ...]
    dtypes: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    partitions: tuple[int, ...]
    precise: bool
    freshness: bool
    xla_freshness: bool
    in_full: bool
    number: int

    @property
    def random(self) -> bool:
        """Whether the initializer draws random numbers."""
        return is_random(symbols.by_name()[self.name])

    def cells(self, context: str) -> Iterator[tuple[tuple[int, ...], str, int]]:
        """Yields shape, dtype and partitions of what is compared in a context."""
        partitions = self.partitions
        if context in ENGINES and len(partitions) > 1:
            partitions = (1,) if context == "mirrored" else (ENGINE_SHARDS,)
        every = list(itertools.product(self.shapes, self.dtypes, partitions))
        possible = [
            (shape, dtype, count) for shape, dtype, count in every if count == 1 or (shape and shape[0] >= count)
        ]
        turn = self.dtypes[self.number % len(self.dtypes)]
        if context in ENGINES:
            yield from (cell for cell in possible if cell[0] and cell[1] in ("float32", turn))
            return
        if context == "eager" or self.in_full:
            yield from possible
        elif context == "xla":  # compiling takes long: dtypes and shapes take turns
            cells = [cell for cell in possible if cell[1] == turn]
            yield cells[self.number // len(self.dtypes) % len(cells)]
        else:  # of the shards, float32 and a dtype that takes turns
            yield from (cell for cell in possible if cell[2] == 1 or cell[1] in ("float32", turn))


def is_random(symbol: symbols.Symbol) -> bool:
    """Returns whether a symbol draws random numbers."""
    return symbol.is_random


def _arguments(symbol: symbols.Symbol) -> list[dict[str, Any]]:
    """Returns the sets of constructor arguments: the defaults, and each law with numbers that are not the default."""
    defaults = {parameter.name: parameter.default for parameter in symbol.parameters}
    numbers = {name: value for name, value in _NUMBERS.items() if name in defaults}
    choices = {name: values for name, values in _CHOICES.items() if name in defaults}
    if str(defaults.get("mode")).isupper():  # contrib
        choices["mode"] = tuple(mode.upper() for mode in choices["mode"])
    chosen = [dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())]
    sets = [{}, *(one | numbers for one in chosen if not _is_alias(one))]
    return [dict(unique) for unique in dict.fromkeys(tuple(arguments.items()) for arguments in sets)]


def _is_alias(chosen: dict[str, Any]) -> bool:
    # 'normal' is 'truncated_normal' by another name: once is enough.
    return chosen.get("distribution") == "normal" and chosen["mode"] != "fan_in"


def cases(names: Collection[str] = (), contexts: Sequence[str] = (), quick: bool = False) -> list[Case]:
    """Returns the cases of a run.

    Args:
      names: Names of symbols, with or without `tf.compat.v1.` or `tf_initcompat.` in front; by default every symbol.
      contexts: Contexts; by default all but those of engines. Those that are named here are compared in full.
      quick: Whether to compare little of each symbol: float32, two shapes, one mode, no XLA unless named.

    Raises:
      ValueError: If a name or context is unknown; the message suggests the nearest.
    """
    wanted = {find(name).names[0] for name in names}
    for context in contexts:
        if context not in CONTEXTS + ENGINES:
            raise ValueError(
                f"unknown context {context!r}{_nearest(context, CONTEXTS + ENGINES)}; "
                f"there are {', '.join(CONTEXTS + ENGINES)}"
            )
    found: list[Case] = []
    for symbol in symbols.INITIALIZERS:
        if wanted and symbol.names[0] not in wanted:
            continue
        for arguments in _arguments(symbol):
            case = _case(symbol, arguments, tuple(contexts), quick, len(found))
            if not quick or _first_mode(arguments):  # quick leaves out the other modes
                found.append(case)
    return found


def _first_mode(arguments: dict[str, Any]) -> bool:
    return str(arguments.get("mode", "fan_in")).lower() == "fan_in"


def _case(
    symbol: symbols.Symbol, arguments: dict[str, Any], contexts: tuple[str, ...], quick: bool, number: int
) -> Case:
    drawn = is_random(symbol)
    integers = not drawn or symbol.takes_integers
    shapes = _SHAPES if drawn else _SMALL_SHAPES
    return Case(
        name=symbol.names[0],
        arguments=tuple(arguments.items()),
        contexts=contexts or (CONTEXTS[:3] if quick else CONTEXTS),
        dtypes=("float32",) if quick else _FLOATS + (_INTEGERS if integers else ()),
        shapes=(shapes[2], shapes[4]) if quick else shapes,
        partitions=(1, 2),
        precise=drawn and not quick,
        freshness=_first_mode(arguments) and not (quick and arguments),  # the seed does not depend on the fan
        xla_freshness="xla" in contexts or not arguments,
        in_full=bool(contexts),
        number=number,
    )


def site_cases(
    sites: Collection[tuple[str, tuple[tuple[str, Any], ...]]], contexts: Sequence[str] = (), quick: bool = False
) -> list[Case]:
    """Returns the cases of call sites with literal arguments, each different one once.

    Args:
      sites: Names of symbols below `tf_initcompat`, with their arguments.
      contexts: Contexts; by default all.
      quick: As for `cases`.
    """
    different = {(find(name).names[0], repr(sorted(arguments))): (name, arguments) for name, arguments in sites}
    found: list[Case] = []
    for name, arguments in different.values():
        symbol = find(name)
        case = _case(symbol, dict(arguments), tuple(contexts), quick, len(found))
        given = dict(arguments)
        dtype = given.get("dtype") or "float32"
        size = _size(given.get("value"))
        found.append(
            dataclasses.replace(
                case,
                dtypes=(dtype,),
                shapes=((size,), (1, size)) if size > 1 else case.shapes,
                partitions=(1,) if size > 1 else case.partitions,
                freshness=case.random and "seed" not in given,
            )
        )
    return found


def _size(value: Any) -> int:
    """Returns how many numbers a constant holds."""
    return sum(map(_size, value)) if isinstance(value, (list, tuple)) else 1


def find(name: str) -> symbols.Symbol:
    """Returns the row of a symbol that makes tensors.

    Args:
      name: One of its names, below `tf_initcompat` or as legacy code has it.

    Raises:
      ValueError: If there is none; the message suggests the nearest name.
    """
    known = {alias: symbol for symbol in symbols.INITIALIZERS for alias in symbol.names}
    for prefix in (
        f"{symbols.LEGACY_ROOT}.",
        "tensorflow.compat.v1.",
        "tf_initcompat.",
        f"{symbols.CONTRIB_LEGACY_ROOT}.",
    ):
        if name.startswith(prefix) and name.removeprefix(prefix) in known:
            name = name.removeprefix(prefix)
    if name not in known:
        raise ValueError(f"unknown symbol {name!r}{_nearest(name, known)}; `--list` shows them all")
    return known[name]


def _nearest(name: str, known: Collection[str]) -> str:
    # By the whole name, or by its last part where the name space is missing.
    by_last = {alias.rpartition(".")[2]: alias for alias in reversed(list(known))}
    near = difflib.get_close_matches(name, known, n=1) or difflib.get_close_matches(
        name.rpartition(".")[2], by_last, n=1
    )
    return f" (did you mean {by_last.get(near[0], near[0])!r}?)" if near else ""
