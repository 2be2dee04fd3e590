"""The files that git tracks, without running anything that a repository configures."""

import os
import subprocess
from typing import Final

#: Settings of a repository that could run a program when git lists files.
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false")
_SECONDS: Final = 60
#: Directory of a repository, or the file that stands for it in a submodule or another worktree.
MARK: Final = ".git"


def tracked(top: str) -> frozenset[str] | None:
    """Return the files below a directory that git tracks, and the directories that contain them.

    Args:
      top: Absolute path of the directory.

    Returns:
      Absolute paths; those of directories end with a separator. None if the directory belongs to no repository, or git
      cannot read it.
    """
    command = ["git", *_SAFE, "-C", top, "ls-files", "-z", "--cached"]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    paths: set[str] = set()
    for name in filter(None, done.stdout.split(b"\0")):
        path = os.path.join(top, *os.fsdecode(name).split("/"))
        while path not in paths and len(path) > len(top):
            paths.add(path)
            path = os.path.dirname(path.rstrip(os.sep)) + os.sep
    return frozenset(paths)
