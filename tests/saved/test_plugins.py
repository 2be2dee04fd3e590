"""An upgrade, a difference and a container in a module outside of the package work in `convert`."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tf_initcompat import cli, saved
from tf_initcompat._internal.plugins import PluginError
from tf_initcompat.saved import containers, differences, upgrades
from tf_initcompat.saved.containers.json_file import JsonFile

PLUGIN = '''
"""An upgrade, a difference and a container of a project's own."""

from pathlib import Path

from tf_initcompat.saved import containers, differences, upgrades
from tf_initcompat.saved.containers.json_file import JsonFile
from tf_initcompat.saved.kinds import Kind
from tf_initcompat.saved.values import ABSENT


@upgrades.upgrade(stage=upgrades.Stage.KEYS, kinds={Kind.LAYER}, classes={"my_package>Scale"})
def scale_axis(node, context):
    """Rename the key `axes` of Scale to `axis`."""
    if "axes" in node.config.object:
        yield node.config.updated({"axes": ABSENT, "axis": node.config.object["axes"]})


@differences.difference(
    effect=differences.Effect.PREDICTS_DIFFERENTLY,
    explanation="{class_name} divides by the standard deviation since its version 2",
    kinds={Kind.LAYER},
    classes={"my_package>Scale"},
)
def scale_divides(node, context):
    """Report Scale, whose version 2 divides by the standard deviation."""
    return node.config.object.get("axis") == -1


class TextWithHeader:
    """JSON after a line with a comment."""

    name = "text with header"
    module = __name__
    order = 9
    suffixes = (".cfg",)
    has_weights = False
    uses_legacy_loader = False
    is_directory = False

    def match(self, path):
        return containers.Match.SIGNATURE if path.read_bytes().startswith(b"# model") else containers.Match.NONE

    def read(self, path):
        return containers.Content(containers.Document.parse("", path.read_text().partition("\\n")[2]))

    def write(self, source, target, texts):
        target.write_text("# model\\n" + texts[""])

    def pickles(self, path):
        return []


