"""Kernels of orthogonal convolutions: their norm, their distribution and their algebra.

Each p-value may be a false alarm with a probability of 1e-6. There are about 250, and the seeds are fixed.
"""

import itertools
from collections.abc import Callable
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

import tf_initcompat
from tf_initcompat.wrappers import convolution

#: Names of the kernels that are products of projections, with their number of axes.
CONVOLUTIONS = {f"contrib.framework.convolutional_orthogonal_{axes}d": axes for axes in (1, 2, 3)}
DELTA = "contrib.framework.convolutional_delta_orthogonal"
#: Shapes of each kernel: sizes 1 to 4, as many outputs as inputs, and more.
SHAPES = [
    *((name, (*[size] * axes, *channels)) for name, axes in CONVOLUTIONS.items() for size, channels in
      ((1, (3, 3)), (2, (3, 5)), (3, (4, 4)), (4, (1, 2)))),
    *((DELTA, shape) for shape in ((1, 2, 3), (4, 3, 3), (3, 2, 2, 5), (1, 4, 3, 3), (2, 3, 4, 1, 2))),
]  # fmt: skip
#: Largest errors that rounding explains.
DTYPES = {"float16": 0.03, "float32": 1e-5, "float64": 1e-13}


def gram_error(kernel: Any, gain: float = 1.0) -> float:
    """Return how far a convolution is from multiplying every norm by the gain.

    In each frequency, the kernel is a matrix whose rows have to be orthogonal and of the length of the gain.
    """
    kernel = np.asarray(kernel, np.float64)
    axes = range(kernel.ndim - 2)
    matrices = np.fft.fftn(kernel, [2 * kernel.shape[axis] for axis in axes], axes)
    products = matrices @ np.conj(np.swapaxes(matrices, -1, -2))
    return float(np.abs(products / gain**2 - np.eye(kernel.shape[-2])).max())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("find", [legacy.real, legacy.mirrored])
@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_convolution_is_orthogonal(name: str, shape: tuple[int, ...], find: Any, dtype: str) -> None:
    kernel = find(name)(gain=0.75, dtype=dtype)(shape)
    assert kernel.dtype == dtype
    assert kernel.shape == shape
    assert gram_error(kernel, 0.75) < DTYPES[dtype]


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_one_percent_of_the_gain_is_found(name: str, shape: tuple[int, ...]) -> None:
    assert gram_error(legacy.mirrored(name)(gain=1.01)(shape)) > 0.02


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_norm_of_a_signal_is_multiplied_by_the_gain(padding: int) -> None:
    # With circular padding, as the paper says; zeros at the border lose a part of the norm.
    kernel = legacy.mirrored("contrib.framework.convolutional_orthogonal_2d")(gain=3.0)((3, 3, 2, 4))
    image = tf.random.normal((1, 8, 8, 2))
    padded = tf.concat([image[:, -padding:], image, image[:, : 2 - padding]], 1) if padding else image
    padded = tf.concat([padded[:, :, -2:], padded], 2)
    ratio = tf.norm(tf.nn.conv2d(padded, kernel, 1, "VALID")) / tf.norm(image)
    assert (abs(float(ratio) - 3) < 1e-5) == bool(padding)


