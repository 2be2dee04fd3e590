"""Files of a tree that affect each other: imports, re-exports, requirements and API levels."""

import json
from pathlib import Path

import pytest
from checks import check_transformed, dedent

from tf_initcompat.source import Finding, migrate, scan, scan_tree
from tf_initcompat.source.project import requirements
from tf_initcompat.source.project.levels import Level


def make_project(folder: Path, files: dict[str, str]) -> None:
    """Write the files of a project, each given as an indented block."""
    (folder / "pyproject.toml").touch()
    for name, block in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(block))


def scan_findings(folder: Path) -> list[Finding]:
    """Scan a folder and return its findings."""
    results = scan_tree([folder])
    assert [result.error for result in results if result.error] == []
    return [finding for result in results for finding in result.findings]


BASE = """
    import tensorflow.compat.v1 as tf
    W = tf.zeros_initializer()
    """


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("from rx.base import W, tf", id="from"),
        pytest.param(
            """
            from rx.base import (  # a comment (of base)
                W,
                tf)
            """,
            id="in parentheses with a comment",
        ),
        pytest.param(
            r"""
            from rx.base \
                import tf
            """,
            id="continued",
        ),
        pytest.param(
            """
            from rx.base import *
            print(W, tf.Session)
            """,
            id="star",
        ),
        pytest.param(
            """
            from rx.base import *
            __all__ = ["tf"]
            """,
            id="star and __all__",
        ),
        pytest.param(
            """
            from rx import base as b
            getattr(b, "tf").Session
            """,
            id="getattr",
        ),
        pytest.param(
            """
            import rx.base as b
            b.tf.Session
            """,
            id="as an attribute",
        ),
        pytest.param(
            """
            import rx.base
            print(rx.base.tf.Session)
            """,
            id="as an attribute of an attribute",
        ),
    ],
)
def test_import_that_another_file_needs_stays(tmp_path: Path, other: str) -> None:
    make_project(tmp_path, {"rx/__init__.py": "", "rx/base.py": BASE, "rx/other.py": other})
    check_transformed(
        BASE,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        W = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "rx/base.py",
    )


def test_import_that_a_stub_needs_stays(tmp_path: Path) -> None:
    make_project(tmp_path, {"base.py": BASE, "other.pyi": "from base import tf"})
    check_transformed(
        BASE,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        W = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "base.py",
    )


def test_import_that_a_file_needs_through_another_stays(tmp_path: Path) -> None:
    middle = "from base import *\n"
    make_project(tmp_path, {"base.py": BASE, "middle.py": middle, "other.py": "import middle as m; m.tf.Session"})
    check_transformed(
        BASE,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        W = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "base.py",
    )


