"""Versions of Keras for which a file can be written, and what each accepts. Every fact was measured."""

import dataclasses
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

TargetName: TypeAlias = Literal["3.15", "3.12", "3.0", "2"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Target:
    """A version of Keras that has to load a file, and its capabilities.

    A capability that only distinguishes versions of Keras 3 is False for Keras 2.

    Attributes:
      version: Name of the version, the value of `--target-keras`.
      is_keras_3: Whether it is a Keras 3. Its configs name modules, and it rejects layers in the form of Keras 2.
      initializer_names: Names of native initializers in configs where they differ from the class's, the name to write
        first.
      missing_initializers: Native initializers that it does not load.
      initializer_suffix: Suffix that it accepts after the name of a native initializer.
      accepts_initializer_axes: Whether variance scaling takes `input_axes` and `output_axes`.
      keeps_single_tensors: Whether it distinguishes one input or output of a model from a list of one.
      renumbers_functional_outputs: Whether it corrects the call numbers of functional models among the outputs of
        another model.
      calls_nested_models_with_one_output: Whether a functional model inside a Sequential model or a wrapper returns
        its one output as a tensor, not as a list.
      accepts_nested_outputs: Whether the outputs of a model may be lists inside a list.
      accepts_quantization_config: Whether layers take `quantization_config`.
      ignores_retired_layer_keys: Whether layers ignore the keys of Keras 2 that have no effect in Keras 3, such as
        `implementation`.
      accepts_sparse_category_encoding: Whether CategoryEncoding takes `sparse`.
      accepts_leaky_relu_alpha: Whether LeakyReLU takes `alpha`, the name of `negative_slope` in Keras 2.
      accepts_dtype_policy_config: Whether a layer's `dtype` may be the config of a DTypePolicy.
      accepts_gradient_accumulation_steps: Whether optimizers take `gradient_accumulation_steps`.
      keeps_integer_axis_without_module: Whether a layer in HDF5 whose config names no module keeps an integer `axis`.
      restores_normalization_from_hdf5: Whether Normalization uses the statistics in an HDF5 file.
      restores_frozen_layers_from_hdf5: Whether a model inside another gets its weights from an HDF5 file if some of its
        layers are not trained.
      unknown_private_modules: Private modules, which Keras 3.0 writes, in which it finds no classes.
    """

    version: TargetName
    is_keras_3: bool = True
    initializer_names: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict[str, tuple[str, ...]])
    missing_initializers: frozenset[str] = frozenset()
    initializer_suffix: str = ""
    accepts_initializer_axes: bool = False
    keeps_single_tensors: bool = False
    renumbers_functional_outputs: bool = False
    calls_nested_models_with_one_output: bool = False
    accepts_nested_outputs: bool = False
    accepts_quantization_config: bool = False
    ignores_retired_layer_keys: bool = False
    accepts_sparse_category_encoding: bool = False
    accepts_leaky_relu_alpha: bool = False
    accepts_dtype_policy_config: bool = False
    accepts_gradient_accumulation_steps: bool = False
    keeps_integer_axis_without_module: bool = False
    restores_normalization_from_hdf5: bool = False
    restores_frozen_layers_from_hdf5: bool = False
    unknown_private_modules: tuple[str, ...] = ()

    def names_of(self, initializer: str) -> tuple[str, ...]:
        """Return the names of a native initializer in configs, the one to write first.

        >>> TARGETS["3.0"].names_of("Orthogonal")
        ('OrthogonalInitializer',)
        """
        return self.initializer_names.get(initializer, (initializer,))


#: Python 3.10 has no newer Keras than 3.12. Of the three capabilities of 3.15 that it lacks, Keras 3.13 takes
#: `quantization_config`, and 3.14 also ignores the retired keys.
_KERAS_3_12: Final = Target(
    version="3.12",
    initializer_names={name: (name, f"{name}Initializer") for name in ("Orthogonal", "Identity")},
    keeps_single_tensors=True,
    renumbers_functional_outputs=True,
    calls_nested_models_with_one_output=True,
    accepts_nested_outputs=True,
    accepts_sparse_category_encoding=True,
    accepts_leaky_relu_alpha=True,
    accepts_dtype_policy_config=True,
    accepts_gradient_accumulation_steps=True,
    keeps_integer_axis_without_module=True,
    restores_normalization_from_hdf5=True,
    restores_frozen_layers_from_hdf5=True,
    unknown_private_modules=("keras.src.optimizers.schedules",),
)

TARGETS: Final[dict[TargetName, Target]] = {
    "3.15": dataclasses.replace(
        _KERAS_3_12,
        version="3.15",
        accepts_initializer_axes=True,
        accepts_quantization_config=True,
        ignores_retired_layer_keys=True,
        # Keras 3.15 finds all but the schedules by the name of the class alone. A preview of 3.16 looks in the module,
        # and for the name of the class itself.
        initializer_names={},
        unknown_private_modules=(
            *_KERAS_3_12.unknown_private_modules,
            "keras.src.initializers",
            "keras.src.regularizers",
            "keras.src.constraints",
        ),
    ),
    "3.12": _KERAS_3_12,
    # Keras 3.0.0 looks up Orthogonal under the longer name, and Identity under no name.
    "3.0": Target(
        version="3.0",
        initializer_names={"Orthogonal": ("OrthogonalInitializer",)},
        missing_initializers=frozenset({"Identity"}),
    ),
    "2": Target(version="2", is_keras_3=False, initializer_suffix="V2"),
}


def is_keras_3(target: Target) -> bool:
    """Return whether a target is a Keras 3: the condition of most upgrades.

    >>> [version for version, target in TARGETS.items() if is_keras_3(target)]
    ['3.15', '3.12', '3.0']
    """
    return target.is_keras_3


def any_target(target: Target) -> bool:
    """Return True: the condition of upgrades that every target needs."""
    return True


def of_version(version: str) -> Target:
    """Return the target that stands for a version of Keras.

    Args:
      version: Version of the package keras, such as "3.12.4".

    >>> [of_version(version).version for version in ("2.15.0", "3.0.5", "3.14.0", "3.15.1", "4.0")]
    ['2', '3.0', '3.12', '3.15', '3.15']
    """
    major, minor = (int(number) for number in version.split(".")[:2])
    if major == 2:
        return TARGETS["2"]
    if (major, minor) == (3, 0):
        return TARGETS["3.0"]
    return TARGETS["3.12" if (major, minor) < (3, 15) else "3.15"]


def default() -> Target:
    """Return the target of the installed Keras 3, or the newest one if there is none. Keras is not imported."""
    import importlib.metadata  # takes 20 ms

    try:
        target = of_version(importlib.metadata.version("keras"))
    except importlib.metadata.PackageNotFoundError:
        return TARGETS["3.15"]
    return target if target.is_keras_3 else TARGETS["3.15"]