@pytest.mark.parametrize(("name", "shape"), [case for case in SHAPES if case[0] == DELTA])
def test_delta_is_zero_except_in_the_middle(name: str, shape: tuple[int, ...]) -> None:
    patterns = [np.asarray(find(name)()(shape)).any((-2, -1)) for find in (legacy.real, legacy.mirrored)]
    np.testing.assert_array_equal(*patterns)
    assert np.argwhere(patterns[1]).tolist() == [[(size - 1) // 2 for size in shape[:-2]]]


def kernels(find: Callable[[str], Any], name: str, shape: tuple[int, ...], count: int) -> Any:
    """Return many kernels, from one function."""
    initializer = find(name)()
    make = tf.function(lambda: tf.map_fn(lambda _: initializer(shape), tf.range(count), fn_output_signature=tf.float32))
    return make().numpy()


@pytest.mark.parametrize("find", [legacy.real, legacy.mirrored])
@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_kernels_of_one_channel_are_random_walks(name: str, size: int, find: Any) -> None:
    # With one channel each projection is 0 or 1, with equal probability: each step of an axis stays or moves by one.
    axes = CONVOLUTIONS[name]
    found = np.abs(kernels(find, name, (*[size] * axes, 1, 1), 2000)).reshape(2000, -1)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(found.max(1), 1, atol=1e-6)
    walk = stats.binom.pmf(range(size), size - 1, 0.5)
    expected = 2000 * np.prod([*itertools.product(walk, repeat=axes)], axis=1)
    counts = np.bincount(found.argmax(1), minlength=expected.size)
    enough = expected >= 5
    assert stats.chisquare([*counts[enough], counts[~enough].sum()][: expected.size],
                           [*expected[enough], expected[~enough].sum()][: expected.size]).pvalue > 1e-6  # fmt: skip


@pytest.mark.parametrize("shape", [(2, 3), (3, 3)], ids=str)
@pytest.mark.parametrize("name", legacy.KERNELS)
def test_entries_and_energies_have_the_real_distribution(name: str, shape: tuple[int, int]) -> None:
    shape = legacy.shape_of(name, shape)
    real, mirrored = (kernels(find, name, shape, 4000) for find in (legacy.real, legacy.mirrored))
    for position in itertools.product(*map(range, shape[:-2])):
        entries = [found[(slice(None), *position, 0, 0)] for found in (real, mirrored)]
        energies = [np.sum(found[(slice(None), *position)] ** 2, (1, 2)) for found in (real, mirrored)]
        for first, second in (entries, energies):
            # Rounding makes some energies 0 and others 1e-15.
            assert stats.ks_2samp(np.round(first, 4), np.round(second, 4)).pvalue > 1e-6


def returning(array: Any) -> Callable[..., Any]:
    """Return an initializer that returns an array."""
    return lambda shape, dtype: tf.constant(array, dtype)


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_kernel_of_given_matrices_is_the_real_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    axes, channels, size = CONVOLUTIONS[name], 4, 3
    shape = (*[size] * axes, 3, channels)
    generator = np.random.default_rng(5)
    matrices = [np.linalg.qr(generator.normal(size=(channels, channels)))[0] for _ in range(1 + (size - 1) * axes)]
    masks = generator.integers(0, 2, (len(matrices), channels))
    projections = iter((matrix * mask) @ matrix.T for matrix, mask in zip(matrices[1:], masks, strict=False))

    class Given(legacy.real(name)):  # type: ignore[misc]
        def _orthogonal_matrix(self, size: int) -> Any:
            return tf.constant(matrices[0], tf.float32)

        def _symmetric_projection(self, size: int) -> Any:
            projection = next(projections)
            # The real kernel of three axes begins with 1 - P in place of P, which has the same distribution.
            return tf.constant(np.eye(size) - projection if axes == 3 else projection, tf.float32)

    real = Given(gain=2.0)(shape)

    given, coins = (map(returning, arrays) for arrays in (matrices, np.where(masks == 1, 1.0, -1.0)))
    monkeypatch.setattr(convolution, "_orthogonal", lambda seed, dtype: next(given))
    monkeypatch.setattr(convolution, "_coins", lambda seed: next(coins))
    np.testing.assert_allclose(legacy.mirrored(name)(gain=2.0)(shape), real, rtol=0, atol=1e-6)


@pytest.mark.parametrize("context", legacy.CONTEXTS)
@pytest.mark.parametrize("seeds", [(5, 5), (5, 6), (0, 0), (0, 1), (9, 2)], ids=str)
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_seeds_that_grow_meet_as_the_real_ones_do(name: str, seeds: tuple[int, int], context: str) -> None:
    # Size 1 uses one op seed, so that the second call of seed 5 uses that of the first call of seed 6.
    shape = (*[1] * CONVOLUTIONS[name], 3, 3)

    def pattern(find: Any) -> list[bool]:
        initializers = [find(name)(seed=seed) for seed in seeds]
        tensors = legacy.CONTEXTS[context](lambda: [make(shape) for make in initializers for _ in range(3)])
        return [legacy.same(first, second) for first, second in itertools.combinations(tensors, 2)]

    assert pattern(legacy.mirrored) == pattern(legacy.real)


def test_matrices_of_one_kernel_are_independent_unless_the_seed_is_zero() -> None:
    # In a Graph, the seed 0 does not grow: the projections are equal, and the middle of P, 1 - P convolved with itself
    # is 2 P (1 - P) = 0.
    name = "contrib.framework.convolutional_orthogonal_1d"
    for find in (legacy.real, legacy.mirrored):
        for seed, is_zero in ((0, True), (4, False)):
            (kernel, _) = legacy.in_graph(lambda find=find, seed=seed: [find(name)(seed=seed)((3, 4, 4))])
            assert (np.abs(kernel[1]).max() < 1e-6) == is_zero


def test_failed_call_advances_the_seed_as_the_real_one() -> None:
    seeds = []
    for find in (legacy.real, legacy.mirrored):
        initializer = find("contrib.framework.convolutional_orthogonal_2d")(seed=3)
        with pytest.raises(tf.errors.InvalidArgumentError):
            initializer((2, 2, 3, 3), dtype=tf.float64)  # the last operation of the real symbol fails
        with pytest.raises(ValueError, match="must be four-dimensional"):
            initializer((2, 3, 3))
        seeds.append(initializer.seed)
    assert seeds == [3 + 5, 3 + 5]


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_layer_trains_and_loads(name: str, tmp_path: Any) -> None:
    axes = CONVOLUTIONS[name]
    layer = getattr(tf.keras.layers, f"Conv{axes}D")
    network = tf.keras.Sequential(
        [
            tf.keras.layers.Input((*[5] * axes, 2)),
            layer(4, 3, kernel_initializer=legacy.mirrored(name)(gain=1.5), padding="same"),
            layer(4, 1, kernel_initializer=legacy.mirrored(DELTA)(gain=1.5)),
        ]
    )
    assert gram_error(network.layers[-2].kernel, 1.5) < 1e-5
    network.compile(optimizer=tf.keras.optimizers.SGD(0.01), loss=tf.keras.losses.MeanSquaredError())
    network.fit(np.ones((2, *[5] * axes, 2)), np.zeros((2, *[5] * axes, 4)), verbose=0)
    network.save(tmp_path / "model.keras")
    loaded = tf.keras.models.load_model(tmp_path / "model.keras")
    for first, second in zip(loaded.layers[-2:], network.layers[-2:], strict=True):
        assert legacy.same(first.kernel, second.kernel)
        assert first.kernel_initializer.get_config() == second.kernel_initializer.get_config()
        assert type(first.kernel_initializer) is type(second.kernel_initializer)
    tf.keras.models.clone_model(network)


def test_old_name_of_the_class_is_the_class() -> None:
    framework = tf_initcompat.contrib.framework
    assert framework.convolutional_orthogonal_3d.__name__ == "ConvolutionOrthogonal3D"
    assert issubclass(framework.convolutional_orthogonal_3d, convolution.ConvolutionOrthogonal)
