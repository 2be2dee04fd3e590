"""Notebooks: `migrate` changes the lines that it rewrites and no other byte."""

import json
from pathlib import Path
from typing import Any

import pytest
from checks import dedent

from tf_initcompat.source import MigrateResult, migrate, scan
from tf_initcompat.source.project import files

NAME = "book.ipynb"


def code(block: str) -> dict[str, Any]:
    """Return a cell of code, with an output that looks like code."""
    output = {"data": {"text/plain": ["tf.zeros_initializer é"]}}
    return {
        "cell_type": "code",
        "metadata": {},
        "source": _source(block),
        "execution_count": 1,
        "outputs": [output],
    }


def markdown(block: str) -> dict[str, Any]:
    """Return a cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": _source(block)}


def _source(block: str) -> list[str]:
    """Return the lines of a block; the last one has no line end, as Jupyter writes it."""
    return dedent(block).removesuffix("\n").splitlines(keepends=True)


def notebook(*cells: dict[str, Any] | str) -> dict[str, Any]:
    """Return a notebook; a string is a cell of code."""
    return {
        "cells": [code(cell) if isinstance(cell, str) else cell for cell in cells],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def check_cells(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Check what `migrate` makes of a notebook."""
    result = migrate(json.dumps(before), path=NAME)
    assert result.error == ""
    assert json.loads(result.content) == after


BEFORE = notebook(
    r"""
    %matplotlib inline
    import tensorflow.compat.v1 as tf
    !pip install \
        x
    files = !ls
    """,
    markdown("`tf.zeros_initializer()`"),
    """
    tf.zeros_initializer?
    x = tf.abs(tf.zeros_initializer())
    """,
    """
    %%bash
    tf.zeros_initializer() | grep
    """,
    """
    %%time
    y = [
        tf.ones_initializer(),
    ]
    """,
)
AFTER = notebook(
    r"""
    %matplotlib inline
    import tensorflow.compat.v1 as tf
    import tf_initcompat
    !pip install \
        x
    files = !ls
    """,
    markdown("`tf.zeros_initializer()`"),
    """
    tf.zeros_initializer?
    x = tf.abs(tf_initcompat.zeros_initializer())
    """,
    """
    %%bash
    tf.zeros_initializer() | grep
    """,
    """
    %%time
    y = [
        tf_initcompat.ones_initializer(),
    ]
    """,
)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"indent": 1}, id="as Jupyter writes"),
        pytest.param({"indent": 2, "ensure_ascii": False}, id="not escaped"),
        pytest.param({}, id="one line"),
        pytest.param({"separators": (",", ":")}, id="compact"),
    ],
)
def test_only_the_rewritten_lines_change(options: dict[str, Any]) -> None:
    before, after = (json.dumps(book, **options) + "\n" for book in (BEFORE, AFTER))
    result = migrate(before, path=NAME)
    assert result.error == ""
    assert result.content == after
    assert not migrate(result.content, path=NAME).is_changed


def test_bytes_and_text_give_the_same_notebook() -> None:
    before, after = (json.dumps(book, ensure_ascii=False) for book in (BEFORE, AFTER))
    assert migrate(before.encode(), path=NAME).content == after.encode()
    assert migrate(before, path=NAME).content == after


def test_last_line_with_a_line_end_keeps_it() -> None:
    before, after = notebook(""), notebook("")
    before["cells"][0]["source"] = ["import tensorflow.compat.v1 as tf\n", "tf.abs, tf.zeros_initializer()\n"]
    after["cells"][0]["source"] = [
        "import tensorflow.compat.v1 as tf\n", "import tf_initcompat\n", "tf.abs, tf_initcompat.zeros_initializer()\n",
    ]  # fmt: skip
    check_cells(before, after)


def test_source_as_one_string() -> None:
    before, after = notebook(""), notebook("")
    before["cells"][0]["source"] = dedent("""
        import tensorflow.compat.v1 as t
        t.abs(t.zeros_initializer())
        """)
    after["cells"][0]["source"] = dedent("""
        import tensorflow.compat.v1 as t
        import tf_initcompat
        t.abs(tf_initcompat.zeros_initializer())
        """)
    check_cells(before, after)


