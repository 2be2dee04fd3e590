"""Are the values of two initializers from one law? Checks of dtype, shape, values and distribution."""

import math
from typing import Any, Final

from scipy import stats

from tf_initcompat.parity.execution.samples import Draws, same
from tf_initcompat.parity.results import Check, Summary
from tf_initcompat.parity.statistics import tests as statistics
from tf_initcompat.parity.statistics.distributions import Law
from tf_initcompat.wrappers.tensorflow import np

#: Narrower dtypes round so coarsely that a continuous law is visibly not theirs.
_FINE_DTYPES: Final = ("float32", "float64")
_NARROW_DTYPES: Final = ("float16", "bfloat16")
_BINS: Final = 24
_QUANTILES: Final = np.linspace(0, 1, 33)


def check_values(
    legacy: Draws, migrated: Draws, context: str, law: Law | None, deterministic: bool, orthogonal: bool
) -> list[Check]:
    """Compares what two initializers returned for a cell.

    Args:
      legacy: Draws of the legacy initializer.
      migrated: Draws of the migrated one.
      context: Where they were drawn.
      law: The law, where it is known.
      deterministic: Whether the legacy initializer always returns the same values.
      orthogonal: Whether the legacy initializer makes orthogonal matrices.

    Returns:
      The checks; statistical ones have no verdict yet.
    """
    if legacy.error or migrated.error:
        return [call_check(legacy.error, migrated.error, context)]
    checks = [Check("call", context, "both returned tensors")]
    dtypes, shapes = ([[getattr(array, name) for array in side.first] for side in (legacy, migrated)]
                      for name in ("dtype", "shape"))  # fmt: skip
    checks.append(_equal("dtype", context, *([dtype.name for dtype in side][:1] for side in dtypes)))
    checks.append(_equal("shape", context, *shapes))
    if shapes[0] != shapes[1]:
        return checks
    if "O" in (dtypes[0][0].kind, dtypes[1][0].kind) or deterministic:
        return [*checks, _exact(legacy, migrated, context)]
    if not legacy.sample.size or not migrated.sample.size:
        return checks
    samples = legacy.sample, migrated.sample
    finite = [np.isfinite(sample) for sample in samples]
    if not all(mask.all() for mask in finite):
        checks.append(_finite(finite[0], finite[1], context))
        samples = samples[0][finite[0]], samples[1][finite[1]]
        if not all(sample.size for sample in samples):
            return checks
    if orthogonal:
        checks.append(_orthogonality(legacy, migrated, context))
    return checks + _statistical(*samples, context, law, dtypes[1][0].name)


def _finite(legacy: Any, migrated: Any, context: str) -> Check:
    """Compares how many values are finite: none may fail to be where legacy's all are, else as many."""
    counts = [int(np.count_nonzero(~mask)) for mask in (legacy, migrated)]
    message = f"{counts[0]} of {legacy.size} and {counts[1]} of {migrated.size} values are NaN or infinite"
    if 0 in counts:
        return Check("finite", context, message, "failed")
    result = stats.fisher_exact([[counts[0], legacy.size - counts[0]], [counts[1], migrated.size - counts[1]]])
    return Check("finite", context, message, statistic=float(result.statistic), p_value=float(result.pvalue))


def _statistical(legacy: Any, migrated: Any, context: str, law: Law | None, dtype: str) -> list[Check]:
    checks: list[Check] = []

    def add(name: str, result: statistics.Result, message: str) -> None:
        if math.isnan(result.p_value):
            checks.append(Check(name, context, f"{message}: no p-value", "skipped"))
        else:
            checks.append(Check(name, context, message, statistic=result.statistic, p_value=result.p_value))

    if context == "xla" and dtype in _NARROW_DTYPES:
        # There the legacy uniform operation rounds up to its excluded bound, as it does nowhere else.
        checks.append(Check("support", context, f"not compared: XLA rounds the edges of {dtype}", "skipped"))
    else:
        result = statistics.support(legacy, migrated)
        ranges = [f"[{side.min():.6g}, {side.max():.6g}]" for side in (legacy, migrated)]
        add("support", result, f"{' and '.join(ranges)}, {abs(result.statistic):.0f} values beyond the other's edge")
    if reason := statistics.no_moments(legacy, migrated):
        checks.append(Check("stddev", context, f"not compared: {reason}", "skipped"))
    else:
        result = statistics.mean(legacy, migrated)
        add("mean", result, f"{legacy.mean():.6g} and {migrated.mean():.6g}")
        result = statistics.stddev(legacy, migrated)
        add("stddev", result, f"{legacy.std():.6g} and {migrated.std():.6g}, ratio {result.statistic:.5f}")
    result = statistics.distribution(legacy, migrated)
    used = min(max(legacy.size, migrated.size), statistics.DISTRIBUTION_SIZE)
    add("distribution", result, f"statistic {result.statistic:.4g} of up to {used:,} values on each side")
    if law is not None and dtype in _FINE_DTYPES and law.is_finer_than(dtype):
        result = statistics.law(migrated, law.cdf)
        add("law", result, f"{law.name}: statistic {result.statistic:.4g}")
    return checks


