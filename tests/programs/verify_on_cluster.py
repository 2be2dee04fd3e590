"""Run `tf-initcompat verify` as the coordinator of the cluster in TF_CONFIG.

Usage: verify_on_cluster.py FOLDER
"""

import json
import sys
from pathlib import Path

import task

from tf_initcompat import cli


def main(report: Path) -> None:
    """Report the exit status and the verdicts by context."""
    task.begin()
    status = cli.main(
        ["verify", "--quick", "--symbol", "initializers.he_normal", "--json", str(report),
         "--context", "parameter-server", "--context", "partitioned"]
    )  # fmt: skip
    comparisons = json.loads(report.read_text())["comparisons"]
    verdicts = {(*comparison["contexts"], comparison["verdict"]) for comparison in comparisons}
    task.end([status, sorted(verdicts)])


if __name__ == "__main__":  # verify starts processes that import this module
    main(Path(sys.argv[1]) / "report.json")
