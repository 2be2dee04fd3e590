"""Each deterministic wrapper makes the tensor of the real symbol, or raises an error of the same type."""

from typing import Any

import legacy
import numpy as np
import pytest

DTYPES = ["float16", "bfloat16", "float32", "float64", "int32", "uint8", "bool", "complex64", "string"]
VALUES = [
    1.5, 0.1, 1e-40, 5e-324, 1e-6, float("nan"), 7, 300, -1, 2**40, True, 1e10, 1j, "a", b"b", "", [], [1],
    [1, 2, 3, 4], (0.1, 0.2),
    [1, 2, 3, 4, 5], [[1, 2], [3, 4]], [True, False], [1, 2.5], [[1], [2, 3]], np.float64(0.1), np.int64(3),
    np.array([1.5, 2.5]), np.ones((2, 2)), np.array([1, 2], np.int8), np.array(3.0), np.array([True, False]),
]  # fmt: skip


def check(name: str, arguments: dict[str, Any], shape: Any, dtype: Any, context: str, **arguments_of_call: Any) -> None:
    def result(make: Any) -> Any:
        try:
            initializer = make(name)(**arguments)
            return legacy.CONTEXTS[context](lambda: [initializer(shape, dtype=dtype, **arguments_of_call)])
        except Exception as error:  # of any type: the test compares the types
            return type(error)

    real, mirrored = result(legacy.real), result(legacy.mirrored)
    if isinstance(real, type):
        assert mirrored is real
    else:
        assert not isinstance(mirrored, type), mirrored
        assert all(map(legacy.same, real, mirrored)), (real, mirrored)


@pytest.mark.parametrize("name", ["zeros_initializer", "ones_initializer", "initializers.identity"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 3), (2, 1, 3)])
@pytest.mark.parametrize("context", ["eager", "graph"])
def test_same_tensor(name: str, dtype: str, shape: tuple[int, ...], context: str) -> None:
    check(name, {}, shape, dtype, context)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "int32", "uint8", "bool", "string"])
@pytest.mark.parametrize("context", ["eager", "graph"])
@pytest.mark.parametrize("verify_shape", [None, True])
@pytest.mark.parametrize("shape", [(2, 2), (2,), (), (0,), None])
def test_constant(value: Any, dtype: str, context: str, verify_shape: bool | None, shape: Any) -> None:
    check("constant_initializer", {"value": value, "dtype": dtype}, shape, None, context, verify_shape=verify_shape)
