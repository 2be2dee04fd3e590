"""Models of real old versions of Keras, converted and loaded by the installed Keras.

`eras/make.py` made them. The predictions are compared with those of the version that saved the model.
"""

from pathlib import Path

import pytest
from saved.eras import archives, measure
from saved.eras.make import MAKERS
from saved.eras.measure import Converted, Outcome
from saved.samples import IGNORED_WARNINGS

from tf_initcompat.saved import differences

pytestmark = pytest.mark.filterwarnings(IGNORED_WARNINGS)


@pytest.mark.parametrize("maker", MAKERS)
def test_every_maker_has_thirty_models(maker: str) -> None:
    forms = archives.made(maker)["forms"]
    assert len(forms) >= 30
    assert all(f"{name}.h5" in archives.files(maker) and archives.predictions(maker, name) for name in forms)


@pytest.mark.parametrize(("maker", "name"), measure.chosen())
def test_predictions_are_those_of_the_maker(maker: str, name: str, tmp_path: Path) -> None:
    outcome, *reported = measure.read()[maker]["others"].get(name, [Outcome.SAME.value])
    assert measure.converted(maker, name, tmp_path) == Converted(Outcome(outcome), tuple(reported))


def test_every_kind_and_every_maker_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    everything = {name for maker in MAKERS for name in archives.made(maker)["forms"]}
    chosen = measure.chosen()
    assert {name for _, name in chosen} == everything
    assert {maker for maker, _ in chosen} == set(MAKERS)
    total = sum(len(archives.made(maker)["forms"]) for maker in MAKERS)
    with capsys.disabled():
        print(f"\n{len(chosen)} of {total} models of old versions are loaded; TF_INITCOMPAT_ERAS=all loads all of them")


@pytest.mark.parametrize("version", measure.record())
def test_everything_else_is_reported(version: str) -> None:
    """A converted file that does not load or predicts something else has an exit status other than 0.

    The exceptions are what a file does not say, which `convert` prints, and layers that need a GPU.
    """
    others = {
        (maker, name): other
        for maker, figures in measure.record()[version]["makers"].items()
        for name, other in figures["others"].items()
    }
    assert others
    certain = {rule.name for rule in differences.REGISTRY if rule.effect.is_certain}
    wrong = {key for key, (outcome, *reported) in others.items() if outcome != "same" and certain.isdisjoint(reported)}
    on_gpu = {key for key in others if key[1] in ("cudnn_lstm", "cudnn_gru") and not version.startswith("3")}
    assert wrong - on_gpu <= {("tf-1.13.2", "up_sampling2d_bilinear")}
