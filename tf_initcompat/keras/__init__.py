"""Mirror of the initializers below `tf.compat.v1.keras`."""

from typing import TYPE_CHECKING

from tf_initcompat._internal import mirror

__all__ = ["initializers"]

if TYPE_CHECKING:
    from tf_initcompat.keras import initializers
else:
    __getattr__, __dir__ = mirror.lazy_namespace(__name__, __all__)
