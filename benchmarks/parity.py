"""Evaluates the parity checker: mistakes it has to detect, equal initializers it has to pass, and its duration.

    python benchmarks/parity.py            # everything: about 15 minutes on two cores
    python benchmarks/parity.py mutants    # one part: mutants, alarms or speed

The exit status is 1 if a mistake is missed, equal initializers are reported as different, or p-values are not uniform.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import mutants
import numpy as np
from scipy import stats

from tf_initcompat import parity
from tf_initcompat.parity.table import legacy, plan, sweep

_COMPARISONS: Final = 5000
#: Level at which p-values count as not uniform.
_LEVEL: Final = 1e-3
#: Checks whose statistic is discrete, so that their p-values are only never too small.
_DISCRETE: Final = ("support",)


def missed_mutants() -> int:
    """Compare every mutant; return the number of those that were missed."""
    missed = 0
    for mutant in mutants.MUTANTS:
        comparison = parity.compare(
            mutant.legacy, mutant.migrated, shape=mutant.shape, arguments=mutant.arguments, **mutant.options
        )
        detected = dict.fromkeys(check.name for check in comparison.failures)
        silent = set(mutant.checks) - detected.keys()
        missed += bool(silent)
        verdict = f"MISSED by {', '.join(silent)}" if silent else "detected by"
        print(f"{verdict:>11} {', '.join(detected):60} {mutant.name}")
    print(f"{len(mutants.MUTANTS)} mistakes, {missed} missed")
    return missed


def false_alarms() -> int:
    """Compare legacy symbols with their wrappers; return the number of false alarms and of checks that fail."""
    # The values of an orthogonal matrix are not independent.
    cases = [case for case in plan.cases() if case.symbol.is_random and not case.symbol.is_orthogonal]
    p_values: dict[str, list[float]] = {}
    alarms = 0
    for number in range(_COMPARISONS):
        case = cases[number % len(cases)]
        comparison = parity.compare(
            legacy.real(case.name),
            sweep.mirrored(case.name),
            arguments=dict(case.arguments),
            shape=(70, 60),
            contexts=("eager",),
            checks=(*parity.DISTRIBUTION, "call correlation"),
            scale_error=0.1,
            mean_error=0.1,
            seed=2 * number,  # a comparison uses two seeds, so that all samples are independent
        )
        alarms += comparison.verdict != "same"
        for check in comparison.checks:
            if check.p_value is not None:
                p_values.setdefault(check.name, []).append(check.p_value)
    print(f"{_COMPARISONS:,} comparisons of equal initializers, {alarms} false alarms")
    return alarms + _not_uniform(p_values)


def _not_uniform(p_values: dict[str, list[float]]) -> int:
    """Print a row for each check; return the number of those whose p-values are not uniform."""
    rejected = 0
    print(f"{'check':20} {'p-values':>9} {'below 0.01':>10} {'smallest':>9} {'uniform: p':>11}")
    for name, values in p_values.items():
        below = float(np.mean(np.array(values) <= 0.01))
        alternative = "greater" if name in _DISCRETE else "two-sided"
        uniformity = stats.kstest(values, "uniform", alternative=alternative).pvalue
        rejected += uniformity < _LEVEL
        print(f"{name:20} {len(values):9,} {below:10.4f} {min(values):9.1e} {uniformity:11.3f}")
    return rejected


def speed() -> int:
    """Time `verify` with and without --quick; return 0."""
    for options in ((), ("--quick",)):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "tf_initcompat", "verify", *options], capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - start
        print(f"verify {' '.join(options)}: {seconds:.0f} s in all, exit status {done.returncode}")
        print("\n".join(line for line in done.stdout.splitlines() if "sampling" in line))
    return 0


PARTS: Final[dict[str, Callable[[], int]]] = {"mutants": missed_mutants, "alarms": false_alarms, "speed": speed}


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(PARTS)
    if set(chosen) - PARTS.keys():
        sys.exit(f"unknown part; there are {', '.join(PARTS)}")
    sys.exit(int(sum(PARTS[name]() for name in chosen) > 0))
