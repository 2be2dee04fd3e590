"""The numeric libraries with types: arrays of NumPy, and scipy, which has no types of its own."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

import numpy.typing as npt
from scipy import optimize as _optimize  # pyright: ignore[reportMissingTypeStubs]
from scipy import special as _special  # pyright: ignore[reportMissingTypeStubs]
from scipy import stats as _stats  # pyright: ignore[reportMissingTypeStubs]

#: An array of any shape and dtype.
Array: TypeAlias = npt.NDArray[Any]
_Values = TypeVar("_Values", float, Array)


class HypothesisTest(Protocol):
    """The result of a hypothesis test of scipy."""

    @property
    def statistic(self) -> float:
        """The statistic."""
        ...

    @property
    def pvalue(self) -> float:
        """The p-value."""
        ...


class Family(Protocol):
    """The methods of a continuous scipy distribution that are used here."""

    def cdf(self, values: _Values, *parameters: float) -> _Values:
        """Return the cumulative distribution function."""
        ...

    def sf(self, value: float, *parameters: float, loc: float = 0, scale: float = 1) -> float:
        """Return the survival function, 1 - cdf."""
        ...

    def ppf(self, probability: float, *parameters: float) -> float:
        """Return the inverse of the cumulative distribution function."""
        ...

    def isf(self, probability: float, *parameters: float) -> float:
        """Return the inverse of the survival function."""
        ...

    def pdf(self, value: float, *parameters: float) -> float:
        """Return the density."""
        ...

    def mean(self, *parameters: float) -> float:
        """Return the mean."""
        ...

    def std(self, *parameters: float) -> float:
        """Return the standard deviation."""
        ...

    def support(self, *parameters: float) -> tuple[float, float]:
        """Return the edges of the support."""
        ...


class _Stats(Protocol):
    beta: Family
    gamma: Family
    norm: Family
    truncnorm: Family
    uniform: Family

    def chi2_contingency(self, observed: Array) -> HypothesisTest: ...

    def fisher_exact(self, table: Sequence[Sequence[int]]) -> HypothesisTest: ...

    def ks_2samp(self, data1: Array, data2: Array, *, method: str) -> HypothesisTest: ...

    def kstest(self, rvs: Array, cdf: Callable[[Array], Array], *, method: str) -> HypothesisTest: ...

    def rankdata(self, a: Array) -> Array: ...

    def ttest_ind_from_stats(
        self, mean1: float, std1: float, nobs1: int, mean2: float, std2: float, nobs2: int, *, equal_var: bool
    ) -> HypothesisTest: ...


class _Special(Protocol):
    def gammaln(self, x: float) -> float: ...


class _Optimize(Protocol):
    def brentq(self, f: Callable[[float], float], a: float, b: float) -> float: ...


# The casts are the boundary with scipy: the protocols above describe the part of it that is used.
optimize: Final = cast("_Optimize", _optimize)
special: Final = cast("_Special", _special)
stats: Final = cast("_Stats", _stats)


def dtype_name(array: Array) -> str:
    """Return the name of an array's dtype."""
    dtype: Any = array.dtype
    return str(dtype.name)
