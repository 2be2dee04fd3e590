"""An upgrade, a difference and a container in a module outside of the package work in `convert`."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tf_initcompat import cli, saved
from tf_initcompat.saved import containers, differences, upgrades

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