def call_check(legacy: str, migrated: str, context: str) -> Check:
    """Returns the check that says which of two sides raised an error, from the texts of the errors."""
    if not legacy:
        return Check("call", context, f"the migrated initializer fails: {migrated}", "failed")
    if not migrated:
        return Check("call", context, f"not compared, the legacy initializer fails: {legacy}", "skipped")
    return Check("call", context, f"not compared, both fail: {legacy}; {migrated}", "skipped")


def _equal(name: str, context: str, legacy: Any, migrated: Any) -> Check:
    shown = [", ".join(str(value) for value in side) for side in (legacy, migrated)]
    if legacy == migrated:
        return Check(name, context, shown[0])
    return Check(name, context, f"{shown[0]} became {shown[1]}", "failed")


def _exact(legacy: Draws, migrated: Draws, context: str) -> Check:
    if same(legacy.first, migrated.first):
        return Check("values", context, "bit for bit the same")
    for one, other in zip(legacy.first, migrated.first, strict=True):
        if one.dtype != other.dtype:
            continue
        differs = (one != other) & ~((one != one) & (other != other))
        if differs.any():
            index = tuple(int(position) for position in np.argwhere(differs)[0])
            count = int(np.count_nonzero(differs))
            message = f"{count} of {one.size} values differ; at {index} {one[index]} became {other[index]}"
            return Check("values", context, message, "failed")
    return Check("values", context, "the same values in another representation (dtype or sign of zero)", "failed")


def _orthogonality(legacy: Draws, migrated: Draws, context: str) -> Check:
    """Compares the Gram matrices of the shorter side: both are the identity times the squared gain."""
    errors = []
    for side in (legacy, migrated):
        matrix = side.first[0].astype(np.float64).reshape(-1, side.first[0].shape[-1])
        gram = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
        errors.append(float(np.abs(gram / gram.trace() * len(gram) - np.eye(len(gram))).max()))
    # Either side rounds in its own way; what is no orthogonal matrix at all is off by its correlations.
    limit = max(4 * errors[0], 1e-5)
    status = "passed" if errors[1] <= limit or np.isnan(errors).all() else "failed"  # a gain of 0
    return Check("orthogonality", context, f"largest error {errors[0]:.2g} and {errors[1]:.2g}", status)  # type: ignore[arg-type]


def histogram_edges(legacy: Any, migrated: Any) -> tuple[float, float]:
    """Returns the first and last edge of the histograms of both samples."""
    low, high = min(legacy.min(), migrated.min()), max(legacy.max(), migrated.max())
    return float(low), float(high if high > low else low + 1)


def summarize(sample: Any, edges: tuple[float, float], pictures: bool) -> Summary:
    """Summarizes a sample.

    Args:
      sample: The values.
      edges: First and last edge of the histogram.
      pictures: Whether the histogram and the quantiles are wanted.
    """
    return Summary(
        size=int(sample.size),
        mean=float(sample.mean()),
        stddev=float(sample.std()),
        minimum=float(sample.min()),
        maximum=float(sample.max()),
        quantiles=tuple(map(float, np.quantile(statistics.part(sample, 1 << 14), _QUANTILES))) if pictures else (),
        counts=_counts(sample, edges) if pictures else (),
    )


def _counts(sample: Any, edges: tuple[float, float]) -> tuple[int, ...]:
    unit = max(map(abs, edges))  # so that the range of huge values does not overflow
    try:
        return tuple(map(int, np.histogram(sample / unit, _BINS, (edges[0] / unit, edges[1] / unit))[0]))
    except (ValueError, IndexError):  # a range that is as narrow as a step of float64
        return ()


def smallest_scale_error(
    law: Law | None, size: int, log_error: float, errors: float, threshold: float, power: float
) -> float:
    """Returns the smallest relative error of the scale that is found.

    Args:
      law: The law, where it is known.
      size: Values in each sample.
      log_error: Standard error of the difference of the logarithms of both standard deviations.
      errors: Standard errors at which a shift is found.
      threshold: Threshold of the p-values.
      power: Probability with which the error is found.

    Returns:
      The error that the check of the standard deviation finds, or that of the support where its density ends abruptly.
    """
    by_stddev = math.expm1(errors * log_error)
    if law is None:
        return by_stddev
    density = law.edge_density()
    if density is None:
        return by_stddev
    # Beyond the other's edge lie Poisson many; their p-value, about 4 * 2 ** -k, has to be below the threshold.
    needed = math.ceil(math.log2(4 / threshold))
    return min(by_stddev, float(stats.gamma.ppf(power, needed)) / (size * density))
