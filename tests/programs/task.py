"""What every task of a cluster shares."""

import faulthandler
import hashlib
import json
import os
import threading
from typing import Any

import numpy as np

#: Seconds after which a task shows where it hangs and ends.
LONGEST = 240


def begin() -> None:
    """Ends this process with the one that started it, and after a time in any case."""
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    os.read(0, 1)  # not by sys.stdin, whose lock would be held at exit
    os._exit(3)


def end(report: Any) -> None:
    """Prints the report and ends at once: a cluster's other tasks may be gone already."""
    print(json.dumps(report), flush=True)
    os._exit(0)


def described(array: Any, device: str = "") -> dict[str, Any]:
    """Returns what a test compares of an array."""
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
    """Describes the shards of a variable of a `ParameterServerStrategy`."""
    return [described(shard.numpy(), shard.device) for shard in getattr(variable, "variables", [variable])]


def peak_memory(process: int) -> int:
    """Returns the peak of a process' memory in bytes since `forget_peak`."""
    with open(f"/proc/{process}/status") as status:
        (line,) = (line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def forget_peak(process: int) -> int:
    """Sets the peak of a process' memory to what it holds now, and returns that."""
    with open(f"/proc/{process}/clear_refs", "w") as file:
        file.write("5")
    return peak_memory(process)


def cluster() -> Any:
    """Returns the cluster that this task belongs to."""
    import tensorflow as tf  # not every task needs it

    return tf.distribute.cluster_resolver.TFConfigClusterResolver()
