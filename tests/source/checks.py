"""Checks of `migrate` on programs before and after, as dedented blocks.

    from checks import check_noop, check_transformed

    def test_zeros() -> None:
        check_transformed(
            '''
            import tensorflow.compat.v1 as tf
            x = tf.abs, tf.zeros_initializer()
            ''',
            '''
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            x = tf.abs, tf_initcompat.zeros_initializer()
            ''',
        )

The keywords are those of `tf_initcompat.source.migrate`: path, to, assume, accept.
"""

import textwrap
import warnings
from typing import Any

from tf_initcompat.source import MigrateResult, migrate


def dedent(block: str) -> str:
    """Return a block without the line break after its opening quotes and without the common indentation."""
    return textwrap.dedent(block.removeprefix("\n"))


def check_compiles(source: str | bytes) -> None:
    """Check that Python compiles a program. Warnings, such as those of invalid escapes, are the program's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(source, "after", "exec")


def check_transformed(before: str, after: str, **options: Any) -> MigrateResult[str]:
    """Check what `migrate` makes of a program, that it compiles, and that a second run changes nothing.

    Args:
      before: The program, as an indented block.
      after: The expected program, as an indented block.
      **options: Keywords of `migrate`.

    Returns:
      The result, for further checks.
    """
    assert dedent(before) != dedent(after), "nothing is expected to change: use check_noop"
    result = migrate(dedent(before), **options)
    assert result.error == ""
    assert result.content == dedent(after)
    check_compiles(result.content)
    again = migrate(result.content, **options)
    assert again.error == ""
    assert again.content == result.content
    return result


def check_noop(source: str, **options: Any) -> MigrateResult[str]:
    """Check that `migrate` leaves a program alone.

    Args:
      source: The program, as an indented block.
      **options: Keywords of `migrate`.

    Returns:
      The result, for further checks.
    """
    result = migrate(dedent(source), **options)
    assert result.error == ""
    assert result.content == dedent(source)
    return result
