"""Notebooks: cell by cell, everything but the rewritten lines byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from tf_initcompat.source.process import Options, Result, process


def notebook(*cells: str | tuple[str, str]) -> dict[str, Any]:
    made = []
    for cell in cells:
        kind, source = cell if isinstance(cell, tuple) else ("code", cell)
        made.append({"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)})
        if kind == "code":
            made[-1] |= {"execution_count": 1, "outputs": [{"data": {"text/plain": ["tf.zeros_initializer é"]}}]}
    return {"cells": made, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def migrate(content: str | bytes) -> Result:
    data = content.encode() if isinstance(content, str) else content
    return process("book.ipynb", data, Options(to="shim"))


CELLS = (
    "%matplotlib inline\nimport tensorflow.compat.v1 as tf\n!pip install \\\n    x\nfiles = !ls",
    ("markdown", "`tf.zeros_initializer()`"),
    "tf.zeros_initializer?\nx = tf.abs(tf.zeros_initializer())",
    "%%bash\ntf.zeros_initializer() | grep",
    "%%time\ny = [\n    tf.ones_initializer(),\n]\n",
)
AFTER = (
    "%matplotlib inline\nimport tensorflow.compat.v1 as tf\nimport tf_initcompat\n!pip install \\\n    x\nfiles = !ls",
    ("markdown", "`tf.zeros_initializer()`"),
    "tf.zeros_initializer?\nx = tf.abs(tf_initcompat.zeros_initializer())",
    "%%bash\ntf.zeros_initializer() | grep",
    "%%time\ny = [\n    tf_initcompat.ones_initializer(),\n]\n",
)


@pytest.mark.parametrize(
    "options", [{"indent": 1}, {"indent": 2, "ensure_ascii": False}, {}, {"separators": (",", ":")}]
)
def test_only_the_rewritten_lines_change(options: dict[str, Any]) -> None:
    before, after = (json.dumps(notebook(*cells), **options) + "\n" for cells in (CELLS, AFTER))
    result = migrate(before)
    assert result.after.decode() == after
    assert not migrate(result.after).would_change


def test_source_as_one_string() -> None:
    book = notebook("")
    book["cells"][0]["source"] = "import tensorflow.compat.v1 as t\nt.abs(t.zeros_initializer())"
    result = json.loads(migrate(json.dumps(book)).after)
    assert result["cells"][0]["source"] == (
        "import tensorflow.compat.v1 as t\nimport tf_initcompat\nt.abs(tf_initcompat.zeros_initializer())"
    )


def test_import_in_the_last_line_of_a_cell() -> None:
    before = notebook("import tensorflow.compat.v1 as tf", "tf.abs(tf.zeros_initializer())")
    after = notebook(
        "import tensorflow.compat.v1 as tf\nimport tf_initcompat", "tf.abs(tf_initcompat.zeros_initializer())"
    )
    assert json.loads(migrate(json.dumps(before)).after) == after


def test_an_import_that_nothing_needs_any_more() -> None:
    before = notebook("import os\nimport tensorflow.compat.v1 as tf", "tf.zeros_initializer()")
    after = notebook("import os\nimport tf_initcompat", "tf_initcompat.zeros_initializer()")
    found = json.loads(migrate(json.dumps(before)).after)
    assert found == after


@pytest.mark.parametrize(
    "need",
    [
        "%time sess = tf.Session()", "%%wandb\nsess = tf.Session()", "%%timeit tf.reset_default_graph()",
        "!echo {tf.__version__}", "tf.Session?",
    ],
)  # fmt: skip
def test_import_that_a_magic_needs_stays(need: str) -> None:
    before = notebook("import tensorflow.compat.v1 as tf", "w = tf.zeros_initializer()", need)
    after = notebook(
        "import tensorflow.compat.v1 as tf\nimport tf_initcompat", "w = tf_initcompat.zeros_initializer()", need
    )
    assert json.loads(migrate(json.dumps(before)).after) == after


def test_no_import_in_a_cell_of_another_language() -> None:
    setup = "def setup():\n    global tf\n    import tensorflow.compat.v1 as tf\nsetup()"
    before = notebook("%%bash\npip install x", setup, "tf.abs, tf.zeros_initializer()")
    after = notebook(
        "%%bash\npip install x", f"import tf_initcompat\n{setup}", "tf.abs, tf_initcompat.zeros_initializer()"
    )
    assert json.loads(migrate(json.dumps(before)).after) == after


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = ('%s'\n     % tf.zeros_initializer())\n!ls", "x = ('%s'\n     % tf_initcompat.zeros_initializer())\n!ls"),
        ("%time x = tf.zeros_initializer()", "%time x = tf_initcompat.zeros_initializer()"),
        ("pip install tensorflow\ntf.zeros_initializer()", "pip install tensorflow\ntf_initcompat.zeros_initializer()"),
    ],
)
def test_magics_beside_code(source: str, expected: str) -> None:
    before = notebook("import tensorflow.compat.v1 as tf\ntf.abs", source)
    after = notebook("import tensorflow.compat.v1 as tf\nimport tf_initcompat\ntf.abs", expected)
    assert json.loads(migrate(json.dumps(before)).after) == after


def test_other_kernels_are_no_python() -> None:
    book = notebook("x <- function(initializer) {}  # tf$zeros_initializer") | {
        "metadata": {"kernelspec": {"name": "ir", "language": "R"}}
    }
    assert migrate(json.dumps(book)) == Result("book.ipynb", before=json.dumps(book).encode())


def test_strings_in_double_quotes() -> None:
    source = 'import tensorflow.compat.v1 as tf\ntf.layers.dense(x, 3, kernel_initializer="he_normal")\n'
    config = 'import tensorflow as tf\nc = {"class_name": "HeNormal", "config": {}}'
    assert [one.rule for one in migrate(json.dumps(notebook(source))).findings] == ["IC113"]
    assert [one.rule for one in migrate(json.dumps(notebook(config))).findings] == ["IC114"]


def test_escapes_of_other_lines_stay() -> None:
    book = notebook("import tensorflow.compat.v1 as tf\nx = '<é'\ny = tf.abs, tf.zeros_initializer(), 'ü'")
    before = json.dumps(book, ensure_ascii=False).replace("<", "\\u003c")
    after = migrate(before).after.decode()
    assert "\\u003cé" in after
    assert after.replace("tf_initcompat.zeros", "tf.zeros").replace('"import tf_initcompat\\n", ', "") == before


def test_findings_name_cell_and_line() -> None:
    finding = migrate(json.dumps(notebook(*CELLS))).findings[0]
    assert (finding.cell, finding.line, finding.column) == (3, 2, 12)


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"[]", b'{"cells": 1, "initializer": 0}', b"\xff initializer", b'{"initializer": "no cells"}',
        b'{"cells": ' + b"[" * 100_000 + b"1" + b"]" * 100_000 + b', "initializer": 0}',
        json.dumps(notebook("print 'tf.zeros_initializer()'")).encode(),
    ],
)  # fmt: skip
def test_what_is_no_notebook(content: bytes) -> None:
    result = migrate(content + b"" if b"nitializer" in content else content + b" initializer")
    assert not result.would_change
    assert result.error or not result.findings


def test_notebooks_in_a_directory(tmp_path: Path) -> None:
    from tf_initcompat.source.project import files

    (tmp_path / "a.ipynb").write_text("{}")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "a.ipynb").write_text("{}")
    assert [path.name for path in files.find([tmp_path])] == ["a.ipynb"]
