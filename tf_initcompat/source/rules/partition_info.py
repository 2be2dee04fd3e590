"""IC115: a function that takes `partition_info`."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Form, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the function."""
    if use.form is Form.PARTITION_INFO:
        yield f"{use.qualified or 'a lambda'} takes partition_info"


RULE: Final = register(
    Rule(
        code="IC115",
        name="partition-info",
        level="note",
        summary="A function takes partition_info",
        since="0.1.0",
        what_it_does="""
            Finds functions and methods with a parameter `partition_info`: initializers of the program's own.
            """,
        why_is_this_bad="""
            `tf.compat.v1.get_variable` passes `partition_info` to initializers whose signature names it. Keras 3 never
            passes it.
            """,
        bad=(
            """
            def init(shape, dtype=None, partition_info=None):
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                return tf.zeros(shape, dtype)
            """,
            """
            class Init:
                def __call__(self, shape, dtype=None, *, partition_info=None):
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                    pass
            """,
            """
            init = lambda shape, dtype, partition_info: 0
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            def init(shape, dtype=None, **partition_info):
                pass
            """,
        ),
        use_instead="""
            def init(shape, dtype=None):
                return tf.zeros(shape, dtype)
            """,
        is_fixed=False,
        detect=detect,
        error_messages=("unexpected keyword argument 'partition_info'",),
    )
)