def test_import_in_the_last_line_of_a_cell() -> None:
    check_cells(
        notebook(
            "import tensorflow.compat.v1 as tf",
            "tf.abs(tf.zeros_initializer())",
        ),
        notebook(
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            """,
            "tf.abs(tf_initcompat.zeros_initializer())",
        ),
    )


def test_unused_import_is_removed() -> None:
    check_cells(
        notebook(
            """
            import os
            import tensorflow.compat.v1 as tf
            """,
            "tf.zeros_initializer()",
        ),
        notebook(
            """
            import os
            import tf_initcompat
            """,
            "tf_initcompat.zeros_initializer()",
        ),
    )


@pytest.mark.parametrize(
    "magic",
    [
        "%time sess = tf.Session()",
        "%%wandb\nsess = tf.Session()",
        "%%timeit tf.reset_default_graph()",
        "!echo {tf.__version__}",
        "tf.Session?",
    ],
)
def test_import_that_a_magic_needs_stays(magic: str) -> None:
    check_cells(
        notebook(
            "import tensorflow.compat.v1 as tf",
            "w = tf.zeros_initializer()",
            magic,
        ),
        notebook(
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            """,
            "w = tf_initcompat.zeros_initializer()",
            magic,
        ),
    )


def test_no_import_is_added_to_a_cell_in_another_language() -> None:
    bash = """
        %%bash
        pip install x
        """
    check_cells(
        notebook(
            bash,
            """
            def setup():
                global tf
                import tensorflow.compat.v1 as tf
            setup()
            """,
            "tf.abs, tf.zeros_initializer()",
        ),
        notebook(
            bash,
            """
            import tf_initcompat
            def setup():
                global tf
                import tensorflow.compat.v1 as tf
            setup()
            """,
            "tf.abs, tf_initcompat.zeros_initializer()",
        ),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            x = ('%s'
                 % tf.zeros_initializer())
            !ls
            """,
            """
            x = ('%s'
                 % tf_initcompat.zeros_initializer())
            !ls
            """,
            id="an operator % at the start of a line",
        ),
        pytest.param(
            "%time x = tf.zeros_initializer()",
            "%time x = tf_initcompat.zeros_initializer()",
            id="a statement after %time",
        ),
        pytest.param(
            """
            pip install tensorflow
            tf.zeros_initializer()
            """,
            """
            pip install tensorflow
            tf_initcompat.zeros_initializer()
            """,
            id="a command without a sign",
        ),
        pytest.param(
            r"""
            !pip install \
                tensorflow \
                keras
            files = !ls \
                -l
            pip install \
                numpy
            tf.zeros_initializer()
            """,
            r"""
            !pip install \
                tensorflow \
                keras
            files = !ls \
                -l
            pip install \
                numpy
            tf_initcompat.zeros_initializer()
            """,
            id="commands over several lines",
        ),
    ],
)
def test_code_next_to_magics_is_rewritten(before: str, after: str) -> None:
    check_cells(
        notebook(
            """
            import tensorflow.compat.v1 as tf
            tf.abs
            """,
            before,
        ),
        notebook(
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            tf.abs
            """,
            after,
        ),
    )


def test_two_new_imports_at_the_end_of_a_cell() -> None:
    first = "from tensorflow.compat.v1 import (Session, zeros_initializer)\n"
    last = _source("""
        try:
            import tensorflow as tf
            tf.compat.v1.ones_initializer()
        finally:
            tf.compat.v1.ones_initializer()
        """)
    result = migrate(json.dumps(notebook({**code(""), "source": first}, {**code(""), "source": last})), path=NAME)
    cells = ["".join(cell["source"]) for cell in json.loads(result.content)["cells"]]
    assert cells == [
        "from tensorflow.compat.v1 import (Session)\nfrom tf_initcompat import zeros_initializer\nimport tf_initcompat",
        "try:\n    tf_initcompat.ones_initializer()\nfinally:\n    tf_initcompat.ones_initializer()",
    ]


@pytest.mark.parametrize("cell", ["#@title Logo\n%%svg\n<svg></svg>", "\n# shell\n%%bash\nls | tf.zeros_initializer()"])
def test_cells_in_another_language_below_a_comment(cell: str) -> None:
    book = notebook("import tensorflow.compat.v1 as tf", {**code(""), "source": cell}, "tf.abs, tf.zeros_initializer()")
    result = migrate(json.dumps(book), path=NAME)
    assert (result.error, result.changed) == ("", 1)
    assert json.loads(result.content)["cells"][1] == book["cells"][1]


INDENTED = "    x = tf.zeros_initializer()\n    y = x"


def test_indented_cells_are_migrated() -> None:
    book = notebook("import tensorflow.compat.v1 as tf\ntf.abs", {**code(""), "source": INDENTED})
    result = migrate(json.dumps(book), path=NAME)
    assert result.error == ""
    cells = [cell["source"] for cell in json.loads(result.content)["cells"]]
    assert cells[1] == INDENTED.replace("tf.zeros", "tf_initcompat.zeros")
    assert "".join(cells[0]) == "import tensorflow.compat.v1 as tf\nimport tf_initcompat\ntf.abs"
    finding = scan(json.dumps(book), path=NAME).findings[0]
    assert (finding.cell, finding.line, finding.column) == (2, 1, 9)