def test_import_that_a_notebook_needs_stays(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "from base import *\ntf.Session"}
    make_project(tmp_path, {"base.py": BASE, "book.ipynb": json.dumps({"cells": [cell]})})
    check_transformed(
        BASE,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        W = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "base.py",
    )


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            """
            from rx.base import W
            from rx import base
            base.W
            """,
            id="another name",
        ),
        pytest.param(
            """
            import rx.base
            import tensorflow as tensor
            print(rx.base.W, tensor.tf)
            """,
            id="an attribute of another module",
        ),
        pytest.param(
            """
            from rx.base import *
            print(W, other.tf)
            """,
            id="star",
        ),
        pytest.param(
            """
            from rx.base import *
            import tensorflow as tf
            print(W, tf.Session)
            """,
            id="star and an import of its own",
        ),
        pytest.param(
            """
            from rx.base import *  # tf
            """,
            id="a comment",
        ),
    ],
)
def test_import_that_no_file_needs_is_removed(tmp_path: Path, other: str) -> None:
    make_project(tmp_path, {"rx/base.py": BASE, "rx/other.py": other})
    check_transformed(
        BASE,
        """
        import tf_initcompat
        W = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "rx/base.py",
    )


CONTRIB = """
    from tensorflow.contrib.layers.python.layers import initializers
    W = initializers.xavier_initializer()
    """


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("import base\nbase.W", ""),
        ("from base import *\nW", ""),
        ("import base\nimport tensorflow as tf\ntf.keras.initializers", ""),
        ("import base\nbase.initializers", "other.py"),
        ("from base import *\ninitializers.xavier_initializer()", "other.py"),
    ],
)
def test_import_of_contrib_stays_only_with_a_finding(tmp_path: Path, other: str, reason: str) -> None:
    make_project(tmp_path, {"base.py": CONTRIB, "other.py": other})
    result = migrate(dedent(CONTRIB), path=tmp_path / "base.py")
    assert ("tensorflow.contrib" in result.content) == bool(reason)
    messages = [(finding.line, finding.rule, finding.message) for finding in result.refused]
    module = "tensorflow.contrib.layers.python.layers.initializers"
    expected = f"the import stays, since {reason} may read initializers; TensorFlow 2 has no {module}"
    assert messages == ([(1, "IC005", expected)] if reason else [])


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """
            __all__ = ["tf"]
            import tensorflow.compat.v1 as tf
            W = tf.zeros_initializer()
            """,
            id="a module that TensorFlow 2 has",
        ),
        pytest.param(
            """
            __all__ = ["layers"]
            try:
                from tensorflow.contrib import layers
            except ImportError:
                layers = None
            W = layers.xavier_initializer()
            """,
            id="an import that may fail",
        ),
    ],
)
def test_import_that_stays_without_a_finding(source: str) -> None:
    result = migrate(dedent(source))
    assert result.changed == 1
    assert "import tensorflow.compat.v1 as tf" in result.content or "tensorflow.contrib" in result.content
    assert result.refused == ()


@pytest.mark.parametrize(
    "compat",
    [
        pytest.param("import tensorflow.compat.v1 as tf", id="an import"),
        pytest.param(
            """
            try:
                import tensorflow.compat.v1 as tf
            except ImportError:
                tf = None
            X = 1
            """,
            id="an import that may fail",
        ),
    ],
)
def test_import_of_a_module_that_only_binds_names_is_removed(tmp_path: Path, compat: str) -> None:
    make_project(tmp_path, {"compat.py": compat})
    check_transformed(
        """
        from compat import tf
        x = tf.zeros_initializer()
        """,
        """
        import tf_initcompat
        x = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "m.py",
    )


