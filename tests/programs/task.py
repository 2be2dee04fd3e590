"""Helpers for the tasks of a cluster: start, end, and descriptions of arrays as JSON."""

import faulthandler
import hashlib
import json
import os
import threading
from typing import Any

import numpy as np

#: Seconds after which a task prints its stack and ends.
TIMEOUT = 240


def begin() -> None:
    """Make this process end with the process that started it, and at the latest after `TIMEOUT` seconds."""
    faulthandler.dump_traceback_later(TIMEOUT, exit=True)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    os.read(0, 1)  # sys.stdin.read() would hold its lock at exit
    os._exit(3)


def end(report: Any) -> None:
    """Print the report and end at once, since the other tasks of the cluster may be gone already."""
    print(json.dumps(report), flush=True)
    os._exit(0)


def described(array: Any, device: str = "") -> dict[str, Any]:
    """Return the properties of an array that tests compare, as plain data."""
    array = np.asarray(array)
    values = array.astype(np.float64)
    return {
        "shape": array.shape,
        "device": device,
        "stddev": float(values.std()),
        "largest": float(np.abs(values).max()),
        "hash": hashlib.sha256(array.tobytes()).hexdigest(),
    }


def shards(variable: Any) -> list[dict[str, Any]]:
    """Describe the shards of a variable of a `ParameterServerStrategy`."""
    return [described(shard.numpy(), shard.device) for shard in getattr(variable, "variables", [variable])]


def peak_memory(process: int) -> int:
    """Return the peak memory of a process since `reset_peak`, in bytes."""
    with open(f"/proc/{process}/status") as status:
        (line,) = (line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def reset_peak(process: int) -> int:
    """Reset the peak memory of a process to its present memory; return that, in bytes."""
    with open(f"/proc/{process}/clear_refs", "w") as file:
        file.write("5")
    return peak_memory(process)


def cluster() -> Any:
    """Return the cluster that this task belongs to."""
    import tensorflow as tf  # late: not every task needs TensorFlow

    return tf.distribute.cluster_resolver.TFConfigClusterResolver()