def test_an_import_before_an_indented_cell() -> None:
    cells = [
        {**code(""), "source": cell} for cell in ("%%bash\nls", INDENTED + "\n    import tensorflow.compat.v1 as tf")
    ]
    result = migrate(json.dumps(notebook(*cells)), path=NAME)
    assert result.error == ""
    migrated = json.loads(result.content)["cells"][1]["source"]
    assert migrated.startswith("    import tf_initcompat\n    x = tf_initcompat.zeros_initializer()\n")


def test_only_the_cell_that_does_not_parse_is_left_alone() -> None:
    book = notebook(
        "import tensorflow.compat.v1 as tf\ntf.zeros_initializer()", "x = = tf.placeholder", "tf.ones_initializer()"
    )
    result = migrate(json.dumps(book), path=NAME)
    assert result.error == "cell 2 does not parse: invalid syntax (line 1)"
    assert result.changed == 2
    cells = ["".join(cell["source"]) for cell in json.loads(result.content)["cells"]]
    # The broken cell may need the import.
    assert cells[0] == "import tensorflow.compat.v1 as tf\nimport tf_initcompat\ntf_initcompat.zeros_initializer()"
    assert cells[1:] == ["x = = tf.placeholder", "tf_initcompat.ones_initializer()"]
    assert scan(json.dumps(book), path=NAME).error == result.error


def test_a_byte_order_mark_stays() -> None:
    content = (
        b"\xef\xbb\xbf" + json.dumps(notebook("import tensorflow.compat.v1 as tf\ntf.zeros_initializer()")).encode()
    )
    result = migrate(content, path=NAME)
    assert result.error == ""
    assert result.content.startswith(b'\xef\xbb\xbf{"cells"')
    assert b"tf_initcompat.zeros_initializer" in result.content


def test_other_kernels_are_left_alone() -> None:
    book = notebook("x <- function(initializer) {}  # tf$zeros_initializer")
    book["metadata"] = {"kernelspec": {"name": "ir", "language": "R"}}
    before = json.dumps(book)
    assert migrate(before, path=NAME) == MigrateResult(NAME, before, before)


@pytest.mark.parametrize(
    ("block", "rules"),
    [
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            tf.layers.dense(x, 3, kernel_initializer="he_normal")
            """,
            ["IC113"],
            id="a string identifier",
        ),
        pytest.param(
            """
            import tensorflow as tf
            c = {"class_name": "HeNormal", "config": {}}
            """,
            ["IC114"],
            id="a configuration",
        ),
    ],
)
def test_strings_in_double_quotes_are_found(block: str, rules: list[str]) -> None:
    result = scan(json.dumps(notebook(block)), path=NAME)
    assert [finding.rule for finding in result.findings] == rules


def test_escapes_of_other_lines_stay() -> None:
    book = notebook(
        """
        import tensorflow.compat.v1 as tf
        x = '<é'
        y = tf.abs, tf.zeros_initializer(), 'ü'
        """
    )
    before = json.dumps(book, ensure_ascii=False).replace("<", "\\u003c")
    after = migrate(before, path=NAME).content
    assert "\\u003cé" in after
    assert after.replace("tf_initcompat.zeros", "tf.zeros").replace('"import tf_initcompat\\n", ', "") == before


def test_findings_name_cell_and_line() -> None:
    finding = scan(json.dumps(BEFORE), path=NAME).findings[0]
    assert (finding.cell, finding.line, finding.column) == (3, 2, 12)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"{ zeros_initializer", "is not a notebook: ", id="not JSON"),
        pytest.param(b"\xff zeros_initializer", "is not a notebook: ", id="not UTF-8"),
        pytest.param(b'{"zeros_initializer": "no cells"}', "is not a notebook: it has no cells", id="no cells"),
        pytest.param(b'["zeros_initializer"]', "is not a notebook: it has no cells", id="an array"),
        pytest.param(
            b'{"cells": ' + b"[" * 100_000 + b"1" + b"]" * 100_000 + b', "x": "zeros_initializer"}',
            "is nested too deeply",
            id="deeply nested",
        ),
        pytest.param(
            json.dumps(notebook("print 'tf.zeros_initializer()'")).encode(), "cell 1 does not parse: ", id="Python 2"
        ),
    ],
)
def test_malformed_notebook_is_an_error(content: bytes, error: str) -> None:
    result = migrate(content, path=NAME)
    assert result.error.startswith(error)
    assert result.content == content


def test_cells_that_are_not_an_array_are_ignored() -> None:
    content = b'{"cells": 1, "zeros_initializer": 0}'
    assert migrate(content, path=NAME) == MigrateResult(NAME, content, content)


def test_notebooks_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "a.ipynb").write_text("{}")
    assert [path.name for path in files.find([tmp_path]).files] == ["a.ipynb"]
