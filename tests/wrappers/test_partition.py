"""Partitioned variables: fan of the full shape, independent shards, both forms of the arguments."""

import itertools
import re
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.ops.variable_scope import _PartitionInfo

from tf_initcompat.wrappers.variance_scaling import fan

FULL, SHARD = (4000, 250), (1000, 250)
INFO = _PartitionInfo(full_shape=list(FULL), var_offset=[1000, 0])
SCALED = [name for name in legacy.RANDOM if legacy.row(name).native == "VarianceScaling"]
NOT_ORTHOGONAL = [name for name in legacy.INITIALIZERS if not legacy.row(name).is_orthogonal]
ORTHOGONAL = [name for name in legacy.INITIALIZERS if legacy.row(name).is_orthogonal]


@pytest.mark.parametrize("name", SCALED)
def test_scale_of_a_shard_is_the_real_one(name: str) -> None:
    real, mirrored = (np.asarray(make(name)()(SHARD, partition_info=INFO)) for make in (legacy.real, legacy.mirrored))
    # 250,000 values: edges of bounded distributions agree within 0.1 %, standard deviations within 5 standard errors.
    assert abs(np.abs(mirrored).max() / np.abs(real).max() - 1) < 1e-3
    assert abs(mirrored.std() / real.std() - 1) < 5 * np.sqrt(1.4 / 4 / SHARD[0] / SHARD[1]) * np.sqrt(2) < 0.01
    # The fan of the shard is smaller. contrib uses it, since it ignores partition_info.
    whole = np.asarray(legacy.mirrored(name)()(SHARD)).std() / mirrored.std()
    assert (whole > 1.1) == legacy.row(name).uses_full_shape


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal", "untruncated_normal"])
@pytest.mark.parametrize("full", [(3, 3, 40, 500), (3, 3, 10, 2000), (2_000_000,), (100, 2000)])
def test_scale_by_mode_and_rank(mode: str, distribution: str, full: tuple[int, ...]) -> None:
    shard = (*full[:-1], full[-1] // 2) if len(full) != 2 else (full[0] // 2, full[1])
    info = _PartitionInfo(list(full), [0] * len(full))
    arguments = {"mode": mode, "distribution": distribution}
    real, mirrored = (
        np.asarray(make("variance_scaling_initializer")(**arguments)(shard, partition_info=info))
        for make in (legacy.real, legacy.mirrored)
    )
    assert mirrored.shape == real.shape == shard
    assert abs(np.log(mirrored.std() / real.std())) < 5 * np.sqrt(1 / real.size)  # kurtosis 3 of a normal


@pytest.mark.parametrize("name", ORTHOGONAL)
def test_keras_2_form_of_an_orthogonal_shard_is_an_error(name: str) -> None:
    whole, part = (legacy.shape_of(name, matrix) for matrix in ((8, 6), (8, 4)))
    with pytest.raises(ValueError, match="doesn't support partition-related arguments"):
        legacy.mirrored(name)()(whole, partition_shape=part, partition_offset=(0,) * len(part))


@pytest.mark.parametrize("name", NOT_ORTHOGONAL)
def test_keras_2_form_is_the_same_shard(name: str) -> None:
    full, shard, offset = (8, 6), (4, 6), (4, 0)
    initializer = legacy.mirrored(name)()
    tensors = []
    for arguments in (
        {"shape": shard, "partition_info": _PartitionInfo(list(full), list(offset))},
        {"shape": full, "partition_shape": shard, "partition_offset": offset},
    ):
        tf.random.set_seed(1)
        tensors.append(initializer(**arguments))
    if legacy.is_contrib(name):
        # contrib ignores partition_info: the fan is that of the shard. A strategy slices the whole, whose fan counts.
        fans = [fan(shape, initializer.mode.lower()) for shape in (shard, full)]
        np.testing.assert_allclose(tensors[1], tensors[0] * np.sqrt(fans[0] / fans[1]), rtol=0, atol=1e-6)
    else:
        assert legacy.same(*tensors)
    assert tensors[0].shape == shard
    assert initializer(full, partition_shape=shard).shape == shard


@pytest.mark.parametrize("name", [name for name in NOT_ORTHOGONAL if name in legacy.RANDOM])
def test_shards_in_the_keras_2_form_differ(name: str) -> None:
    initializer = legacy.mirrored(name)()
    first, second = (initializer((8, 6), partition_shape=(4, 6), partition_offset=(start, 0)) for start in (0, 4))
    assert not np.any(first == second)


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_unknown_keyword_is_an_error(name: str) -> None:
    with pytest.raises(TypeError, match="partition_shap"):
        legacy.mirrored(name)()((8, 6), partition_shap=(4, 6))


@pytest.mark.parametrize(
    ("shape", "offset"),
    [((5, 6), (4, 0)), ((4, 6), (-1, 0)), ((4, 6, 1), (0, 0, 0)), ((4,), (0,)), ((4, 6), (0,)), ((9, 6), None)],
)
@pytest.mark.parametrize("name", NOT_ORTHOGONAL)
def test_shard_outside_of_the_whole_is_an_error(name: str, shape: Any, offset: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(f"the shard of shape {shape}")):
        legacy.mirrored(name)()((8, 6), partition_shape=shape, partition_offset=offset)


def test_seeded_integers_are_sliced_from_the_whole() -> None:
    # The legacy symbol samples them: two servers would start its stream at the same place.
    call = {"shape": (8, 6), "dtype": tf.int32, "partition_shape": (4, 6), "partition_offset": (4, 0)}
    assert legacy.mirrored("random_uniform_initializer")(0, 9)(**call).shape == (4, 6)
    with pytest.raises(ValueError, match=r"makes no shard of shape \(4, 6\) and dtype int32: slice the whole"):
        legacy.mirrored("random_uniform_initializer")(0, 9, seed=1)(**call)


@pytest.mark.parametrize(("offset", "shape"), [((0, 0), (2, 4)), ((2, 0), (3, 4)), ((0, 1), (5, 2))])
@pytest.mark.parametrize("find", [legacy.real, legacy.mirrored])
def test_identity_is_sliced(find: Any, offset: tuple[int, int], shape: tuple[int, int]) -> None:
    info = _PartitionInfo([5, 4], list(offset))
    shard = find("initializers.identity")(gain=2.0)(shape, partition_info=info)
    rows, columns = (slice(start, start + size) for start, size in zip(offset, shape, strict=True))
    np.testing.assert_array_equal(shard, 2.0 * np.eye(5, 4)[rows, columns])


def shards(
    make: Any, seed: Any, partitioner: Any, shape: tuple[int, ...] = (400, 90), dtype: Any = tf.float32
) -> list[Any]:
    with tf.Graph().as_default():
        variable = tf.compat.v1.get_variable("w", shape, dtype, initializer=make(seed=seed), partitioner=partitioner)
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            return list(session.run(list(variable)))


@pytest.mark.parametrize("name", legacy.RANDOM_MATRICES)
@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(
    "partitioner",
    [
        tf.compat.v1.fixed_size_partitioner(4),
        tf.compat.v1.fixed_size_partitioner(3, axis=1),
        tf.compat.v1.variable_axis_size_partitioner(40_000),
        tf.compat.v1.min_max_variable_partitioner(max_partitions=5, min_slice_size=20_000),
    ],
    ids=["fixed", "fixed-axis-1", "axis-size", "min-max"],
)
def test_get_variable_with_partitioner(name: str, seed: Any, partitioner: Any) -> None:
    real, mirrored = (shards(make(name), seed, partitioner) for make in (legacy.real, legacy.mirrored))
    assert [shard.shape for shard in mirrored] == [shard.shape for shard in real]
    assert len(mirrored) > 1
    # Unseeded shards differ, seeded ones of one shape are equal: as in v1.
    assert legacy.same(*mirrored[:2]) == legacy.same(*real[:2]) == (seed is not None)
    ratio = np.std(np.concatenate([shard.ravel() for shard in mirrored])) / np.std(
        np.concatenate([shard.ravel() for shard in real])
    )
    # 36,000 values, 9,000 of them independent with a seed: five standard errors of the two samples.
    assert abs(ratio - 1) < 5 * np.sqrt(1 / (9_000 if seed else 36_000))


@pytest.mark.parametrize("name", legacy.KERNELS)
@pytest.mark.parametrize("seed", [None, 3, 0])
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_each_shard_of_a_kernel_is_a_kernel(name: str, seed: Any, dtype: tf.DType) -> None:
    shape, axis = legacy.partitioned_shape_of(name, (40, 1))
    patterns = []
    for find in (legacy.real, legacy.mirrored):
        parts = shards(lambda seed, find=find: find(name)(seed=seed, dtype=dtype), seed,
                       tf.compat.v1.fixed_size_partitioner(4, axis=axis), shape, dtype)  # fmt: skip
        assert [part.shape for part in parts] == [(*shape[:-1], 10)] * 4
        np.testing.assert_allclose([np.linalg.norm(part) for part in parts], 1, rtol=1e-6)
        patterns.append([legacy.same(*pair) for pair in itertools.combinations(parts, 2)])
    assert patterns[1] == patterns[0]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (name, form)
        for form in ("instance", "class", "default of the scope")
        for name in (legacy.CLASSES if form == "class" else legacy.INITIALIZERS)
    ],
)
def test_get_variable_without_partitioner(name: str, form: str) -> None:
    make = legacy.mirrored(name)
    initializer = make if form == "class" else make()
    shape = legacy.shape_of(name, (5, 5))
    with tf.Graph().as_default():
        with tf.compat.v1.variable_scope("scope", initializer=initializer):
            explicit = {} if form == "default of the scope" else {"initializer": initializer}
            variables = [tf.compat.v1.get_variable(letter, shape, **explicit) for letter in "ab"]
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            first, second = session.run(variables)
    assert legacy.same(first, second) == (name not in legacy.RANDOM)
    assert first.shape == shape
