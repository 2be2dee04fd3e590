"""Differences between Keras 2 and Keras 3 that no upgrade removes."""

import dataclasses
import itertools
from typing import Any

import pytest
from saved.blocks import parse

from tf_initcompat.saved import differences
from tf_initcompat.saved.context import Context
from tf_initcompat.saved.differences import Difference, Effect
from tf_initcompat.saved.targets import TARGETS, TargetName


@dataclasses.dataclass(frozen=True)
class Case:
    """A config that shows a difference.

    Attributes:
      rule: Name of the difference.
      effect: Its consequence.
      place: Where it is.
      message: Text of the message.
      config: The config.
      targets: Versions of Keras that have it.
      uses_legacy_loader: Whether the config is in an HDF5 file.
    """

    rule: str
    effect: Effect
    place: str
    message: str
    config: str
    targets: tuple[TargetName, ...] = ("3.15", "3.12", "3.0")
    uses_legacy_loader: bool = False
    keras_version: str = ""
    stores_renorm: bool = False
    is_archive: bool = False

    @property
    def options(self) -> dict[str, Any]:
        return {
            "uses_legacy_loader": self.uses_legacy_loader,
            "keras_version": self.keras_version,
            "stores_renorm": self.stores_renorm,
            "is_archive": self.is_archive,
        }


