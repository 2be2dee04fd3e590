"""IC118: arguments that are known only at run time."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, NativeCode, Rule, is_legacy_expression, register
from tf_initcompat.source.uses import Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield that arguments cannot be assigned to parameters. The rewriter reports what native code cannot express."""
    arguments = file.arguments(use) if is_legacy_expression(use) else None
    if arguments is not None and not arguments.is_complete:
        yield "not all arguments of the call are known"


RULE: Final = register(
    Rule(
        code="IC118",
        name="unresolved-arguments",
        level="note",
        summary="Arguments are known only at run time",
        since="0.1.0",
        what_it_does="""
            Finds calls that unpack a list or a dictionary. `migrate --to native` also finds choices, such as the mode,
            that are not literals.
            """,
        why_is_this_bad="""
            It is unknown whether native code has the same distribution. The wrapper takes the same arguments.
            """,
        bad=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer(*arguments)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer(**keywords)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow.compat.v1 as tf

            init = tf.random_normal_initializer(mean, stddev)
            """,
        ),
        use_instead="""
            import tf_initcompat

            init = tf_initcompat.random_normal_initializer(*arguments)
            """,
        detect=detect,
        native=NativeCode.IMPOSSIBLE,
    )
)
