"""A short run of the fuzzing in `fuzz.py`, with a fixed seed and without coverage."""

import random
from pathlib import Path

import pytest
from saved.fuzz import READERS, limit, read

from tf_initcompat.saved.containers import isolation

#: Inputs for each reader. An HDF5 file that h5py reads for ever takes a second.
INPUTS = {"json": 500, "archive": 300, "saved_model": 300, "hdf5": 150}


@pytest.mark.parametrize("name", READERS)
def test_damaged_inputs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation.Limits, "for_file", isolation.Limits.for_file)  # put back at the end
    limit()
    reader = READERS[name]
    chance, seeds = random.Random(0), reader.seeds()
    converted = 0
    for number in range(INPUTS[name]):
        data = reader.mutate(seeds[number % len(seeds)], chance)
        converted += read(reader, data, tmp_path)
    assert 0 < converted < INPUTS[name]
