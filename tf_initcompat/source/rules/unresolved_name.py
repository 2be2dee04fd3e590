"""IC003: a name that looks legacy but cannot be resolved."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Status, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the name."""
    if use.status is Status.UNRESOLVED:
        alternative = f", but it may be {use.alternative}" if use.alternative else ""
        yield f"{use.qualified}{alternative}: the meaning of the name is unknown"


RULE: Final = register(
    Rule(
        code="IC003",
        name="unresolved-name",
        level="error",
        summary="A name looks legacy, but its meaning is unknown",
        since="0.1.0",
        what_it_does="""
            Finds names such as `tf.zeros_initializer` whose first part is a parameter, a name that is bound more than
            once, or a name from a module outside the scanned tree.
            """,
        why_is_this_bad="""
            `migrate` does not rewrite a name that may belong to another library.

            Scan the tree that contains the module, or replace the name by hand.
            """,
        bad=(
            """
            def build(tf):
                return tf.zeros_initializer()
                       ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def f(tf):
                return tf.zeros_initializer()
                       ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def f(tf):
                return tf.contrib.layers.xavier_initializer()
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            def f(tf):
                return tf.initializers.he_normal()
                       ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            if accelerated:
                import tensorflow.compat.v1 as backend
            else:
                import other_framework as backend
            backend.zeros_initializer()
            ^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            try:
                import tensorflow.compat.v1 as tf
            except ImportError:
                from . import compat_tf as tf
            tf.zeros_initializer()
            ^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf
            class Model:
                def __init__(self, backend):
                    self.backend = tf
                    if backend:
                        self.backend = backend

                def build(self):
                    return self.backend.zeros_initializer()
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf
            import my_library as tf
            tf.zeros_initializer()
            ^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            def f(model):
                return model.zeros_initializer()
            """,
        ),
        use_instead="""
            import tensorflow.compat.v1 as tf

            def build():
                return tf.zeros_initializer()
            """,
        is_fixed=False,
        detect=detect,
    )
)
