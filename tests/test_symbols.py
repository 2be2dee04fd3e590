"""The catalog against the installed TensorFlow and tf_keras, and contrib's oracle; the package against the catalog."""

import inspect
import json
from typing import Any

import legacy
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import Library, Symbol

#: Operations on variables and tables whose names end alike.
NOT_OF_WEIGHTS = {
    "": {
        "global_variables_initializer",
        "local_variables_initializer",
        "variables_initializer",
        "tables_initializer",
        "initialize_all_tables",
    },
    "initializers": {"global_variables", "local_variables", "variables", "tables_initializer"},
}
#: Namespaces that the package mirrors.
NAMESPACES = ("", "initializers", "keras.initializers", "contrib.layers", "contrib.framework")
#: Other public names at the top level.
OTHERS = {"contrib", "initializers", "keras", "legacy_sampling", "parity", "saved", "source", "typing"}


def first_name(symbol: Symbol) -> str:
    return symbol.names[0]


def public(module: object) -> set[str]:
    # pytest rewrites the modules of installed plugins, and leaves names that begin with "@".
    return {name for name in dir(module) if not name.startswith(("_", "@"))}


def mirror(path: str) -> Any:
    return legacy.mirrored(path) if path else tf_initcompat


def test_catalog_has_every_core_initializer() -> None:
    top_level = {name for name in public(tf.compat.v1) if name.endswith("_initializer")}
    assert set(symbols.names_in("")) == top_level - NOT_OF_WEIGHTS[""]
    names = public(tf.compat.v1.initializers)
    assert set(symbols.names_in("initializers")) == names - NOT_OF_WEIGHTS["initializers"]


def test_catalog_has_every_v1_keras_name() -> None:
    assert set(symbols.names_in("keras.initializers")) == public(legacy.namespace("keras.initializers"))


def test_catalog_has_every_contrib_initializer() -> None:
    assert set(symbols.names_in("contrib.layers")) == set(legacy.namespace("contrib.layers").__all__)


def test_catalog_has_every_kernel_of_an_orthogonal_convolution() -> None:
    # Only contrib.framework made these names of init_ops public.
    names = {name for name in public(legacy.namespace("contrib.framework")) if name.startswith("convolutional_")}
    assert set(symbols.names_in("contrib.framework")) == names


def test_names_are_unique() -> None:
    assert len(legacy.ALL_NAMES) == len(set(legacy.ALL_NAMES)) == len(symbols.by_name())


@pytest.mark.parametrize("path", NAMESPACES)
def test_mirror_has_the_names_of_the_catalog_and_no_others(path: str) -> None:
    others = set() if path else OTHERS
    assert public(mirror(path)) == set(mirror(path).__all__) == set(symbols.names_in(path)) | others


@pytest.mark.parametrize("path", ["keras", "contrib"])
def test_namespace_has_its_submodule_only(path: str) -> None:
    below = {name.split(".")[1] for name in symbols.by_name() if name.startswith(f"{path}.")}
    assert public(mirror(path)) == set(mirror(path).__all__) == below


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_other_parts_are_attributes(name: str) -> None:
    assert getattr(tf_initcompat, name).__name__.endswith(name)


def signature(function: Any) -> list[tuple[str, object, object]]:
    def plain(default: object) -> object:
        return default.name if isinstance(default, tf.DType) else default

    return [
        (parameter.name, parameter.kind, plain(parameter.default))
        for parameter in inspect.signature(function).parameters.values()
    ]


def test_base_class_is_that_of_keras() -> None:
    assert legacy.mirrored("keras.initializers.Initializer") is tf.keras.initializers.Initializer
    assert inspect.isclass(legacy.real("keras.initializers.Initializer"))


@pytest.mark.parametrize("name", [name for name in legacy.ALL_NAMES if name != "keras.initializers.Initializer"])
def test_signature_and_kind_are_the_real_ones(name: str) -> None:
    row, real, mirrored = symbols.by_name()[name], legacy.real(name), legacy.mirrored(name)
    assert inspect.isclass(real) == inspect.isclass(mirrored) == (row.kind == "class")
    assert signature(mirrored) == signature(real)
    assert [(name, default) for name, _, default in signature(real)] == [
        (parameter.name, inspect.Parameter.empty if parameter.default is symbols.REQUIRED else parameter.default)
        for parameter in row.parameters
    ]


@pytest.mark.parametrize("row", symbols.INITIALIZERS, ids=first_name)
def test_call_signature_is_the_real_one(row: Symbol) -> None:
    real, mirrored = signature(legacy.real(row.names[0])()), signature(legacy.mirrored(row.names[0])())
    if row.library is Library.CONTRIB:
        # The dtype of contrib's closure defaults to the constructor's, which None means for the wrapper.
        assert real[1] == ("dtype", inspect.Parameter.POSITIONAL_OR_KEYWORD, "float32")
        real[1] = ("dtype", inspect.Parameter.POSITIONAL_OR_KEYWORD, None)
    assert mirrored == real


