"""IC002: a name whose meaning depends on an unknown API level."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Status, Use

if TYPE_CHECKING:
    from tf_initcompat.source.findings import Finding


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the reason why the API level is unknown."""
    if use.status is Status.UNDECIDED:
        yield f"{use.qualified}: {file.source.decision.reason}; give --assume tf1 or --assume tf2"


RULE: Final = register(
    Rule(
        code="IC002",
        name="api-level",
        level="error",
        summary="The API level, TensorFlow 1 or 2, is unknown",
        since="0.1.0",
        what_it_does="""
            Finds names such as `tf.zeros_initializer` in files that do not show whether `tf` is TensorFlow 1 or 2.
            Names that only one of them has decide this, such as `tf.placeholder` or `tf.random.set_seed`.
            """,
        why_is_this_bad="""
            The name is a legacy class in TensorFlow 1 and a native class in TensorFlow 2. `migrate` does not rewrite
            what may be native already.

            Give `--assume tf1` or `--assume tf2`, or `assume = "tf1"` under `[tool.tf-initcompat]` in pyproject.toml.
            """,
        bad=(
            """
            import tensorflow as tf

            tf.zeros_initializer()
            ^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow as tf

            tf.placeholder(tf.float32)
            tf.zeros_initializer()
            """,
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            tf.zeros_initializer()
            """,
        ),
        use_instead="""
            import tensorflow as tf

            tf.compat.v1.zeros_initializer()
            """,
        is_fixed=False,
        detect=detect,
        error_messages=("nothing in the file shows whether",),
    )
)


def is_open(findings: "Iterable[Finding]") -> bool:
    """Return whether the API level of a file with these findings is still to be decided."""
    return any(finding.rule == RULE.code for finding in findings)
