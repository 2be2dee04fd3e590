"""Mirrors the part of `tf.compat.v1.keras` that has to do with initializers."""

from tf_initcompat._internal import mirror

__getattr__, __dir__ = mirror.lazy_namespace(__name__)
