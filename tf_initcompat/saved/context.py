"""The circumstances of a conversion on which upgrades depend, apart from the file's own JSON."""

import dataclasses

from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.targets import Target

__all__ = ["Context"]


@dataclasses.dataclass(frozen=True)
class Context:
    """The Keras for which a file is converted, and the way in which that Keras will load it.

    Attributes:
      target: Keras that has to load the result.
      form: What legacy initializers become.
      uses_legacy_loader: Whether Keras 3 loads the file by its code for HDF5. That code reads models and their layers
        without modules, Keras 3.0 a user's layers only so. Layers in wrappers need modules as everywhere.
      is_from_keras_3: Whether a Keras 3 wrote the file.
      has_weights: Whether the file has weights that can be changed.
      keeps_weights: Whether weights stay as they are where the layer can also use a function of this package.
    """

    target: Target
    form: Form = Form.NATIVE
    uses_legacy_loader: bool = False
    is_from_keras_3: bool = False
    has_weights: bool = False
    keeps_weights: bool = False

    @property
    def scales_weights(self) -> bool:
        """Whether an exact result comes from other weights, not from a function of this package."""
        return self.has_weights and not self.keeps_weights and self.form is Form.NATIVE
