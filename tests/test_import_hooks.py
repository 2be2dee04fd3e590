"""Import hooks: a new import of the package replaces those of the first."""

import subprocess
import sys

import pytest

PURGE = """
import sys
import tf_initcompat
first = len(sys.meta_path)
kinds = [type(finder).__name__ for finder in sys.meta_path]
for _ in range(3):
    for name in [name for name in sys.modules if name.partition(".")[0] == "tf_initcompat"]:
        del sys.modules[name]
    import tf_initcompat
assert len(sys.meta_path) == first, sys.meta_path
newest = sys.modules["tf_initcompat._internal.after_import"]._AfterImport
hooks = [finder for finder in sys.meta_path if type(finder).__name__ == "_AfterImport"]
print(len(hooks), all(type(hook) is newest for hook in hooks))
"""


@pytest.mark.parametrize(("sampling", "hooks"), [("", 1), ("tf1", 2)])
def test_purge_leaves_one_hook_for_each_purpose(sampling: str, hooks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_INITCOMPAT_SAMPLING", sampling)
    output = subprocess.run([sys.executable, "-c", PURGE], check=True, capture_output=True, text=True).stdout
    assert output.split() == [str(hooks), "True"]
