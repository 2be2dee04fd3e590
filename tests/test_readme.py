"""The Python examples of the README run and give the results in their comments."""

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import legacy
import pytest
import tensorflow as tf

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
MODEL = Path(__file__).parent / "saved" / "fixtures" / "tf-2.15-graph" / "layers.h5"

#: The results in comments: `expression  # result`, or `expression  # result: explanation`.
RESULTS = [
    (number, *line.split("  # ", 1))
    for number, block in enumerate(BLOCKS)
    for line in block.splitlines()
    if re.search(r"  # (tf\.\w+|'.*')(:|$)", line)
]


def run(last: int) -> dict[str, Any]:
    """Return the names after the blocks up to `last`, without the block that loads a model."""
    names: dict[str, Any] = {"tf": tf, "__name__": "readme"}
    for block in BLOCKS[: last + 1]:
        if "model.h5" not in block:
            exec(compile(block, "README.md", "exec"), names)
    return names


def test_blocks_run() -> None:
    assert len(BLOCKS) == 6
    names = run(len(BLOCKS) - 1)
    assert names["dense"](3, names["he"]).kernel_initializer is names["he"]


@pytest.mark.parametrize(("block", "expression", "result"), RESULTS)
def test_results_in_comments(block: int, expression: str, result: str) -> None:
    names = run(block)
    assert eval(expression, names) == eval(result if result.startswith("'") else result.partition(":")[0], names)


def test_there_are_results_in_comments() -> None:
    assert len(RESULTS) == 4


@pytest.mark.filterwarnings("ignore:Argument `decay` is no longer supported:UserWarning")
def test_saved_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if tf.keras.__name__.endswith("_tf_keras.keras") and tf.__version__.startswith("2.16"):
        pytest.skip("Keras 3.0.0 ignores compile=False for .h5, and does not read the losses of Keras 2")
    shutil.copy(MODEL, tmp_path / "model.h5")
    monkeypatch.chdir(tmp_path)
    (block,) = (block for block in BLOCKS if "model.h5" in block)
    module = ast.parse(block)
    models = []
    names: dict[str, Any] = {"tf": tf}
    for statement in module.body:
        exec(compile(ast.Module([statement], []), "README.md", "exec"), names)
        if isinstance(statement, ast.Assign):
            models.append(names["model"])
    first, second = (model.get_weights() for model in models)
    assert len(first) > 10
    assert [legacy.same(*pair) for pair in zip(first, second, strict=True)] == [True] * len(first)