containers.REGISTRY.add(TextWithHeader())
'''
SCALE = {"class_name": "Scale", "config": {"name": "s", "trainable": True, "axes": -1}, "module": "my_package.layers"}
MODEL = {
    "class_name": "Sequential",
    "config": {"name": "m", "layers": [{**SCALE, "registered_name": "my_package>Scale"}]},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the plugin and a model; the plugin is removed afterwards."""
    (tmp_path / "scale_plugin.py").write_text(PLUGIN)
    (tmp_path / "model.json").write_text(json.dumps(MODEL))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    if sys.modules.pop("scale_plugin", None):
        upgrades.REGISTRY.remove("scale-axis")
        differences.REGISTRY.remove("scale-divides")
        containers.REGISTRY.remove("text with header")


def test_without_the_plugin(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", "--diff", str(folder / "model.json")]) == 1
    assert "axes" not in capsys.readouterr().out


def test_upgrade_and_difference(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["convert", "--plugin", "scale_plugin", "--no-verify"]
    assert cli.main([*options, "--diff", str(folder / "model.json")]) == 1
    printed = capsys.readouterr().out
    assert 'config.layers[0].config: scale-axis\n- {"axes": -1}\n+ {"axis": -1}\n' in printed
    message = "config.layers[0]: predicts differently: Scale divides by the standard deviation since its version 2\n"
    assert message in printed
    assert cli.main([*options, str(folder / "model.json"), str(folder / "new.json")]) == 1
    (layer,) = json.loads((folder / "new.json").read_text())["config"]["layers"]
    assert layer["config"] == {"name": "s", "trainable": True, "axis": -1}


def test_container(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "model.cfg").write_text("# model\n" + json.dumps(MODEL))
    assert cli.main(["convert", "--plugin", "scale_plugin", "--no-verify", str(folder / "model.cfg")]) == 1
    assert (folder / "model.converted.cfg").read_text().startswith('# model\n{"class_name"')
    assert cli.main(["convert", "--plugin", "scale_plugin", str(folder / "model.cfg"), str(folder / "new.h5")]) == 2
    assert "this one needs .cfg" in capsys.readouterr().err


def test_an_imported_plugin_works_in_the_functions(folder: Path) -> None:
    importlib.import_module("scale_plugin")
    changes = saved.convert(folder / "model.json").changes
    assert "scale-axis" in {change.upgrade for change in changes}


@pytest.mark.usefixtures("folder")
def test_a_name_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "other_plugin.py").write_text(PLUGIN)
    importlib.import_module("scale_plugin")
    with pytest.raises(ValueError, match="upgrade 'scale-axis' is already registered by scale_plugin"):
        importlib.import_module("other_plugin")


def test_a_plugin_that_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", "--plugin", "no_such_plugin", str(folder / "model.json")]) == 2
    assert capsys.readouterr().err == "tf-initcompat: --plugin no_such_plugin: No module named 'no_such_plugin'\n"


def test_order() -> None:
    stages = [upgrade.stage for upgrade in upgrades.REGISTRY]
    assert stages == sorted(stages)
    assert set(stages) == set(upgrades.Stage)


@pytest.mark.parametrize("upgrade", upgrades.REGISTRY, ids=lambda upgrade: upgrade.name)
def test_every_upgrade_is_described(upgrade: upgrades.Upgrade) -> None:
    assert upgrade.summary.endswith(".")
    assert upgrade.kinds


HEADER = """
from tf_initcompat.saved import FileError, containers, differences, upgrades
from tf_initcompat.saved.containers.json_file import JsonFile
from tf_initcompat.saved.kinds import Kind

UPGRADE = {"stage": upgrades.Stage.KEYS, "kinds": {Kind.LAYER}, "classes": {"my_package>Scale"}}
DIFFERENCE = {"effect": differences.Effect.DOES_NOT_LOAD, "explanation": "x", "kinds": {Kind.LAYER}}

class Own(JsonFile):
    name, module = "own", __name__
    def match(self, path):
        return containers.Match.SIGNATURE
"""


def upgrade_that(body: str) -> str:
    return f"@upgrades.upgrade(**UPGRADE)\ndef broken(node, context):\n    {body}\n"


def container_whose(method: str, body: str = "raise KeyError('oops')") -> str:
    names = "path" if method != "write" else "source, target, texts"
    return f"def broken(self, {names}):\n    {body}\nOwn.{method} = broken\ncontainers.REGISTRY.add(Own())\n"


#: Broken plugins, and the message without the name of the program.
BROKEN = {
    "upgrade": (
        upgrade_that("raise KeyError('oops')"),
        "upgrade 'broken', at config.layers[0], of the plugin broken_plugin failed: KeyError: 'oops'",
    ),
    "upgrade, after an edit": (
        upgrade_that("yield node.config.updated({'axes': 1}); {}['oops']"),
        "upgrade 'broken', at config.layers[0], of the plugin broken_plugin failed: KeyError: 'oops'",
    ),
    "upgrade that returns None": (
        upgrade_that("return None"),
        (
            "upgrade 'broken', at config.layers[0], of the plugin broken_plugin failed: "
            "TypeError: 'NoneType' object is not iterable"
        ),
    ),
    "upgrade that returns no edits": (
        upgrade_that("return ['axis']"),
        (
            "upgrade 'broken', at config.layers[0], of the plugin broken_plugin failed: "
            "AttributeError: 'str' object has no attribute 'apply'"
        ),
    ),
    "is_needed_by": (
        "UPGRADE['is_needed_by'] = lambda target: target.oops\n" + upgrade_that("return ()"),
        (
            "`is_needed_by` of upgrade 'broken' of the plugin broken_plugin failed: "
            "AttributeError: 'Target' object has no attribute 'oops'"
        ),
    ),
    "upgrade that rejects the file": (
        upgrade_that("raise FileError('made by Scale 1')"),
        "{path}: made by Scale 1",
    ),
    "upgrade that reads a malformed config": (
        upgrade_that("yield type(node)(node.config.object, 'axes').object"),
        "{path}: config.layers[0] is not what Keras writes (MalformedError: expected an object)",
    ),
    "difference": (
        "@differences.difference(**DIFFERENCE)\ndef broken(node, context):\n    raise KeyError('oops')\n",
        "difference 'broken', at config.layers[0], of the plugin broken_plugin failed: KeyError: 'oops'",
    ),
    "is_in": (
        (
            "DIFFERENCE['is_in'] = lambda target: 1 / 0\n"
            "@differences.difference(**DIFFERENCE)\ndef broken(node, context):\n    return False\n"
        ),
        "`is_in` of difference 'broken' of the plugin broken_plugin failed: ZeroDivisionError: division by zero",
    ),
    "match": (
        container_whose("match"),
        "container 'own' of the plugin broken_plugin failed: KeyError: 'oops'",
    ),
    "read": (
        container_whose("read"),
        "container 'own' of the plugin broken_plugin failed: KeyError: 'oops'",
    ),
    "write": (
        container_whose("write"),
        "container 'own' of the plugin broken_plugin failed: KeyError: 'oops'",
    ),
    "read that rejects the file": (
        container_whose("read", "raise FileError('no header')"),
        "{path}: no header",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_errors_of_a_plugin_name_it(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, message = BROKEN[case]
    path = tmp_path / "model.json"
    path.write_text(json.dumps(MODEL))
    (tmp_path / "broken_plugin.py").write_text(HEADER + code)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    try:
        status = cli.main(
            ["convert", "--plugin", "broken_plugin", "--no-verify", str(path), str(tmp_path / "new.json")]
        )
    finally:
        del sys.modules["broken_plugin"]
        for registry, name in (
            (upgrades.REGISTRY, "broken"),
            (differences.REGISTRY, "broken"),
            (containers.REGISTRY, "own"),
        ):
            if name in registry:
                registry.remove(name)
    assert status == 2
    assert capsys.readouterr().err == f"tf-initcompat: {message.format(path=path)}\n"
    assert not (tmp_path / "new.json").exists()


def test_errors_of_a_plugin_in_search_of_pickled_objects(tmp_path: Path) -> None:
    class Own(JsonFile):
        name, module = "own", "my_plugin"

        def match(self, path: Path) -> containers.Match:
            return containers.Match.SIGNATURE

        def pickles(self, path: Path) -> list[str]:
            raise KeyError("oops")

    path = tmp_path / "model.json"
    path.write_text(json.dumps(MODEL))
    containers.REGISTRY.add(Own())
    try:
        with pytest.raises(PluginError, match="container 'own' of the plugin my_plugin failed: KeyError: 'oops'"):
            saved.convert(path)
    finally:
        containers.REGISTRY.remove("own")
