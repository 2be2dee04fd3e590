"""`migrate --alias`: the name under which `tf_initcompat` is imported, in programs before and after."""

import json
from pathlib import Path

import pytest
from checks import check_noop, check_transformed, dedent

from tf_initcompat import cli, source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            import tensorflow as tf
            x = tf.placeholder(), tf.zeros_initializer()
            """,
            """
            import tensorflow as tf
            import tf_initcompat as tfi
            x = tf.placeholder(), tfi.zeros_initializer()
            """,
            id="a module",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            x = tf.zeros_initializer()
            """,
            """
            import tf_initcompat as tfi
            x = tfi.zeros_initializer()
            """,
            id="a module that nothing else reads",
        ),
        pytest.param(
            """
            from tensorflow.compat import v1
            x = v1.Session(), v1.keras.initializers.he_normal()
            """,
            """
            from tensorflow.compat import v1
            import tf_initcompat as tfi
            x = v1.Session(), tfi.keras.initializers.he_normal()
            """,
            id="a module from a package",
        ),
        pytest.param(
            """
            from tensorflow.contrib import layers
            x = layers.xavier_initializer()
            """,
            """
            import tf_initcompat as tfi
            x = tfi.contrib.layers.xavier_initializer()
            """,
            id="a module of contrib",
        ),
        pytest.param(
            """
            import tensorflow.contrib.layers
            x = tensorflow.contrib.layers.xavier_initializer()
            """,
            """
            import tf_initcompat as tfi
            x = tfi.contrib.layers.xavier_initializer()
            """,
            id="a dotted module",
        ),
        pytest.param(
            """
            from tensorflow.compat.v1 import zeros_initializer
            x = zeros_initializer()
            """,
            """
            from tf_initcompat import zeros_initializer
            x = zeros_initializer()
            """,
            id="a symbol keeps its own name",
        ),
        pytest.param(
            """
            from tensorflow.compat.v1 import placeholder, zeros_initializer as zeros
            import tensorflow.compat.v1 as tf
            x = placeholder(), zeros(), tf.Session(), tf.ones_initializer()
            """,
            """
            from tensorflow.compat.v1 import placeholder
            import tensorflow.compat.v1 as tf
            import tf_initcompat as tfi
            from tf_initcompat import zeros_initializer as zeros
            x = placeholder(), zeros(), tf.Session(), tfi.ones_initializer()
            """,
            id="a symbol and a module",
        ),
        pytest.param(
            """
            def build():
                import tensorflow.compat.v1 as tf
                return tf.zeros_initializer(), tf.Session()
            """,
            """
            def build():
                import tensorflow.compat.v1 as tf
                import tf_initcompat as tfi
                return tfi.zeros_initializer(), tf.Session()
            """,
            id="an import in a function",
        ),
        pytest.param(
            """
            try:
                import tensorflow.compat.v1 as tf
            except ImportError:
                import tensorflow as tf
            x = tf.placeholder(), tf.zeros_initializer()
            """,
            """
            try:
                import tensorflow.compat.v1 as tf
            except ImportError:
                import tensorflow as tf
            import tf_initcompat as tfi
            x = tf.placeholder(), tfi.zeros_initializer()
            """,
            id="an import in each branch",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat as compat
            x = tf.zeros_initializer(), tf.Session(), compat.ones_initializer()
            """,
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat as compat
            x = compat.zeros_initializer(), tf.Session(), compat.ones_initializer()
            """,
            id="another alias that the file has",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            x = tf.zeros_initializer(), tf.Session(), tf_initcompat.ones_initializer()
            """,
            """
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            x = tf_initcompat.zeros_initializer(), tf.Session(), tf_initcompat.ones_initializer()
            """,
            id="the package's own name, which the file has",
        ),
        pytest.param(
            """
            def build():
                import tf_initcompat as local
                return local.ones_initializer()
            import tensorflow.compat.v1 as tf
            x = tf.zeros_initializer(), tf.Session()
            """,
            """
            def build():
                import tf_initcompat as local
                return local.ones_initializer()
            import tensorflow.compat.v1 as tf
            import tf_initcompat as tfi
            x = tfi.zeros_initializer(), tf.Session()
            """,
            id="an alias of another scope",
        ),
        pytest.param(
            """
            import os
            import tensorflow.compat.v1 as tf
            import zipfile
            x = tf.zeros_initializer(), tf.Session(), os, zipfile
            """,
            """
            import os
            import tensorflow.compat.v1 as tf
            import tf_initcompat as tfi
            import zipfile
            x = tfi.zeros_initializer(), tf.Session(), os, zipfile
            """,
            id="a block sorted by modules",
        ),
        pytest.param(
            """
            import numpy as np
            import tensorflow.compat.v1 as tf
            from absl import flags
            x = tf.zeros_initializer(), tf.Session(), np, flags
            """,
            """
            import numpy as np
            import tensorflow.compat.v1 as tf
            import tf_initcompat as tfi
            from absl import flags
            x = tfi.zeros_initializer(), tf.Session(), np, flags
            """,
            id="a block in isort's order",
        ),
        pytest.param(
            """
            import numpy as np
            import tensorflow.compat.v1 as tf
            import tqdm
            x = tf.zeros_initializer(), tf.Session(), np, tqdm
            """,
            """
            import numpy as np
            import tensorflow.compat.v1 as tf
            import tf_initcompat as tfi
            import tqdm
            x = tfi.zeros_initializer(), tf.Session(), np, tqdm
            """,
            id="the order is that of the module, not of the alias",
        ),
    ],
)
def test_program(before: str, after: str) -> None:
    check_transformed(before, after, alias="tfi")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            tfi = 3
            x = tf.zeros_initializer()
            """,
            id="a variable of the module",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            import something as tfi
            x = tf.zeros_initializer()
            """,
            id="another import",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            def build(tfi):
                return tf.zeros_initializer()
            """,
            id="a parameter of the function",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            def build(shapes):
                return [tf.zeros_initializer()(tfi) for tfi in shapes]
            """,
            id="a variable of a comprehension",
        ),
    ],
)
def test_a_name_of_something_else_is_refused(program: str) -> None:
    result = check_noop(program, alias="tfi")
    assert [(finding.rule, finding.message) for finding in result.refused] == [
        ("IC005", "tfi is the name of something else here")
    ]


def test_a_conflict_in_one_scope_leaves_the_others() -> None:
    check_transformed(
        """
        import tensorflow.compat.v1 as tf
        def first(tfi):
            return tf.zeros_initializer()
        def second():
            return tf.ones_initializer()
        """,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat as tfi
        def first(tfi):
            return tf.zeros_initializer()
        def second():
            return tfi.ones_initializer()
        """,
        alias="tfi",
    )


