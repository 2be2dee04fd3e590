"""The files of the recordings: small, complete, and read as they were written."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from tf1 import recordings
from tf1.recordings import Observations

RECORDINGS = recordings.load()
#: Largest size of all files together, in bytes.
LARGEST = 500_000


def test_files_are_small() -> None:
    assert sum(path.stat().st_size for path in recordings.FOLDER.glob("*.json")) < LARGEST


def test_every_minor_version_is_recorded() -> None:
    versions = {name.rpartition(".")[0] for name in RECORDINGS if "python" not in name}
    assert versions == {f"1.{minor}" for minor in range(16)}


def test_writing_what_was_read_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = {path.name: path.read_text() for path in recordings.FOLDER.glob("*.json")}
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    recordings.save(RECORDINGS)
    assert {path.name: path.read_text() for path in tmp_path.glob("*.json")} == originals
    assert recordings.load() == RECORDINGS


def scale(observations: Observations, factor: float) -> None:
    observations["distributions"]["random_normal_initializer(seed=13)((20, 50, 20, 50))"]["stddev"] *= factor


def forget(observations: Observations) -> None:
    del observations["errors"]["constant_initializer(None)"]


def add(observations: Observations) -> None:
    observations["lookups"]["new"] = "ValueError"


def change_bits(observations: Observations) -> None:
    case = "random_normal_initializer(seed=11)((4, 3))"
    text = observations["op seeded"][case]
    observations["op seeded"][case] = text.replace("A", "B", 1) if "A" in text else f"{text[:-4]}AAA="


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda observations: None, []),
        (lambda observations: scale(observations, 1 + 1e-6), []),
        (lambda observations: scale(observations, 1.001), ["distributions: random_normal_initializer"]),
        (forget, ["errors: constant_initializer"]),
        (add, ["lookups: new"]),
        (change_bits, ["op seeded: random_normal_initializer"]),
    ],
)
def test_differences(change: Callable[[Observations], None], expected: list[str]) -> None:
    observations = copy.deepcopy(RECORDINGS[recordings.MIRRORED])
    change(observations)
    differing = recordings.differences(RECORDINGS[recordings.MIRRORED], observations)
    assert [difference.partition("(")[0] for difference in differing] == expected
