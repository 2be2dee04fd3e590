"""Each upgrade, on its examples, and configs that no upgrade changes."""

from typing import Any

import pytest
from saved.blocks import check_noop, check_transformed, parse, upgrade

from tf_initcompat.saved import upgrades
from tf_initcompat.saved.targets import TARGETS, TargetName
from tf_initcompat.saved.upgrades import Example, Upgrade

EXAMPLES = [(upgrade, example) for upgrade in upgrades.REGISTRY for example in upgrade.examples]


def identify(value: object) -> str | None:
    """Return the id of a parameter of a test."""
    return value.name if isinstance(value, Upgrade) else value if isinstance(value, str) else ""


def options(example: Example) -> dict[str, Any]:
    return {
        "target": example.target,
        "name": example.document,
        "uses_legacy_loader": example.uses_legacy_loader,
        "has_weights": example.has_weights,
        "stores_renorm": example.stores_renorm,
        "keras_version": example.keras_version,
    }


@pytest.mark.parametrize(("tested", "example"), EXAMPLES, ids=identify)
def test_upgrade(tested: Upgrade, example: Example) -> None:
    changes = check_transformed(example.before, example.after, **options(example))
    assert tested.name in {change.upgrade for change in changes}


@pytest.mark.parametrize("tested", upgrades.REGISTRY, ids=identify)
def test_every_upgrade_has_an_example(tested: Upgrade) -> None:
    assert tested.examples


#: Upgrades that some version of Keras 3 does not need, with the versions.
NOT_NEEDED = [
    (tested, example, target)
    for tested, example in EXAMPLES
    for target in TARGETS
    if not tested.is_needed_by(TARGETS[target])
]


@pytest.mark.parametrize(("tested", "example", "target"), NOT_NEEDED, ids=identify)
def test_upgrade_is_left_out_where_it_is_not_needed(tested: Upgrade, example: Example, target: TargetName) -> None:
    _, changes = upgrade(example.before, **{**options(example), "target": target})
    assert tested.name not in {change.upgrade for change in changes}


@pytest.mark.parametrize(
    ("tested", "example"),
    [(tested, example) for tested, example, target in NOT_NEEDED if target == "2"],
    ids=identify,
)
def test_only_initializers_change_for_keras_2(tested: Upgrade, example: Example) -> None:
    _, changes = upgrade(example.before, **{**options(example), "target": "2"})
    assert changes == [], tested.name


@pytest.mark.parametrize(
    ("class_name", "key"),
    [
        ("SeparableConv2D", '"groups": 2'),
        ("Conv2DTranspose", '"groups": 2'),
        ("LSTM", '"time_major": true'),
        ("SpatialDropout1D", '"noise_shape": [2]'),
        ("InputLayer", '"ragged": true'),
    ],
)
def test_rejected_keys_that_change_the_layer_stay(class_name: str, key: str) -> None:
    config = f'{{"name": "x", {key}}}'
    check_noop(f'{{"module": "keras.layers", "class_name": "{class_name}", "config": {config}}}')


def test_discretization_of_keras_3_stays() -> None:
    check_noop("""
        {"module": "keras.layers", "class_name": "Discretization", "config": {"name": "d", "dtype": "int64"}}
        """)


@pytest.mark.parametrize("key", ["layers", "others"])
def test_sublayers_in_hdf5_have_a_module(key: str) -> None:
    block = """
        {
          "class_name": "Sequential",
          "config": {
            "name": "s",
            "layers": [
              {
                "class_name": "my>Block",
                "config": {"name": "b", "trainable": true, "KEY": [{"class_name": "Dense", "config": {"name": "d"}}]}
              }
            ]
          }
        }
        """.replace("KEY", key)
    upgraded, _ = upgrade(block, uses_legacy_loader=True)
    (layer,) = upgraded["config"]["layers"]
    assert layer["config"][key] == [
        {"class_name": "Dense", "config": {"name": "d"}, "module": "keras.layers", "registered_name": "Dense"}
    ]
    assert layer.keys() == {"class_name", "config"}


@pytest.mark.parametrize(
    ("axis", "target", "has_module"),
    [
        ([1, 2], "3.15", True),
        ([1, 2], "3.0", True),
        (1, "3.15", False),
        (1, "3.0", True),
        ([1], "3.15", False),
        ([1], "3.0", False),
        (None, "3.15", False),
        (None, "3.0", False),
    ],
)
def test_axes_in_hdf5(axis: Any, target: TargetName, has_module: bool) -> None:
    block = """
        {
          "class_name": "Sequential",
          "config": {
            "name": "s",
            "layers": [{"class_name": "UnitNormalization", "config": {"name": "n", "axis": AXIS}}]
          }
        }
        """.replace("AXIS", str(axis).replace("None", "null"))
    upgraded, _ = upgrade(block, target=target, uses_legacy_loader=True)
    (layer,) = upgraded["config"]["layers"]
    assert ("module" in layer) is has_module
    assert layer["config"] == {"name": "n", "axis": axis}


