"""The public functions of the source tools: arguments, results, trees."""

import re
from pathlib import Path
from typing import Any

import pytest

from tf_initcompat.source import migrate, migrate_tree, scan, scan_tree

LEGACY = "import tensorflow.compat.v1 as tf\nx = tf.abs, tf.zeros_initializer()\n"
MIGRATED = "import tensorflow.compat.v1 as tf\nimport tf_initcompat\nx = tf.abs, tf_initcompat.zeros_initializer()\n"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"assume": "tf3"}, ValueError, "assume must be None or 'tf1' or 'tf2', not 'tf3'"),
        ({"path": ""}, ValueError, "path must not be empty: give the name of the file, or '-' if there is none"),
        ({"content": None}, TypeError, "content must be the text or the bytes of a file, not NoneType"),
        ({"content": Path("model.py")}, TypeError, "content must be the text or the bytes of a file, not PosixPath"),
    ],
)
@pytest.mark.parametrize("function", [scan, migrate])
def test_wrong_argument(function: Any, arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        function(**{"content": LEGACY, **arguments})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"select": ["shared-instanc"]}, "unknown rule 'shared-instanc'; did you mean shared-instance?"),
        ({"ignore": ["IC9"]}, "unknown rule 'IC9'; "),
        ({"ignore": [""]}, "unknown rule ''; choose from IC001, "),
        ({"ignore": "IC001"}, "ignore must be a list of rules, such as ['IC001'], not 'IC001'"),
        ({"select": "IC001"}, "select must be a list of rules, such as ['IC001'], not 'IC001'"),
    ],
)
def test_wrong_rules_of_scan(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared)
        scan(LEGACY, **arguments)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"to": "keras"}, "to must be 'shim' or 'native', not 'keras'"),
        (
            {"accept": ["IC112"]},
            "accept must be empty with to='shim', since the wrappers do not differ; use to='native'",
        ),
        ({"to": "native", "accept": ["IC001"]}, "IC001 cannot be accepted; choose from IC101, IC102, "),
        ({"to": "native", "accept": ["IC99"]}, "unknown rule 'IC99'; "),
        ({"to": "native", "accept": "IC112"}, "accept must be a list of rules, such as ['IC112'], not 'IC112'"),
    ],
)
def test_wrong_arguments_of_migrate(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared)
        migrate(LEGACY, **arguments)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("function", [scan_tree, migrate_tree])
def test_wrong_arguments_of_trees(function: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="jobs must be a positive number of processes, not 0"):
        function([tmp_path], jobs=0)
    with pytest.raises(FileNotFoundError, match="there is no 'nowhere'"):
        function(["nowhere"])


@pytest.mark.parametrize("path", ["-", "model.py", Path("model.py"), "book.ipynb"])
def test_source_text_never_raises(path: str | Path) -> None:
    content = "tf.zeros_initializer(\n"
    assert scan(content, path=path).error
    assert migrate(content, path=path).error
    assert scan(content, path=path).path == str(path)


def test_content_has_the_type_that_was_given() -> None:
    assert migrate(LEGACY).content == MIGRATED
    assert migrate(LEGACY.encode()).content == MIGRATED.encode()
    clean = b"x = 1\n"
    assert migrate(clean).content is clean


@pytest.mark.parametrize("function", [scan, migrate])
def test_results_are_frozen(function: Any) -> None:
    result = function(LEGACY)
    with pytest.raises(AttributeError):
        result.error = "changed"


def test_result_of_migrate() -> None:
    result = migrate(LEGACY)
    assert result.original == LEGACY
    assert result.is_changed
    assert result.changed == 1
    assert result.not_converted == result.refused == ()
    assert [finding.rule for finding in result.findings] == ["IC001"]
    (site,) = result.call_sites
    assert (site.line, site.name, site.arguments) == (2, "zeros_initializer", ())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "clean.py").write_text("import os\n")
    (tmp_path / "model.py").write_text(LEGACY)
    (tmp_path / "python2.py").write_text("print tf.zeros_initializer()\n")
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "model.py").write_text(LEGACY)
    return tmp_path


def test_scan_tree(tree: Path) -> None:
    counts: list[tuple[int, int]] = []
    results = scan_tree([tree], exclude=["generated"], on_file=lambda done, count: counts.append((done, count)))
    assert [Path(result.path).name for result in results] == ["model.py", "python2.py"]
    assert [len(result.findings) for result in results] == [1, 0]
    assert results[1].error.startswith("does not parse: ")
    assert counts == [(1, 2), (2, 2)]
    assert not scan_tree([tree / "model.py"], ignore=["IC001"])[0].findings


@pytest.mark.parametrize("jobs", [1, 2])
def test_migrate_tree_writes_nothing(tree: Path, jobs: int) -> None:
    results = migrate_tree([tree], jobs=jobs)
    assert {Path(result.path).relative_to(tree).as_posix(): result.content for result in results} == {
        "generated/model.py": MIGRATED.encode(),
        "model.py": MIGRATED.encode(),
        "python2.py": b"print tf.zeros_initializer()\n",
    }
    assert (tree / "model.py").read_text() == LEGACY


def test_native_tree_accepts_rules(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("import tensorflow.compat.v1 as tf\nx = tf.uniform_unit_scaling_initializer()([3])\n")
    (result,) = migrate_tree([file], to="native", accept=["rank-1-fan"])
    assert b"LecunUniform()" in result.content


def test_files_are_read_again_in_each_call(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("")
    compat = tmp_path / "compat.py"
    code = "from compat import tf as t\nt.zeros_initializer()\n"
    compat.write_text("import tensorflow.compat.v1 as tf\n")
    assert scan(code, path=tmp_path / "model.py").findings
    compat.write_text("import tensorflow.compat.v2 as tf\n")
    assert not scan(code, path=tmp_path / "model.py").findings
    bare = "import tensorflow as tf\ntf.zeros_initializer()\n"
    assert scan(bare, path=tmp_path / "model.py").findings[0].rule == "IC002"
    (tmp_path / "setup.py").write_text("install_requires=['tensorflow<2']")
    assert scan(bare, path=tmp_path / "model.py").findings[0].rule == "IC001"


@pytest.mark.parametrize("function", [scan_tree, migrate_tree])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"paths": "folder"}, "paths must be a list of paths, such as ['folder'], not 'folder'"),
        ({"paths": Path("folder")}, "paths must be a list of paths, such as ['folder'], not "),
        ({"paths": [""]}, "path must not be empty"),
        ({"paths": [], "exclude": "*.py"}, "exclude must be a list of patterns, such as ['*.py'], not '*.py'"),
    ],
    ids=["text", "path", "empty path", "text of exclude"],
)
def test_paths_and_patterns_are_lists(function: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        function(**arguments)


@pytest.mark.parametrize(("function", "name"), [(scan, "select"), (scan, "ignore"), (migrate, "accept")])
def test_rules_are_strings(function: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must contain codes or names of rules, not 3$"):
        function(LEGACY, **{name: [3]})
