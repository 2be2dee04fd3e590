"""No shape ends the process: impossible ones raise the error of the real symbol in eager code.

In functions and graphs, the real symbols end the process for some of these shapes, so that eager code is the reference.
Shapes that TensorFlow can represent but not allocate are left out: each takes ten seconds.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import legacy
import numpy as np
import pytest
import tensorflow as tf

import tf_initcompat

HUGE: Final = 2**33
#: Shapes that are an error for every initializer; the first ones overflow the number of elements.
OVERFLOWING: list[Any] = [
    (HUGE, HUGE),
    (HUGE, HUGE, 0),
    (HUGE, HUGE, -1),
    (3, 3, HUGE, HUGE),
    (2**62, 4),
    (2, 2**62),
    np.array([HUGE, HUGE]),
    tf.TensorShape([HUGE, HUGE]),
    [1] * 255,
]
SHAPES: list[Any] = [
    *OVERFLOWING,
    (2, 1, HUGE),
    (1, 1, 1, HUGE),
    (2, 2, 0, HUGE),
    (-1, HUGE, HUGE, HUGE),
    (0, HUGE, HUGE),
    (2**63,),
    (-1, 3),
    (-(2**63), 2),
    (),
    (0,),
    None,
    (None,),
    "ab",
    ("2", 3),
    (2.5, 3),
    (1e30, 2),
    (float("nan"), 1),
    (float("inf"), 1),
    [[2, 3]],
    (True,),
    {},
    np.array(5),
    np.array([HUGE, HUGE], np.uint64),
    tf.TensorShape(None),
]
#: Shapes that a symbol without kernels would allocate, or take ten seconds to refuse.
OF_KERNELS: Final = ((2, 1, HUGE), (1, 1, 1, HUGE))


def makes(name: str, shape: Any) -> bool:
    """Return whether a case is cheap: no symbol has to allocate a huge tensor."""
    return not (isinstance(shape, tuple) and shape in OF_KERNELS) or len(shape) in legacy.row(name).kernel_ranks


def call_all(context: str) -> None:
    """Call every wrapper with every shape; print the cases."""
    for name in legacy.INITIALIZERS:
        for shape in SHAPES:
            if not makes(name, shape):
                continue
            print(name, repr(shape)[:60], flush=True)
            try:
                legacy.CONTEXTS[context](lambda name=name, shape=shape: [legacy.mirrored(name)()(shape)])
            except Exception as error:  # of any type: the process must go on
                print(" ", type(error).__name__, flush=True)
    print("complete", flush=True)


@pytest.mark.parametrize("context", legacy.CONTEXTS)
def test_process_goes_on(context: str) -> None:
    code = f"import test_impossible_shapes as tests; tests.call_all({context!r})"
    folder = Path(__file__).parent
    environment_code = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(folder.parent)!r}]; {code}"
    run = subprocess.run([sys.executable, "-c", environment_code], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    assert run.returncode == 0, (run.stdout[-300:], run.stderr[-1000:])
    assert lines[-1] == "complete"
    assert len(lines) > len(legacy.INITIALIZERS) * (len(SHAPES) - len(OF_KERNELS))


@pytest.mark.parametrize("shape", OVERFLOWING, ids=repr)
@pytest.mark.parametrize("context", legacy.CONTEXTS)
def test_error_of_the_real_symbol(shape: Any, context: str) -> None:
    name = "variance_scaling_initializer"
    with pytest.raises(tf.errors.InvalidArgumentError):
        legacy.real(name)()(shape)
    with pytest.raises(tf.errors.InvalidArgumentError, match="shape") as raised:
        legacy.CONTEXTS[context](lambda: [legacy.mirrored(name)()(shape)])
    assert type(raised.value) is tf.errors.InvalidArgumentError


def test_constant_tensor_in_a_graph() -> None:
    with tf.Graph().as_default(), pytest.raises(tf.errors.InvalidArgumentError, match="shape"):
        legacy.mirrored("zeros_initializer")()(tf.constant([HUGE, HUGE], tf.int64))


def test_vectorized_map_needs_the_loop() -> None:
    """TensorFlow does not vectorize the stateless operations of Keras; it vectorizes the legacy ones."""

    def run(make: Any, name: str, **options: bool) -> Any:
        initializer = make(name)()
        return tf.vectorized_map(lambda _: initializer((2, 3)), tf.range(4), **options)

    assert len(np.unique(run(legacy.mirrored, "random_normal_initializer"))) == 24
    with pytest.raises(ValueError, match="No pfor vectorization defined for StatelessRandomGetKeyCounter"):
        run(legacy.mirrored, "random_normal_initializer", fallback_to_while_loop=False)
    with tf_initcompat.legacy_sampling():
        assert run(legacy.mirrored, "random_normal_initializer", fallback_to_while_loop=False).shape == (4, 2, 3)