#: Targets of differences that do not depend on the target.
ALL: tuple[TargetName, ...] = ("3.15", "3.12", "3.0", "2")
FROZEN = """
{"class_name": "Sequential", "config": {"name": "outer", "layers": [
  {"class_name": "Sequential", "config": {"name": "inner", "layers": [
    {"class_name": "Dense", "config": {"name": "a", "trainable": %s}},
    {"class_name": "%s", "config": {"name": "b", "trainable": %s}}]}}]}}
"""
OF_KERAS_3: dict[str, Any] = {"targets": ("2",), "keras_version": "3.15.1"}
CASES = [
    Case(
        "missing-layer-of-keras-2",
        Effect.DOES_NOT_LOAD,
        "config.layers[0]",
        "Keras 2 has no RMSNormalization",
        '{"class_name": "Model", "config": {"layers": [{"class_name": "RMSNormalization", "config": {"name": "n"}}]}}',
        **OF_KERAS_3,
    ),
    Case(
        "lambda-of-keras-3",
        Effect.DOES_NOT_LOAD,
        "config.layers[0]",
        "Keras 2 does not load the Python code of a Lambda layer of Keras 3; build the model with your code, "
        "and load its weights",
        '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {"name": "n"}}]}}',
        **OF_KERAS_3,
    ),
    Case(
        "hard-sigmoid-of-keras-3",
        Effect.PREDICTS_DIFFERENTLY,
        "config.activation",
        "hard_sigmoid is another function in Keras 2, with slope 1/5 instead of 1/6",
        '{"class_name": "Dense", "config": {"name": "d", "activation": "hard_sigmoid"}}',
        **OF_KERAS_3,
    ),
    Case(
        "key-of-keras-3",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 2 does not take all keys of this LayerNormalization",
        '{"class_name": "LayerNormalization", "config": {"name": "n", "rms_scaling": true}}',
        **OF_KERAS_3,
    ),
    Case(
        "call-of-keras-3",
        Effect.DOES_NOT_LOAD,
        "config.layers[0]",
        "Keras 2 has no form for this call",
        """
        {"class_name": "Functional", "config": {"name": "m", "layers": [
          {"class_name": "Dense", "config": {"name": "d"}, "inbound_nodes": [{"args": [{"a": 1}], "kwargs": {}}]}]}}
        """,
        **OF_KERAS_3,
    ),
    Case(
        "attention-in-archive",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 2 does not find its weights in an archive of Keras 3; write a .h5 file",
        '{"class_name": "MultiHeadAttention", "config": {"name": "a"}}',
        is_archive=True,
        **OF_KERAS_3,
    ),
    *(
        Case(
            "frozen-layer-of-inner-model",
            Effect.PREDICTS_DIFFERENTLY,
            "config.layers[0]",
            "Keras 3.0 reads the weights of a model inside another in the wrong order if layers with trainable=False "
            "are followed by others",
            FROZEN % values,
            ("3.0",),
            uses_legacy_loader=True,
        )
        for values in [("false", "Dense", "true"), ("false", "Own", "true")]
    ),
    Case(
        "reset-before-on-keras-2",
        Effect.DOES_NOT_LOAD,
        "",
        "this GRU has reset_after=False, which older versions did not write, and Keras 2 assumes True; convert the "
        "file for Keras 3",
        """
        {"class_name": "GRU", "config": {"name": "g"}}
        """,
        keras_version="2.0.8-tf",
        targets=("2",),
    ),
    Case(
        "renorm-on-keras-2",
        Effect.DOES_NOT_LOAD,
        "",
        "the file has statistics of renorm, which the config does not name; convert the file for Keras 3",
        """
        {"class_name": "BatchNormalization", "config": {"name": "n", "axis": 1}}
        """,
        stores_renorm=True,
        targets=("2",),
    ),
    Case(
        "missing-layer-of-3-0",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 3.0 has no AlphaDropout",
        """
        {"class_name": "AlphaDropout", "config": {"name": "a", "trainable": true}}
        """,
        targets=("3.0",),
    ),
    Case(
        "model-in-time-distributed",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 3.0 does not call a Sequential model in TimeDistributed",
        """
        {"class_name": "TimeDistributed", "config": {"name": "t", "layer": {"class_name": "Sequential", "config": {}}}}
        """,
        targets=("3.0",),
    ),
    Case(
        "missing-layer",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 3 has no Highway",
        """
        {"class_name": "Highway", "config": {"name": "h", "trainable": true}}
        """,
        keras_version="1.2.2",
        targets=("3.15", "3.12", "3.0"),
    ),
    Case(
        "statistics-of-input",
        Effect.DOES_NOT_LOAD,
        "",
        "BatchNormalization of Keras 1 with mode 1 or 2 always used the statistics of its input",
        """
        {"class_name": "BatchNormalization", "config": {"name": "n", "mode": 2}}
        """,
    ),
    Case(
        "kernel-of-theano",
        Effect.MAY_PREDICT_DIFFERENTLY,
        "",
        "if Theano computed this convolution, it flipped the kernel; the file does not say so",
        """
        {"class_name": "Conv2D", "config": {"name": "c", "data_format": "channels_first"}}
        """,
        keras_version="1.0.8",
    ),
    Case(
        "output-of-deconvolution",
        Effect.MAY_PREDICT_DIFFERENTLY,
        "",
        "with these strides, Deconvolution2D of Keras 1 can have a larger output than Conv2DTranspose",
        """
        {"class_name": "Conv2DTranspose", "config": {"name": "c", "strides": [2, 2]}}
        """,
        keras_version="1.2.2",
    ),
    Case(
        "keras-1-on-keras-2",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 2 loads few models of Keras 1; convert the file for Keras 3",
        """
        {"class_name": "Sequential", "config": [{"class_name": "Flatten", "config": {"name": "f"}}]}
        """,
        keras_version="1.2.2",
        targets=("2",),
    ),
    Case(
        "python-bytecode",
        Effect.DOES_NOT_LOAD,
        "",
        "the function of this Lambda layer is bytecode of the Python that saved it; build the model with your code, "
        "and load its weights",
        """
        {"class_name": "Lambda", "config": {"name": "l", "trainable": true, "function": ["4wEA", null, null]}}
        """,
        targets=ALL,
    ),
    Case(
        "bilinear-up-sampling",
        Effect.PREDICTS_DIFFERENTLY,
        "",
        "bilinear interpolation of Keras 2.2 and 2.3 aligned the corners of pixels, not their centers",
        """
        {"class_name": "UpSampling2D", "config": {"name": "u", "interpolation": "bilinear"}}
        """,
        targets=ALL,
        keras_version="2.3.1",
    ),
    Case(
        "interpolation-not-saved",
        Effect.MAY_PREDICT_DIFFERENTLY,
        "",
        "TensorFlow 1.13 and 1.14 did not save the interpolation of UpSampling2D; the default, nearest, is used",
        """
        {"class_name": "UpSampling2D", "config": {"name": "u"}}
        """,
        targets=ALL,
        keras_version="2.2.4-tf",
    ),
    Case(
        "call-of-unknown-layer",
        Effect.DOES_NOT_LOAD,
        "",
        "a layer is called on another that this model does not have; Keras 2.4 to 2.15 saved a layer that two models "
        "call so, and do not load it either",
        """
        {
          "class_name": "Model",
          "config": {
            "name": "m",
            "layers": [{"class_name": "Dense", "config": {"name": "d"}, "inbound_nodes": [[["other", 0, 0, {}]]]}]
          }
        }
        """,
        targets=ALL,
    ),
    Case(
        "hard-sigmoid",
        Effect.PREDICTS_DIFFERENTLY,
        "config.activation",
        "hard_sigmoid is another function in Keras 3, with slope 1/6 instead of 1/5",
        """
        {"class_name": "my>Dense", "config": {"name": "d", "activation": "hard_sigmoid"}}
        """,
    ),
    Case(
        "hard-sigmoid",
        Effect.PREDICTS_DIFFERENTLY,
        "config.recurrent_activation",
        "hard_sigmoid is another function in Keras 3, with slope 1/6 instead of 1/5",
        """
        {
          "class_name": "LSTM",
          "config": {"name": "l", "recurrent_activation": {"class_name": "function", "config": "hard_sigmoid"}}
        }
        """,
    ),
    Case(
        "missing-layer",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 3 has no LocallyConnected1D",
        """
        {"class_name": "LocallyConnected1D", "config": {"name": "l"}}
        """,
    ),
    Case(
        "multiple-axes",
        Effect.DOES_NOT_LOAD,
        "",
        "BatchNormalization of Keras 3 takes one axis only",
        """
        {"class_name": "BatchNormalization", "config": {"name": "n", "axis": [1, 2]}}
        """,
    ),
    Case(
        "normalization-in-hdf5",
        Effect.PREDICTS_DIFFERENTLY,
        "",
        "Keras 3.0 does not use the statistics of Normalization in .h5",
        """
        {"class_name": "Normalization", "config": {"name": "n"}}
        """,
        targets=("3.0",),
        uses_legacy_loader=True,
    ),
    Case(
        "single-output-of-inner-model",
        Effect.RETURNS_OTHER_SHAPE,
        "config.layers[0]",
        "Keras 3.0 returns the one output of this model as a list",
        """
        {
          "class_name": "Sequential",
          "config": {
            "name": "s",
            "layers": [
              {"class_name": "Functional", "config": {"name": "i", "layers": [], "output_layers": [["a", 0, 0]]}}
            ]
          }
        }
        """,
        targets=("3.0",),
    ),
    Case(
        "single-output-of-inner-model",
        Effect.RETURNS_OTHER_SHAPE,
        "config.layer",
        "Keras 3.0 returns the one output of this model as a list",
        """
        {
          "class_name": "TimeDistributed",
          "config": {
            "name": "t",
            "layer": {"class_name": "Functional", "config": {"name": "i", "layers": [], "output_layers": [["a", 0, 0]]}}
          }
        }
        """,
        targets=("3.0",),
    ),
    Case(
        "nested-outputs",
        Effect.DOES_NOT_LOAD,
        "",
        "Keras 3.0 reads no lists in the list of outputs",
        """
        {"class_name": "Functional", "config": {"layers": [], "output_layers": [["a", 0, 0], [["b", 0, 0]]]}}
        """,
        targets=("3.0",),
    ),
]