def test_native_code_needs_no_alias_and_wrappers_do() -> None:
    check_transformed(
        """
        import tensorflow as tf
        zeros = tf.get_variable("zeros", [3], initializer=tf.zeros_initializer())
        kernel = tf.zeros_initializer, tf.orthogonal_initializer
        """,
        """
        import tensorflow as tf
        import tf_initcompat as tfi
        zeros = tf.get_variable("zeros", [3], initializer=tf.compat.v2.keras.initializers.Zeros())
        kernel = tfi.zeros_initializer, tfi.orthogonal_initializer
        """,
        to="native",
        alias="tfi",
    )


def _notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "metadata": {}})


def test_notebook() -> None:
    before = _notebook(
        "import tensorflow.compat.v1 as tf\nimport numpy", "%time\nx = tf.zeros_initializer()", "tf.Session()"
    )
    after = _notebook(
        "import tensorflow.compat.v1 as tf\nimport tf_initcompat as tfi\nimport numpy",
        "%time\nx = tfi.zeros_initializer()",
        "tf.Session()",
    )
    assert source.migrate(before, path="book.ipynb", alias="tfi").content == after
    assert source.migrate(after, path="book.ipynb", alias="tfi").content == after


TREE = {
    "first.py": "import tensorflow.compat.v1 as tf\n\nx = tf.zeros_initializer()\n",
    "second.py": "import tf_initcompat as compat\nfrom first import tf\n\nx = tf.zeros_initializer(), compat\n",
    "third.py": "import tensorflow.compat.v1 as tf\n\ntfi = tf.Session()\nx = tf.zeros_initializer()\n",
}
#: `second.py` still imports `first.py`, which does more than bind names, and so `first.py` keeps the name.
MIGRATED = {
    "first.py": "import tensorflow.compat.v1 as tf\nimport tf_initcompat as tfi\n\nx = tfi.zeros_initializer()\n",
    "second.py": "import tf_initcompat as compat\nfrom first import tf\n\nx = compat.zeros_initializer(), compat\n",
    "third.py": TREE["third.py"],
}


def test_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in TREE.items():
        (tmp_path / name).write_text(content)
    command = ["migrate", "--write", "--no-remaining", "--alias", "tfi", str(tmp_path)]
    for _ in range(2):  # the second run changes nothing
        assert cli.main(command) == 1
        assert "tfi is the name of something else here" in capsys.readouterr().err
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == MIGRATED


def test_setting(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tf-initcompat]\nalias = "tfi"\n')
    (tmp_path / "first.py").write_text(TREE["first.py"])
    cli.main(["migrate", "--write", str(tmp_path)])
    assert (tmp_path / "first.py").read_text() == "import tf_initcompat as tfi\n\nx = tfi.zeros_initializer()\n"
    (tmp_path / "first.py").write_text(TREE["first.py"])
    cli.main(["migrate", "--write", "--alias", "", str(tmp_path)])  # the command line has priority
    assert (tmp_path / "first.py").read_text() == "import tf_initcompat\n\nx = tf_initcompat.zeros_initializer()\n"


@pytest.mark.parametrize("alias", ["1x", "a.b", "a b", "import", "None", "tf-init", " tfi"])
def test_no_name_of_python(alias: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="alias must be a name of Python, such as 'tfi', not "):
        source.migrate(dedent("x = 1"), alias=alias)
    with pytest.raises(ValueError, match="alias must be a name of Python, such as 'tfi', not "):
        source.migrate_tree([tmp_path], alias=alias)
    assert cli.main(["migrate", "--alias", alias, str(tmp_path)]) == 2
    assert f"--alias must be a name of Python, such as tfi, not {alias!r}" in capsys.readouterr().err