#: Configs that an upgrade would change if the class were Keras' own.
OWN_CLASSES = {
    "Embedding": '{"name": "x", "trainable": true, "input_length": 7}',
    "SeparableConv2D": '{"name": "x", "trainable": true, "kernel_initializer": "he_normal", "groups": 1}',
    "MultiHeadAttention": '{"name": "x", "trainable": true, "key_shape": [3]}',
    "BatchNormalization": '{"name": "x", "trainable": true, "axis": [1]}',
    "Functional": '{"name": "x", "trainable": true, "layers": [], "output_layers": [["a", 1, 0]]}',
}


@pytest.mark.parametrize("name", OWN_CLASSES)
@pytest.mark.parametrize(
    "path", ['"module": "my.layers"', '"module": null, "registered_name": "my>Own"', '"module": "keras_mine"']
)
def test_a_class_with_the_name_of_a_built_in_one_stays(name: str, path: str) -> None:
    check_noop(f"""
        {{
          "module": "keras",
          "class_name": "Sequential",
          "config": {{"name": "s", "layers": [{{"class_name": "{name}", "config": {OWN_CLASSES[name]}, {path}}}]}}
        }}
        """)


@pytest.mark.parametrize(
    "data",
    [
        '{"class_name": "Person", "config": {"name": "Bob"}}',
        '{"class_name": "Adam", "config": {"name": "Adam", "learning_rate": 0.1}}',
        '{"class_name": "MeanSquaredError", "config": {"name": "mse", "reduction": "sum"}}',
        '{"class_name": "uniform"}',
        '{"class_name": "RandomUniform", "config": {"dtype": "float32"}, "mine": 5}',
        '{"class_name": "GlorotUniform", "config": {"dtype": "float32"}, "module": "keras.initializers_mine"}',
    ],
)
def test_data_in_the_config_of_a_custom_layer_stays(data: str) -> None:
    config = f'{{"name": "x", "trainable": true, "data": {data}, "hidden_init": "constant"}}'
    check_noop(f"""
        {{
          "module": "keras",
          "class_name": "Sequential",
          "config": {{"name": "s", "layers": [{{"module": "my", "class_name": "Own", "config": {config}}}]}}
        }}
        """)


@pytest.mark.parametrize("key", ["kernel_initializer", "initializer", "w_init"])
@pytest.mark.parametrize("name", ["glorot_uniform", "GlorotUniform", "normal", "relu"])
def test_native_names_stay(name: str, key: str) -> None:
    check_noop(f'{{"config": {{"{key}": "{name}", "list_initializers": ["{name}"], "title": "{name}"}}}}')


@pytest.mark.parametrize("key", ["kernel_initializer", "initializer", "w_init"])
@pytest.mark.parametrize(
    ("name", "native"),
    [
        ("glorot_uniform_initializer", "glorot_uniform"),
        ("GlorotUniformV2", "glorot_uniform"),
        ("zeros_initializer", "zeros"),
    ],
)
def test_legacy_names_become_native_ones(name: str, native: str, key: str) -> None:
    changes = check_transformed(
        f'{{"config": {{"{key}": "{name}", "list_initializers": ["{name}"], "title": "{name}"}}}}',
        f'{{"config": {{"{key}": "{native}", "list_initializers": ["{native}"], "title": "{name}"}}}}',
    )
    assert [change.place for change in changes] == [f"config.{key}", "config.list_initializers[0]"]


def test_a_name_with_another_default_becomes_a_config() -> None:
    check_transformed(
        """
        {"kernel_initializer": "random_normal_initializer"}
        """,
        """
        {
          "kernel_initializer": {
            "module": "keras.initializers",
            "class_name": "RandomNormal",
            "config": {"stddev": 1.0},
            "registered_name": null
          }
        }
        """,
    )


def test_changes_name_the_upgrade_and_what_it_changed() -> None:
    block = '{"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "alpha": 0.3}}'
    _, (change,) = upgrade(block, target="3.0")
    assert change.upgrade == "negative-slope"
    assert (change.place, change.before, change.after) == ("config", {"alpha": 0.3}, {"negative_slope": 0.3})
    assert not change.is_initializer
    assert parse(block)["config"]["alpha"] == 0.3
