"""Defaults of comparisons, shared by `compare`, the pytest plugin and the command line."""

from typing import Final

#: Global seed of the first sample.
SEED: Final = 20_190_930
#: Probability of any false alarm in a run.
BUDGET: Final = 1e-3
#: Probability of finding an error of the sizes below.
POWER: Final = 0.999
#: Relative error of the scale to find.
SCALE_ERROR: Final = 0.01
#: Error of the mean to find, in standard deviations.
MEAN_ERROR: Final = 0.01