def find(config: str, target: TargetName, **options: Any) -> list[Difference]:
    return list(differences.find({"": parse(config)}, Context(TARGETS[target], **options)))


def test_every_difference_has_a_case() -> None:
    assert {case.rule for case in CASES} == {rule.name for rule in differences.REGISTRY}


@pytest.mark.parametrize(
    ("case", "target"),
    [(case, target) for case in CASES for target in case.targets],
    ids=lambda value: getattr(value, "rule", value),
)
def test_difference(case: Case, target: TargetName) -> None:
    (difference,) = find(case.config, target, **case.options)
    assert difference.rule.name == case.rule
    assert difference.rule.effect is case.effect
    assert difference.place == case.place
    assert str(difference).removeprefix(f"{case.place}: ") == f"{case.effect.value}: {case.message}"


@pytest.mark.parametrize(
    ("case", "target"),
    [(case, target) for case, target in itertools.product(CASES, TARGETS) if target not in case.targets],
    ids=lambda value: getattr(value, "rule", value),
)
def test_other_versions_do_not_differ(case: Case, target: TargetName) -> None:
    assert find(case.config, target, **case.options) == []


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.keras_version.startswith("3")], ids=lambda case: case.rule
)
def test_files_of_keras_3_do_not_differ(case: Case) -> None:
    assert find(case.config, case.targets[0], **{**case.options, "keras_version": "3.0.0"}) == []


def test_normalization_differs_in_hdf5_only() -> None:
    assert find('{"class_name": "Normalization", "config": {"name": "n"}}', "3.0") == []


@pytest.mark.parametrize(
    ("values", "uses_legacy_loader"),
    [
        (("false", "Dense", "true"), False),
        (("true", "Dense", "false"), True),
        (("false", "Dense", "false"), True),
        (("true", "BatchNormalization", "false"), True),
        (("false", "Activation", "true"), True),
    ],
)
def test_frozen_layers_in_the_same_order(values: tuple[str, ...], uses_legacy_loader: bool) -> None:
    context = Context(TARGETS["3.0"], uses_legacy_loader=uses_legacy_loader)
    assert list(differences.find({"": parse(FROZEN % values)}, context)) == []


@pytest.mark.parametrize("module", ["my.layers", "keras_mine"])
def test_own_classes_do_not_differ(module: str) -> None:
    config = '{"class_name": "ThresholdedReLU", "module": "%s", "config": {"name": "t", "trainable": true}}'
    assert find(config % module, "3.15") == []


@pytest.mark.parametrize(
    ("keras_version", "config"),
    [
        ("2.2.4-tf", '"interpolation": "bilinear"'),
        ("2.4.3", '"interpolation": "bilinear"'),
        ("2.2.4", '"interpolation": "nearest"'),
        ("2.3.0-tf", '"size": [2, 2]'),
    ],
)
def test_up_sampling_is_the_same(keras_version: str, config: str) -> None:
    """TensorFlow 1.15 saves the interpolation, and computes it as all versions since."""
    layer = f'{{"class_name": "UpSampling2D", "config": {{"name": "u", {config}}}}}'
    assert find(layer, "3.15", keras_version=keras_version) == []
