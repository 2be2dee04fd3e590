"""IC114: the configuration of an initializer."""

from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Rule, register
from tf_initcompat.source.uses import Form, Use


def detect(use: Use, file: FileContext) -> Iterator[str]:
    """Yield the class name."""
    if use.form is Form.CONFIG:
        yield f"the configuration names {use.qualified}; `tf-initcompat convert` rewrites saved models"


RULE: Final = register(
    Rule(
        code="IC114",
        name="serialized-config",
        level="note",
        summary="The configuration of an initializer",
        since="0.1.0",
        what_it_does="""
            Finds dictionaries with `class_name` and `config` that describe a legacy initializer.
            """,
        why_is_this_bad="""
            Configurations with `dtype` or with a legacy class name do not load in Keras 3. Inside a saved model,
            `tf-initcompat convert` rewrites them, and the layers and optimizers that newer versions of Keras reject.
            """,
        bad=(
            """
            import tensorflow as tf

            config = {"class_name": "GlorotUniform", "config": {"dtype": "float32"}}
                                    ^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import tensorflow as tf

            config = {"class_name": "Dense", "config": {}}
            """,
            """
            import tensorflow as tf

            config = {"class_name": "Zeros"}
            """,
        ),
        use_instead="""
            import tensorflow as tf

            config = {"class_name": "GlorotUniform", "config": {}}
            """,
        is_fixed=False,
        detect=detect,
        error_messages=(
            "unknown initializer",
            "unknown layer",
            "could not locate class",
            "unexpected keyword argument 'dtype'",
            "() takes no arguments",
            "unrecognized keyword arguments passed to",
            "argument(s) not recognized",
            "could not interpret initializer identifier: {'class_name'",
        ),
    )
)
