"""The circumstances of a conversion on which upgrades depend, apart from the file's own JSON."""

import dataclasses
import enum
import re

from tf_initcompat.saved import targets
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.targets import Target

__all__ = ["Context", "Interpolation"]


class Interpolation(enum.Enum):
    """Interpolation of UpSampling2D."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"


@dataclasses.dataclass(frozen=True)
class Context:
    """The Keras for which a file is converted, and the way in which that Keras will load it.

    Attributes:
      target: Keras that has to load the result.
      form: What legacy initializers become.
      uses_legacy_loader: Whether Keras 3 loads the file by its code for HDF5. That code reads models and their layers
        without modules, Keras 3.0 a user's layers only so. Layers in wrappers need modules as everywhere.
      keras_version: Version of the Keras that wrote the file, such as "2.2.4" or, in TensorFlow, "2.2.4-tf"; "" if it
        is not recorded.
      has_weights: Whether the file has weights that can be changed.
      stores_renorm: Whether the file has statistics of renorm as before TensorFlow 1.15.
      keeps_weights: Whether weights stay as they are where the layer can also use a function of this package.
      is_archive: Whether Keras finds the weights by the structure of the model, as in an archive.
      unsaved_interpolation: Interpolation of UpSampling2D in files of TensorFlow 1.13 and 1.14, which do not name it;
        None if it is not known.
    """

    target: Target
    form: Form = Form.NATIVE
    uses_legacy_loader: bool = False
    keras_version: str = ""
    has_weights: bool = False
    stores_renorm: bool = False
    keeps_weights: bool = False
    is_archive: bool = False
    unsaved_interpolation: Interpolation | None = None

    @property
    def scales_weights(self) -> bool:
        """Whether an exact result comes from other weights, not from a function of this package."""
        return self.has_weights and not self.keeps_weights and self.form is Form.NATIVE

    @property
    def version(self) -> tuple[int, ...]:
        """Numbers of `keras_version`, such as (2, 2, 4); empty if it is not recorded."""
        return tuple(int(number) for number in re.findall(r"[0-9]+", self.keras_version)[:3])

    @property
    def is_from_keras_1(self) -> bool:
        """Whether a Keras 1 wrote the file."""
        return self.version[:1] == (1,)

    @property
    def is_from_keras_3(self) -> bool:
        """Whether a Keras 3 wrote the file."""
        return self.version[:1] == (3,)

    @property
    def drops_training(self) -> bool:
        """Whether the training configuration is left out: Keras 2 does not take the optimizers of Keras 3."""
        return self.is_from_keras_3 and not self.target.is_keras_3

    @property
    def is_from_target(self) -> bool:
        """Whether a Keras 3 of the target wrote the file."""
        is_known = len(self.version) > 1
        return self.is_from_keras_3 and is_known and targets.of_version(self.keras_version) is self.target

    @property
    def is_from_tensorflow(self) -> bool:
        """Whether the tf.keras of a TensorFlow before 2.6 wrote the file, which has versions of its own."""
        return self.keras_version.endswith("-tf")

    @property
    def lacks_interpolation(self) -> bool:
        """Whether the tf.keras of TensorFlow 1.13 to 1.15 wrote the file; 1.15 only names interpolations."""
        return self.keras_version == "2.2.4-tf"
