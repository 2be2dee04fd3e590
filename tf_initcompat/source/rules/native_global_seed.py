"""IC307: a global seed that Keras 3 does not read."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register

_SET_SEED: Final = "set_seed"
_NAMES: Final = frozenset({"tensorflow.random.set_seed", "tensorflow.compat.v2.random.set_seed"})
_OF_KERAS: Final = frozenset({"keras.utils.set_random_seed", "tensorflow.keras.utils.set_random_seed"})


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the calls of `tf.random.set_seed` in files that use Keras and do not seed it."""
    calls = [call for call in file.names.calls_named(_SET_SEED) if not _NAMES.isdisjoint(file.resolve(call.func))]
    if not calls or not _uses_keras(file) or _seeds_keras(file):
        return
    for call in calls:
        assert isinstance(call.func, (ast.Attribute, ast.Name))
        message = "tf.random.set_seed does not reach Keras 3; call keras.utils.set_random_seed"
        yield Found(call.func, call, "", message)


def _uses_keras(file: FileContext) -> bool:
    return any(
        candidate and candidate.startswith(("keras.", "tensorflow.keras."))
        for _, candidates in file.names.chains
        for candidate in candidates
    )


def _seeds_keras(file: FileContext) -> bool:
    return any(not _OF_KERAS.isdisjoint(file.resolve(call.func)) for call in file.names.calls_named("set_random_seed"))


RULE: Final = register(
    Rule(
        code="IC307",
        name="native-global-seed",
        level="warning",
        summary="tf.random.set_seed does not reach Keras 3",
        since="0.1.0",
        what_it_does="""
            Finds `tf.random.set_seed` in files that use Keras, and that do not call `keras.utils.set_random_seed`.
            """,
        why_is_this_bad="""
            Initializers of Keras 2 followed TensorFlow's global seed. Those of Keras 3 take their seeds from Python's
            random module, so that each run starts from other weights.
            """,
        bad=(
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            ^^^^^^^^^^^^^^^^^^
            model = tf.keras.Sequential([tf.keras.layers.Dense(3)])
            """,
        ),
        good=(
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            x = tf.random.normal([3])
            """,
            """
            import tensorflow as tf

            tf.random.set_seed(1)
            tf.keras.utils.set_random_seed(1)
            model = tf.keras.Sequential([tf.keras.layers.Dense(3)])
            """,
        ),
        use_instead="""
            import tensorflow as tf

            tf.keras.utils.set_random_seed(1)
            model = tf.keras.Sequential([tf.keras.layers.Dense(3)])
            """,
        is_fixed=False,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
