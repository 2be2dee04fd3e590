"""Mirror of the initializers below `tf.contrib`."""

from typing import TYPE_CHECKING

from tf_initcompat._internal import mirror

__all__ = ["framework", "layers"]

if TYPE_CHECKING:
    from tf_initcompat.contrib import framework, layers
else:
    __getattr__, __dir__ = mirror.lazy_namespace(__name__, __all__)