@pytest.mark.parametrize("first", legacy.ALL_NAMES)
def test_aliases_are_the_same_object_where_the_real_ones_are(first: str) -> None:
    real, mirrored = (
        [name for name in legacy.ALL_NAMES if find(name) is find(first)] for find in (legacy.real, legacy.mirrored)
    )
    assert mirrored == real


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_public_members_are_the_real_ones(name: str) -> None:
    assert public(legacy.mirrored(name)) == public(legacy.real(name))


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_class_names_of_the_ancestors_are_the_real_ones(name: str) -> None:
    mirrored, real = ([ancestor.__name__ for ancestor in find(name).__mro__] for find in (legacy.mirrored, legacy.real))
    assert mirrored == real


def documented_mapping(symbol: Symbol) -> list[tuple[str, str, str]]:
    """Return the rows of the table "How to map arguments" in a docstring, without their markup."""
    documentation = inspect.getdoc(legacy.mirrored(symbol.names[0])) or ""
    cells = [line.strip("|").split("|") for line in documentation.splitlines() if line.startswith("|")]
    rows = [(old.strip(" `"), new.strip(" `"), note.strip()) for old, new, note in cells]
    assert rows[:1] == [("TF1 argument", "TF2 argument", "Note")]
    return rows[2:]


@pytest.mark.parametrize("row", symbols.INITIALIZERS, ids=first_name)
def test_documented_mapping_is_that_of_the_catalog(row: Symbol) -> None:
    assert row.distribution is not None
    assert documented_mapping(row) == [
        *((parameter.name, parameter.native or "-", parameter.note) for parameter in row.parameters),
        *(("-", name, json.dumps(value)) for name, value in row.fixed),
        ("partition_info", "-", row.distribution.value.partitioning),
    ]


@pytest.mark.parametrize("row", symbols.INITIALIZERS, ids=first_name)
def test_docstring_describes_the_parameters_and_names_the_legacy_symbol(row: Symbol) -> None:
    documentation = inspect.getdoc(legacy.mirrored(row.names[0])) or ""
    described = [parameter.name for parameter in row.parameters if f"\n  {parameter.name}: " in documentation]
    assert described == [parameter.name for parameter in row.parameters]
    assert f"Mirrors `{row.legacy_names[0]}`" in documentation
    assert "Source: " in documentation


@pytest.mark.parametrize(
    "name", sorted({name for row in symbols.INITIALIZERS for name in (row.native, row.preset) if name})
)
def test_native_class_exists(name: str) -> None:
    assert inspect.isclass(getattr(tf.keras.initializers, name))


@pytest.mark.parametrize("row", [row for row in symbols.INITIALIZERS if row.preset], ids=first_name)
def test_preset_has_the_fixed_arguments(row: Symbol) -> None:
    # Keras' own class with the fixed arguments, such as HeNormal, is a VarianceScaling with these attributes.
    preset = getattr(tf.keras.initializers, row.preset)()
    assert {name: getattr(preset, name) for name, _ in row.fixed} == dict(row.fixed)


@pytest.mark.parametrize("name", legacy.ALL_NAMES)
def test_names_that_tensorflow_2_lacks(name: str) -> None:
    row = symbols.by_name()[name]
    member: Any = tf
    for part in name.split("."):
        member = getattr(member, part, None)
    if row.is_contrib:
        assert member is None  # tf.contrib is gone as a whole
    else:
        assert (member is None) == (name in row.only_in_tf1) == (name in symbols.GONE_FROM_TF2)


@pytest.mark.parametrize("row", [row for row in symbols.SYMBOLS if not row.is_contrib], ids=first_name)
def test_source_is_where_the_real_symbol_is_defined(row: Symbol) -> None:
    source = row.source.replace("tf_keras.", "keras.") if legacy.V1_KERAS_PACKAGE == "keras" else row.source
    assert legacy.real(row.names[0]).__module__ == source


@pytest.mark.parametrize(
    ("name", "qualified"),
    [
        ("initializers.he_normal", "tf.compat.v1.initializers.he_normal"),
        ("keras.initializers.he_normal", "tf.compat.v1.keras.initializers.he_normal"),
        ("contrib.layers.xavier_initializer", "tf.contrib.layers.xavier_initializer"),
        ("contrib.framework.convolutional_orthogonal_2d", "tf.contrib.framework.convolutional_orthogonal_2d"),
    ],
)
def test_legacy_names_are_those_of_legacy_code(name: str, qualified: str) -> None:
    assert qualified in symbols.by_name()[name].legacy_names


def test_rows_are_different_symbols() -> None:
    assert len({symbol.wrapper for symbol in symbols.SYMBOLS}) == len(symbols.SYMBOLS)
