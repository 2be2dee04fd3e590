"""Models of real old versions of Keras, converted and loaded by the installed Keras.

`eras/make.py` made them. The predictions are compared with those of the version that saved the model.
"""

from pathlib import Path

import pytest
from saved.eras import archives, measure
from saved.eras.make import MAKERS
from saved.eras.measure import Converted, Outcome
from saved.samples import IGNORED_WARNINGS

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)
MODELS = [(maker, name) for maker in MAKERS for name in archives.made(maker)["forms"]]


@pytest.mark.parametrize("maker", MAKERS)
def test_every_maker_has_thirty_models(maker: str) -> None:
    forms = archives.made(maker)["forms"]
    assert len(forms) >= 30
    assert all(f"{name}.h5" in archives.files(maker) and archives.predictions(maker, name) for name in forms)


@pytest.mark.parametrize(("maker", "name"), MODELS)
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    outcome, *reported = measure.read()[maker]["others"].get(name, [Outcome.SAME.value])
    assert measure.converted(maker, name, tmp_path) == Converted(Outcome(outcome), tuple(reported))


@pytest.mark.parametrize("version", measure.record())
def test_everything_else_is_reported(version: str) -> None:
    """A converted file that does not load or predicts something else has an exit status other than 0."""
    others = {
        (maker, name): other
        for maker, figures in measure.record()[version]["makers"].items()
        for name, other in figures["others"].items()
    }
    assert len(others) > len(MAKERS)
    assert [key for key, (_, *reported) in others.items() if not reported] == []
