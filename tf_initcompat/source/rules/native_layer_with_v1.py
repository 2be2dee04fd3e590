"""IC308: an initializer of tf.compat.v1 in a layer of Keras."""

import ast
from collections.abc import Iterator
from typing import Final

from tf_initcompat.source.rules import FileContext, Found, Rule, register
from tf_initcompat.source.uses import Form, Status

_LAYERS: Final = ("keras.layers.", "tensorflow.keras.layers.", "tf_keras.layers.")
_V1: Final = "tensorflow.compat.v1."


def detect_file(file: FileContext) -> Iterator[Found]:
    """Yield the explicit uses of tf.compat.v1 that are arguments of Keras' layers."""
    for use in file.uses:
        is_explicit = use.status is Status.LEGACY and use.qualified.startswith(_V1) and use.form is not Form.IMPORT
        node = use.call or use.node
        if not is_explicit or not isinstance(node, ast.expr):
            continue
        layer = next((layer for read in _reads(node, file) if (layer := _layer(read, file))), "")
        if layer:
            message = f"Keras 3 cannot load a saved {layer} with an initializer of tf.compat.v1"
            yield Found(use.node, use.call, use.name, message)


def _reads(node: ast.expr, file: FileContext) -> list[ast.expr]:
    """Return an expression with the places that read the name which is assigned to it."""
    statement = file.parent(node)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    scope = file.names.scope_of[node].find(target.id) if isinstance(target, ast.Name) else None
    return [node, *file.names.loads(target.id, scope)] if isinstance(target, ast.Name) and scope else [node]


def _layer(node: ast.expr, file: FileContext) -> str:
    """Return the name of the layer of Keras that an expression is a keyword argument of, or ""."""
    parent = file.parent(node)
    holder = file.parent(parent) if isinstance(parent, ast.keyword) else None
    if not isinstance(holder, ast.Call):
        return ""
    names = [name for name in file.resolve(holder.func) if name and name.startswith(_LAYERS)]
    return names[0].rpartition(".")[2] if names else ""


RULE: Final = register(
    Rule(
        code="IC308",
        name="native-layer-with-v1",
        level="warning",
        summary="Keras 3 cannot load layers with an initializer of tf.compat.v1",
        since="0.1.0",
        what_it_does="""
            Finds initializers of `tf.compat.v1` in layers of Keras.
            """,
        why_is_this_bad="""
            Keras 3 calls such an object, so that the model works. It saves the class by its module, and refuses to load
            it again. The wrappers are registered with Keras, and load.
            """,
        bad=(
            """
            import keras
            import tensorflow as tf

            layer = keras.layers.Dense(3, kernel_initializer=tf.compat.v1.orthogonal_initializer)
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            """,
        ),
        good=(
            """
            import keras
            import tf_initcompat

            layer = keras.layers.Dense(3, kernel_initializer=tf_initcompat.orthogonal_initializer())
            """,
        ),
        use_instead="""
            import keras
            import tf_initcompat

            layer = keras.layers.Dense(3, kernel_initializer=tf_initcompat.orthogonal_initializer)
            """,
        detect_file=detect_file,
        is_opt_in=True,
    )
)
