"""Does the proof of parity prove anything? Mistakes it must find, true comparisons it must pass, and what it costs.

    python benchmarks/parity.py            # everything: about a quarter of an hour on two cores
    python benchmarks/parity.py mutants    # one part: mutants, alarms or speed

Exit status 1 if a mistake was missed, a true comparison failed, or p-values are not uniform.
"""

import os
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import mutants
import numpy as np
from scipy import stats

from tf_initcompat import parity
from tf_initcompat.parity.table import legacy, plan, sweep

_COMPARISONS = 5000


def missed_mutants() -> int:
    """Compares every mutant; returns how many were missed."""
    missed = 0
    for mutant in mutants.MUTANTS:
        comparison = parity.compare(
            mutant.legacy, mutant.migrated, shape=mutant.shape, arguments=mutant.arguments, **mutant.options
        )
        found = dict.fromkeys(check.name for check in comparison.failures)
        lost = set(mutant.checks) - set(found)
        missed += bool(lost)
        print(f"{'MISSED by ' + ', '.join(lost) if lost else 'found by':>10} {', '.join(found):60} {mutant.name}")
    print(f"{len(mutants.MUTANTS)} mistakes, {missed} missed")
    return missed


def false_alarms(comparisons: int = _COMPARISONS) -> int:
    """Compares real legacy symbols with their wrappers; returns the number of false alarms and wrong p-values."""
    cases = [case for case in plan.cases() if case.random and "orthogonal" not in case.name]
    p_values: dict[str, list[float]] = {}
    alarms = 0
    # A comparison takes its seed for the one side and the next for the other: with two for each all are independent.
    for number in range(comparisons):
        case = cases[number % len(cases)]
        comparison = parity.compare(
            legacy.real(case.name), sweep.mirrored(case.name), arguments=dict(case.arguments), shape=(70, 60),
            contexts=("eager",), checks=(*parity.LAW, "call correlation"), scale_error=0.1, mean_error=0.1,
            seed=2 * number,
        )  # fmt: skip
        alarms += comparison.verdict != "same"
        for check in comparison.checks:
            if check.p_value is not None:
                p_values.setdefault(check.name, []).append(check.p_value)
    wrong = 0
    print(f"{'check':20} {'p-values':>9} {'below 0.01':>10} {'smallest':>9} {'uniform: p':>11}")
    for name, values in p_values.items():
        below = float(np.mean(np.array(values) <= 0.01))
        # The exceedance test is discrete, so that its p-values are only never too small.
        uniform = stats.kstest(values, "uniform", alternative="greater" if name == "support" else "two-sided").pvalue
        wrong += uniform < 1e-3
        print(f"{name:20} {len(values):9,} {below:10.4f} {min(values):9.1e} {uniform:11.3f}")
    print(f"{comparisons:,} true comparisons, {alarms} false alarms")
    return alarms + wrong


def speed() -> int:
    """Times the command itself, with and without --quick; returns 0."""
    for options in ((), ("--quick",)):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "tf_initcompat.cli", "verify", *options], capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - start
        print(f"verify {' '.join(options)}: {seconds:.0f} s in all, exit status {done.returncode}")
        print("\n".join(line for line in done.stdout.splitlines() if "sampling" in line))
    return 0


PARTS = {"mutants": missed_mutants, "alarms": false_alarms, "speed": speed}


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(PARTS)
    if set(chosen) - PARTS.keys():
        sys.exit(f"unknown part; there are {', '.join(PARTS)}")
    sys.exit(int(sum(PARTS[name]() for name in chosen) > 0))