@pytest.mark.parametrize(
    "compat",
    [
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            """,
            id="a call",
        ),
        pytest.param(
            """
            import tensorflow.compat.v1 as tf
            SESSION = tf.Session()
            """,
            id="an assignment of a call",
        ),
    ],
)
def test_import_of_a_module_that_calls_a_function_stays(tmp_path: Path, compat: str) -> None:
    make_project(tmp_path, {"compat.py": compat})
    check_transformed(
        """
        from compat import tf
        x = tf.zeros_initializer()
        """,
        """
        from compat import tf
        import tf_initcompat
        x = tf_initcompat.zeros_initializer()
        """,
        path=tmp_path / "m.py",
    )


def test_circular_star_imports_are_followed_once(tmp_path: Path) -> None:
    """Seven modules import everything of the package, which imports everything of them: 5,040 paths lead to `base`."""
    modules = [f"m{number}" for number in range(7)]
    files = {
        f"pkg/{module}.py": """
        from pkg import *
        from pkg import base
        """
        for module in modules
    }
    files |= {
        "pkg/__init__.py": "\n".join(f"from pkg.{module} import *" for module in modules),
        "pkg/base.py": "import tensorflow.compat.v1 as tf1",
    }
    make_project(tmp_path, files)
    code = """
        from pkg import base
        base.tf1.ones_initializer()
        """
    result = scan(dedent(code), path=tmp_path / "use.py")
    assert [(finding.rule, finding.symbol) for finding in result.findings] == [("IC001", "ones_initializer")]


@pytest.mark.parametrize(
    ("file", "content", "level"),
    [
        ("setup.py", "install_requires=['tensorflow<1.16,>=1.15.0']", Level.TF1),
        ("setup.py", "install_requires=['numpy', \"tensorflow-gpu==1.4.0\"]", Level.TF1),
        ("setup.py", "TF_VERSION = '<1.16,>=1.15.0'\nrequired = ['tensorflow' + TF_VERSION]", Level.TF1),
        ("setup.py", "install_requires=['tensorflow>=2.3']", Level.TF2),
        ("setup.py", "install_requires=['tensorflow>=1.8']", None),
        ("setup.py", "install_requires=['tensorflow>=1.15,<3']", None),
        ("setup.py", "install_requires=['tensorflow-probability<0.9']", None),
        ("setup.py", "extras_require={'a': ['tensorflow<2'], 'b': ['tensorflow>=2']}", None),
        ("requirements.txt", "tensorflow<2\n", Level.TF1),
        ("requirements.txt", "numpy\ntensorflow==2.1.0  # new\n", Level.TF2),
        ("requirements.txt", "tensorflow\n", None),
        ("pyproject.toml", 'tensorflow = "^1.15"', Level.TF1),
        ("pyproject.toml", 'dependencies = ["tensorflow~=2.4"]', Level.TF2),
        ("environment.yml", "dependencies:\n  - tensorflow=1.15\n", Level.TF1),
        ("environment-gpu.yaml", "dependencies:\n  - tensorflow-gpu=2.1.0\n", Level.TF2),
        ("Pipfile", '[packages]\ntensorflow = "==1.14.0"\n', Level.TF1),
        ("Dockerfile", "FROM tensorflow/tensorflow:1.15.0-gpu-py3\n", Level.TF1),
        ("Dockerfile", "FROM tensorflow/tensorflow:2.4.1\n", Level.TF2),
        ("gpu.Dockerfile", "FROM nvcr.io/nvidia/tensorflow:20.03-tf1-py3\n", Level.TF1),
        ("Dockerfile", "FROM python:3.6\nRUN pip install tensorflow==1.12\n", Level.TF1),
        ("Dockerfile", "FROM tensorflow/tensorflow:latest\n", None),
        ("requirements/base.txt", "tensorflow==1.13.1\n", Level.TF1),
    ],
)
def test_required_level(tmp_path: Path, file: str, content: str, level: Level | None) -> None:
    make_project(tmp_path, {"setup.cfg": "", file: content, "sub/a.py": ""})
    assert requirements.level(str(tmp_path / "sub")).level == level


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"setup.py": "install_requires=['tensorflow<1.16,>=1.15.0']"}, "1.15"),
        ({"setup.py": "install_requires=['numpy', \"tensorflow-gpu==1.4.0\"]"}, "1.4"),
        ({"setup.py": "install_requires=['tensorflow>=1.8']"}, "1.8"),
        ({"setup.py": "install_requires=['tensorflow<2']"}, ""),
        ({"setup.py": "install_requires=['tensorflow']"}, ""),
        ({"setup.py": "install_requires=['tensorflow>=1.12']", "requirements.txt": "tensorflow==1.10.1"}, "1.10"),
        ({"requirements.txt": "tensorflow==1.*"}, "1.0"),
        ({"pyproject.toml": 'tensorflow = "^2.4"'}, "2.4"),
    ],
)
def test_oldest_version(tmp_path: Path, files: dict[str, str], version: str) -> None:
    make_project(tmp_path, {"setup.cfg": "", **files, "sub/a.py": ""})
    assert requirements.oldest_version(str(tmp_path / "sub")) == version


@pytest.mark.parametrize(
    ("inner", "level"),
    [
        ({"requirements.txt": "tensorflow>=2.4\n"}, Level.TF2),
        ({"requirements.txt": "tensorflow\n"}, None),
        ({"requirements.txt": "numpy\n"}, Level.TF1),
        ({"setup.py": "install_requires=['numpy', 'tensorflow-probability']"}, Level.TF1),
        ({".git/config": ""}, None),
    ],
    ids=["another version", "any version", "not TensorFlow", "another package", "another repository"],
)
def test_the_nearest_requirement_decides(tmp_path: Path, inner: dict[str, str], level: Level | None) -> None:
    make_project(
        tmp_path,
        {
            "requirements.txt": "tensorflow==1.15\n",
            "sub/a.py": "",
            **{f"sub/{name}": text for name, text in inner.items()},
        },
    )
    assert requirements.level(str(tmp_path / "sub")).level == level


@pytest.mark.parametrize(
    ("magic", "rules"),
    [
        ("%tensorflow_version 1.x", ["IC001"]),
        ("!pip install -q tensorflow==1.15", ["IC001"]),
        ("%pip install tensorflow-gpu==1.14.0", ["IC001"]),
        ("%tensorflow_version 2.x", []),
        ("!pip install tensorflow", ["IC002"]),
    ],
)
def test_magics_of_a_notebook_decide(magic: str, rules: list[str]) -> None:
    source = [f"{magic}\n", "import tensorflow as tf\n", "tf.zeros_initializer()\n"]
    notebook = {"cells": [{"cell_type": "code", "source": source}], "nbformat": 4}
    result = scan(json.dumps(notebook), path="/no/such/folder/book.ipynb")
    assert result.error == ""
    assert [finding.rule for finding in result.findings] == rules


def test_a_folder_for_tensorflow_2_in_a_tree_for_tensorflow_1(tmp_path: Path) -> None:
    old = "import tensorflow as tf\ntf.placeholder(0)\n"
    new = "import tensorflow as tf\nf(tf.zeros_initializer())\n"
    make_project(
        tmp_path,
        {
            **{f"old/{number}.py": old for number in range(9)},
            "new/requirements.txt": "tensorflow>=2.4\n",
            "new/a.py": new,
        }
        | {"other/b.py": new},
    )
    findings = scan_findings(tmp_path)
    assert [(Path(finding.path).name, finding.rule) for finding in findings] == [("b.py", "IC002")]


MODEL = """
    import tensorflow as tf
    with tf.compat.v1.variable_scope('m'):
        f(tf.zeros_initializer())
    """
TF2_MODEL = """
    import tensorflow as tf
    tf.random.set_seed(1)
    tf.zeros_initializer()
    """


def test_without_a_requirement_an_explicit_v1_name_shows_tensorflow_2(tmp_path: Path) -> None:
    make_project(tmp_path, {"model.py": MODEL, "new.py": TF2_MODEL})
    assert scan_findings(tmp_path) == []


def test_requirement_decides_if_names_do_not(tmp_path: Path) -> None:
    make_project(tmp_path, {"model.py": MODEL, "new.py": TF2_MODEL, "setup.py": "install_requires=['tensorflow<2']"})
    (finding,) = scan_findings(tmp_path)
    assert (Path(finding.path).name, finding.rule) == ("model.py", "IC001")
    assert "setup.py requires tensorflow<2" in finding.message


def test_requirement_decides_if_the_names_are_balanced(tmp_path: Path) -> None:
    model = """
        import tensorflow as tf
        tf.placeholder(0), tf.random.set_seed(1)
        f(tf.zeros_initializer())
        """
    make_project(tmp_path, {"model.py": model, "requirements.txt": "tensorflow==1.15"})
    (finding,) = scan_findings(tmp_path)
    assert finding.rule == "IC001"
    assert "requirements.txt requires tensorflow==1.15" in finding.message


@pytest.mark.parametrize(
    ("tf1_files", "tf2_files", "rules"),
    [(2, 0, ["IC002"]), (3, 0, ["IC001"]), (8, 1, ["IC002"]), (1, 4, ["IC002"]), (0, 3, [])],
)
def test_files_of_the_directory_decide_last(tmp_path: Path, tf1_files: int, tf2_files: int, rules: list[str]) -> None:
    """Files without an initializer count, too."""
    tf1 = """
        import tensorflow as tf
        tf.placeholder(0)
        """
    tf2 = """
        import tensorflow as tf
        tf.random.set_seed(1)
        """
    model = """
        import tensorflow as tf
        f(tf.keras.initializers.RandomNormal(stddev=0.01))
        """
    files = {f"old{number}.py": tf1 for number in range(tf1_files)}
    files |= {f"new{number}.py": tf2 for number in range(tf2_files)}
    make_project(tmp_path, {**files, "model.py": model})
    assert [finding.rule for finding in scan_findings(tmp_path)] == rules


def test_symbols_that_tensorflow_2_lacks_show_the_level() -> None:
    code = """
        import tensorflow as tf
        def f(w=tf.glorot_uniform_initializer(), b=tf.zeros_initializer()): tf.compat.v1.x
        """
    symbols = [finding.symbol for finding in scan(dedent(code)).findings if finding.rule == "IC001"]
    assert symbols == ["glorot_uniform_initializer", "zeros_initializer"]
