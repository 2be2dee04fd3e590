"""The table against the installed TensorFlow, tf_keras and tf_slim; the package against the table."""

import inspect

import legacy
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat.catalog import symbols

#: Operations on variables and tables whose names end alike.
NO_WEIGHT_INITIALIZERS = {"global_variables", "local_variables", "variables", "tables_initializer"}

TOP_LEVEL_OTHERS = {
    "global_variables_initializer",
    "local_variables_initializer",
    "variables_initializer",
    "tables_initializer",
    "initialize_all_tables",
}


def public(module: object) -> set[str]:
    # pytest rewrites the modules of installed plugins, and leaves names that begin with "@".
    return {name for name in dir(module) if not name.startswith(("_", "@"))}


def test_table_has_every_core_initializer() -> None:
    top_level = {name for name in public(tf.compat.v1) if name.endswith("_initializer")}
    assert set(symbols.names_in("")) == top_level - TOP_LEVEL_OTHERS
    assert set(symbols.names_in("initializers")) == public(tf.compat.v1.initializers) - NO_WEIGHT_INITIALIZERS


def test_table_has_every_v1_keras_name() -> None:
    assert set(symbols.names_in("keras.initializers")) == public(legacy.namespace("keras.initializers"))


def test_table_has_every_contrib_initializer() -> None:
    assert set(symbols.names_in("contrib.layers")) == set(legacy.namespace("contrib.layers").__all__)


def test_no_name_stands_twice() -> None:
    assert len(legacy.ALL_NAMES) == len(set(legacy.ALL_NAMES)) == len(symbols.by_name())


@pytest.mark.parametrize("path", ["", "initializers", "keras.initializers", "contrib.layers"])
def test_mirror_has_the_table_s_names_and_no_others(path: str) -> None:
    module = legacy.mirrored(path) if path else tf_initcompat
    members = symbols.names_in(path)
    assert set(members) <= public(module)
    if path:
        assert public(module) == set(members)


def signature(function: object) -> list[tuple[str, object, object]]:
    def plain(default: object) -> object:
        return default.name if isinstance(default, tf.DType) else default

    return [
        (parameter.name, parameter.kind, plain(parameter.default))
        for parameter in inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("name", legacy.ALL_NAMES)
def test_signature_and_kind_are_the_real_ones(name: str) -> None:
    row, real, mirrored = symbols.by_name()[name], legacy.real(name), legacy.mirrored(name)
    assert inspect.isclass(real) == inspect.isclass(mirrored) == (row.kind == "class")
    if name == "keras.initializers.Initializer":
        assert mirrored is tf.keras.initializers.Initializer
        return
    assert signature(mirrored) == signature(real)
    assert [(name, default) for name, _, default in signature(real)] == [
        (parameter.name, inspect.Parameter.empty if parameter.default is symbols.REQUIRED else parameter.default)
        for parameter in row.parameters
    ]


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_call_signature_is_the_real_one(name: str) -> None:
    real, mirrored = legacy.real(name)(), legacy.mirrored(name)()
    wanted = signature(real)
    if name.startswith("contrib."):  # the closure's default is the constructor's dtype, ours is None for the same
        wanted = [(wanted[1][0], wanted[1][1], None) if item == wanted[1] else item for item in wanted]
    assert signature(mirrored) == wanted


def test_aliases_are_the_same_object_where_the_real_ones_are() -> None:
    for first in legacy.ALL_NAMES:
        for second in legacy.ALL_NAMES:
            alike = legacy.real(first) is legacy.real(second)
            assert (legacy.mirrored(first) is legacy.mirrored(second)) == alike, (first, second)


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_public_members_are_the_real_ones(name: str) -> None:
    real, mirrored = legacy.real(name), legacy.mirrored(name)
    assert public(mirrored) == public(real) if inspect.isclass(real) else callable(mirrored)


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_class_name_is_the_real_one(name: str) -> None:
    # And so are those of its ancestors.
    names = [[ancestor.__name__ for ancestor in kind.__mro__] for kind in (legacy.mirrored(name), legacy.real(name))]
    assert names[0] == names[1]


@pytest.mark.parametrize("row", symbols.INITIALIZERS, ids=lambda row: row.names[0])
def test_docstring_maps_each_parameter(row: symbols.Symbol) -> None:
    documentation = inspect.getdoc(legacy.mirrored(row.names[0])) or ""
    for parameter in row.parameters:
        assert f"  {parameter.name}: " in documentation, parameter.name
    assert "Source: " in documentation
    assert hasattr(tf.keras.initializers, row.native)


@pytest.mark.parametrize("row", symbols.SYMBOLS, ids=lambda row: row.names[0])
def test_source_is_where_the_real_symbol_is_defined(row: symbols.Symbol) -> None:
    wanted = row.source
    if legacy.V1_KERAS_PACKAGE == "keras":
        wanted = wanted.replace("tf_keras.", "keras.")
    assert legacy.real(row.names[0]).__module__ == wanted


def test_legacy_names_are_what_old_code_says() -> None:
    rows = symbols.by_name()
    assert "tf.compat.v1.initializers.he_normal" in rows["initializers.he_normal"].legacy_names
    assert "tf.contrib.layers.xavier_initializer" in rows["contrib.layers.xavier_initializer"].legacy_names
