"""Generated programs: `migrate` keeps what they read, in every kind of block and import, for both targets.

The programs are fixed by their seeds, so that a test passes or fails alike in every run.
"""

import pytest
from generated import check

#: Programs of each test.
PROGRAMS = 50


@pytest.mark.parametrize("first", range(0, 1000, PROGRAMS))
def test_migrated_programs_read_the_same(first: int) -> None:
    changed = sum(check(seed) for seed in range(first, first + PROGRAMS))
    assert changed > PROGRAMS
