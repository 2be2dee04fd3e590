"""What the files of a tree say to each other: imports, levels, requirements, re-exports."""

import textwrap
from pathlib import Path

import pytest

from tf_initcompat.source import run
from tf_initcompat.source.process import Options, process
from tf_initcompat.source.project import requirements


def make(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content))


def migrated(folder: Path, name: str) -> str:
    path = folder / name
    result = process(str(path), path.read_bytes(), Options((str(folder),), to="shim"))
    assert not result.error
    return (result.after or result.before).decode()


#: How another file can take `tf` from this one; each keeps the import.
TAKEN = {
    "from": "from rx.base import W, tf\n",
    "in parentheses with a comment": "from rx.base import (  # a comment (of base)\n    W,\n    tf)\n",
    "continued": "from rx.base \\\n    import tf\n",
    "star": "from rx.base import *\n",
    "as an attribute": "import rx.base as b\nb.tf.Session\n",
    "as an attribute of an attribute": "import rx.base\nprint(rx.base.tf.Session)\n",
}


BASE = "import tensorflow.compat.v1 as tf\nW = tf.zeros_initializer()\n"
ON_WRAPPERS = "import tf_initcompat\nW = tf_initcompat.zeros_initializer()\n"


@pytest.mark.parametrize("other", TAKEN.values(), ids=TAKEN)
def test_what_other_files_take_stays(tmp_path: Path, other: str) -> None:
    make(tmp_path, {"rx/__init__.py": "", "rx/base.py": BASE, "rx/other.py": other})
    assert migrated(tmp_path, "rx/base.py") == "import tensorflow.compat.v1 as tf\n" + ON_WRAPPERS


def test_what_no_file_takes_goes(tmp_path: Path) -> None:
    make(tmp_path, {"rx/base.py": BASE, "rx/other.py": "from rx.base import W\nfrom rx import base\nbase.W\n"})
    assert migrated(tmp_path, "rx/base.py") == ON_WRAPPERS


def test_a_stub_takes_names_too(tmp_path: Path) -> None:
    make(
        tmp_path,
        {"base.py": "import tensorflow.compat.v1 as tf\ntf.zeros_initializer()\n", "o.pyi": "from base import tf\n"},
    )
    assert "import tensorflow.compat.v1 as tf" in migrated(tmp_path, "base.py")


@pytest.mark.parametrize(
    ("compat", "stays"),
    [
        ("import tensorflow.compat.v1 as tf\n", False),
        ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    tf = None\nX = 1\n", False),
        ("import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n", True),
        ("import tensorflow.compat.v1 as tf\nSESSION = tf.Session()\n", True),
    ],
)
def test_imports_of_the_tree_that_do_more_than_bind_names_stay(tmp_path: Path, compat: str, stays: bool) -> None:
    make(tmp_path, {"compat.py": compat, "m.py": "from compat import tf\nx = tf.zeros_initializer()\n"})
    expected = "import tf_initcompat\nx = tf_initcompat.zeros_initializer()\n"
    assert migrated(tmp_path, "m.py") == ("from compat import tf\n" if stays else "") + expected


def test_star_imports_in_circles_are_followed_once(tmp_path: Path) -> None:
    """Seven modules that import everything of the package, which imports everything of them: 5,040 ways to go."""
    count = 7
    files = {f"pkg/m{n}.py": "from pkg import *\nfrom pkg import base\n" for n in range(count)}
    files["pkg/__init__.py"] = "".join(f"from pkg.m{n} import *\n" for n in range(count))
    files |= {
        "pkg/base.py": "import tensorflow.compat.v1 as tf1\n",
        "use.py": "from pkg import base\nbase.tf1.ones_initializer()\n",
    }
    make(tmp_path, files)
    result = process(str(tmp_path / "use.py"), (tmp_path / "use.py").read_bytes(), Options((str(tmp_path),)))
    assert [one.symbol for one in result.findings] == ["ones_initializer"]


#: What a project requires, and what that means.
REQUIRED = {
    "setup.py": {
        "install_requires=['tensorflow<1.16,>=1.15.0']": "tf1",
        "install_requires=['numpy', \"tensorflow-gpu==1.4.0\"]": "tf1",
        "TF_VERSION = '<1.16,>=1.15.0'\nrequired = ['tensorflow' + TF_VERSION]": "tf1",
        "install_requires=['tensorflow>=2.3']": "tf2",
        "install_requires=['tensorflow>=1.8']": None,
        "install_requires=['tensorflow>=1.15,<3']": None,
        "install_requires=['tensorflow-probability<0.9']": None,
        "extras_require={'a': ['tensorflow<2'], 'b': ['tensorflow>=2']}": None,
    },
    "requirements.txt": {"tensorflow<2\n": "tf1", "numpy\ntensorflow==2.1.0  # new\n": "tf2", "tensorflow\n": None},
    "pyproject.toml": {'tensorflow = "^1.15"': "tf1", 'dependencies = ["tensorflow~=2.4"]': "tf2"},
}


@pytest.mark.parametrize(("file", "content"), [(file, one) for file, several in REQUIRED.items() for one in several])
def test_what_a_project_requires(tmp_path: Path, file: str, content: str) -> None:
    make(tmp_path, {"setup.cfg": "", file: content, "sub/a.py": ""})
    assert requirements.level(str(tmp_path / "sub")).level == REQUIRED[file][content]


def test_requirement_decides_where_names_do_not(tmp_path: Path) -> None:
    spelled = "import tensorflow as tf\nwith tf.compat.v1.variable_scope('m'):\n    f(tf.zeros_initializer())\n"
    make(
        tmp_path,
        {"model.py": spelled, "new.py": "import tensorflow as tf\ntf.random.set_seed(1)\ntf.zeros_initializer()\n"},
    )
    options = Options((str(tmp_path),))
    assert not [one for result in run.run(tmp_path.glob("*.py"), options) for one in result.findings]
    requirements.level.cache_clear()
    (tmp_path / "setup.py").write_text("install_requires=['tensorflow<2']")
    found = [one for result in run.run(tmp_path.glob("m*.py"), options) for one in result.findings]
    assert [one.rule for one in found] == ["IC001"]
    assert "setup.py requires tensorflow<2" in found[0].message


@pytest.mark.parametrize(
    ("tf1", "tf2", "rule"), [(1, 0, "IC002"), (3, 0, "IC001"), (3, 1, "IC002"), (8, 2, "IC001"), (1, 4, "")]
)
def test_all_files_of_the_tree_vote(tmp_path: Path, tf1: int, tf2: int, rule: str) -> None:
    """Those that could not hold an initializer, too."""
    files = {f"old{n}.py": "import tensorflow as tf\ntf.placeholder(0)\n" for n in range(tf1)}
    files |= {f"new{n}.py": "import tensorflow as tf\ntf.random.set_seed(1)\n" for n in range(tf2)}
    make(
        tmp_path, {**files, "model.py": "import tensorflow as tf\nf(tf.keras.initializers.RandomNormal(stddev=0.01))\n"}
    )
    results = run.run(sorted(tmp_path.iterdir()), Options((str(tmp_path),)))
    assert [one.rule for result in results for one in result.findings] == ([rule] if rule else [])


def test_symbols_that_are_gone_show_the_level() -> None:
    source = (
        b"import tensorflow as tf\ndef f(w=tf.glorot_uniform_initializer(), b=tf.zeros_initializer()): tf.compat.v1.x\n"
    )
    found = process("-", source, Options(), is_file=False).findings
    assert [one.symbol for one in found if one.rule == "IC001"] == ["glorot_uniform_initializer", "zeros_initializer"]
