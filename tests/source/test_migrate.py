"""Programs before and after `migrate`, as blocks, and programs that it leaves alone."""

import sys
from pathlib import Path

import pytest
from checks import check_noop, check_transformed, dedent

from tf_initcompat.source import migrate

PAIRS = [
    pytest.param(
        """
        import tensorflow as tf
        x = tf.placeholder('f', initializer=tf.zeros_initializer())
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        x = tf.placeholder('f', initializer=tf_initcompat.zeros_initializer())
        """,
        id="import tensorflow as tf, TensorFlow 1",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        a = tf.keras.initializers.he_normal(seed=1)
        """,
        """
        import tf_initcompat
        a = tf_initcompat.keras.initializers.he_normal(seed=1)
        """,
        id="import tensorflow.compat.v1 as tf, nothing else left of it",
    ),
    pytest.param(
        """
        import tensorflow as tf
        x = tf.placeholder('f')
        class Mine(tf.keras.initializers.Initializer):
            def __call__(self, shape, dtype=None):
                return tf.keras.initializers.get(self.name)(shape)
        config = tf.keras.initializers.serialize(Mine())
        mine = tf.keras.initializers.deserialize(config, custom_objects={'Mine': Mine})
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        x = tf.placeholder('f')
        class Mine(tf_initcompat.keras.initializers.Initializer):
            def __call__(self, shape, dtype=None):
                return tf_initcompat.keras.initializers.get(self.name)(shape)
        config = tf_initcompat.keras.initializers.serialize(Mine())
        mine = tf_initcompat.keras.initializers.deserialize(config, custom_objects={'Mine': Mine})
        """,
        id="lookups and the base class of Keras",
    ),
    pytest.param(
        """
        from tensorflow.python.keras._impl.keras import initializers
        from tensorflow.python.ops.init_ops import Initializer, ConvolutionOrthogonal2D
        a = initializers.get('he_normal'), ConvolutionOrthogonal2D()
        class Mine(Initializer): pass
        """,
        """
        import tf_initcompat
        from tf_initcompat.contrib.framework import convolutional_orthogonal_2d as ConvolutionOrthogonal2D
        from tf_initcompat.keras.initializers import Initializer
        a = tf_initcompat.keras.initializers.get('he_normal'), ConvolutionOrthogonal2D()
        class Mine(Initializer): pass
        """,
        id="private modules",
    ),
    pytest.param(
        """
        import tensorflow as t
        t.compat.v1.ones_initializer(); t.abs(1)
        """,
        """
        import tensorflow as t
        import tf_initcompat
        tf_initcompat.ones_initializer(); t.abs(1)
        """,
        id="import tensorflow as t",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1.keras.initializers as ki
        ki.lecun_uniform()
        """,
        """
        import tf_initcompat
        tf_initcompat.keras.initializers.lecun_uniform()
        """,
        id="import of a submodule",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import zeros_initializer as z
        z()
        """,
        """
        from tf_initcompat import zeros_initializer as z
        z()
        """,
        id="from import with another name",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import (
            placeholder,
            zeros_initializer,  # zeros
            ones_initializer as o,
        )
        placeholder, zeros_initializer(), o()
        """,
        """
        from tensorflow.compat.v1 import (
            placeholder,
        )
        from tf_initcompat import zeros_initializer, ones_initializer as o
        placeholder, zeros_initializer(), o()
        """,
        id="from import of several",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import (zeros_initializer,
                                          ones_initializer,
                                          placeholder)
        placeholder, zeros_initializer(), ones_initializer()
        """,
        """
        from tensorflow.compat.v1 import (placeholder)
        from tf_initcompat import zeros_initializer, ones_initializer
        placeholder, zeros_initializer(), ones_initializer()
        """,
        id="from import aligned with the bracket",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import (zeros_initializer,  # zeros
                                          # placeholders
                                          placeholder, ones_initializer,
                                          Session)
        placeholder, zeros_initializer(), ones_initializer()
        """,
        """
        from tensorflow.compat.v1 import (
                                          # placeholders
                                          placeholder, Session)
        from tf_initcompat import zeros_initializer, ones_initializer
        placeholder, zeros_initializer(), ones_initializer()
        """,
        id="from import aligned with the bracket, with comments",
    ),
    pytest.param(
        """
        from tensorflow.\tcompat.v1 import zeros_initializer
        from tensorflow . compat \\
            .v1 import ones_initializer as o
        zeros_initializer(), o()
        """,
        """
        from tf_initcompat import zeros_initializer
        from tf_initcompat import ones_initializer as o
        zeros_initializer(), o()
        """,
        id="from import with space around the dots",
    ),
    pytest.param(
        """
        try:
            from tensorflow.compat.v1 import zeros_initializer, placeholder
            x = zeros_initializer(), placeholder
        except ImportError:
            pass
        """,
        """
        try:
            from tensorflow.compat.v1 import placeholder
            from tf_initcompat import zeros_initializer
            x = zeros_initializer(), placeholder
        except ImportError:
            pass
        """,
        id="from import and its reader in one block",
    ),
    pytest.param(
        """
        def f():
            with scope():
                from tensorflow.compat.v1 import zeros_initializer as z, keras; x = z()
        """,
        """
        def f():
            with scope():
                from tensorflow.compat.v1 import keras; from tf_initcompat import zeros_initializer as z; x = z()
        """,
        id="from import and its reader on one line of a block",
    ),
    pytest.param(
        """
        try:
            from tensorflow.compat.v1.keras.initializers import zeros
            from tensorflow.compat.v1 import zeros_initializer
        except ImportError:
            from tensorflow.compat.v1 import zeros_initializer, placeholder
        zeros_initializer()
        """,
        """
        try:
            from tf_initcompat.keras.initializers import zeros
            from tf_initcompat import zeros_initializer
        except ImportError:
            from tensorflow.compat.v1 import placeholder
            from tf_initcompat import zeros_initializer
        zeros_initializer()
        """,
        id="from imports of one name in two branches",
    ),
    pytest.param(
        """
        import tensorflow as t
        def f():
            def g():
                return t.compat.v1.zeros_initializer()
            g()
            if True:
                import tensorflow.compat.v1 as tf
                return tf.ones_initializer()
        """,
        """
        import tf_initcompat
        def f():
            import tf_initcompat
            def g():
                return tf_initcompat.zeros_initializer()
            g()
            if True:
                return tf_initcompat.ones_initializer()
        """,
        id="an import makes its name local: all readers of the function stand behind it",
    ),
    pytest.param(
        """
        import tensorflow as t
        def f():
            @decorator
            def g():
                return tf.zeros_initializer()
            import tensorflow.compat.v1 as tf
            return tf.Session, t.abs
        """,
        """
        import tensorflow as t
        def f():
            import tf_initcompat
            @decorator
            def g():
                return tf_initcompat.zeros_initializer()
            import tensorflow.compat.v1 as tf
            return tf.Session, t.abs
        """,
        id="an import before a decorated function",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        tf.zeros_initializer()
        del tf
        """,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        tf_initcompat.zeros_initializer()
        del tf
        """,
        id="a deleted name keeps its import",
    ),
    pytest.param(
        """
        class Namespace:
            import tensorflow.compat.v1 as tf
            zeros = tf.zeros_initializer()
        Namespace.tf.placeholder
        """,
        """
        class Namespace:
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            zeros = tf_initcompat.zeros_initializer()
        Namespace.tf.placeholder
        """,
        id="an import of a class body stays: it is an attribute",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        zeros = getattr(tf, "zeros_initializer")()
        ones = getattr(tf, "ones_initializer", None)
        getattr(tf, "initializers").he_normal()
        """,
        """
        import tf_initcompat
        zeros = tf_initcompat.zeros_initializer()
        ones = tf_initcompat.ones_initializer
        tf_initcompat.initializers.he_normal()
        """,
        id="getattr with a literal name",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        class Model:
            def __init__(self):
                self.t = tf
            def build(self):
                return self.t.zeros_initializer(), self.t.placeholder
        class Other:
            def __init__(self, t):
                self.t = t
            def build(self):
                return self.t.zeros_initializer()
        """,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        class Model:
            def __init__(self):
                self.t = tf
            def build(self):
                return tf_initcompat.zeros_initializer(), self.t.placeholder
        class Other:
            def __init__(self, t):
                self.t = t
            def build(self):
                return self.t.zeros_initializer()
        """,
        id="module as an attribute of self",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import keras
        keras.initializers.Zeros(), keras.layers
        """,
        """
        from tensorflow.compat.v1 import keras
        import tf_initcompat
        tf_initcompat.keras.initializers.Zeros(), keras.layers
        """,
        id="from import of keras",
    ),
    pytest.param(
        """
        from tensorflow.contrib.layers import xavier_initializer
        w = xavier_initializer(False)
        """,
        """
        from tf_initcompat.contrib.layers import xavier_initializer
        w = xavier_initializer(False)
        """,
        id="from contrib import name",
    ),
    pytest.param(
        """
        from tensorflow.contrib.framework import convolutional_orthogonal_2d
        from tensorflow.python.ops.init_ops import ConvolutionDeltaOrthogonal
        w = convolutional_orthogonal_2d(), ConvolutionDeltaOrthogonal()
        """,
        """
        from tf_initcompat.contrib.framework import convolutional_orthogonal_2d
        from tf_initcompat.contrib.framework import convolutional_delta_orthogonal as ConvolutionDeltaOrthogonal
        w = convolutional_orthogonal_2d(), ConvolutionDeltaOrthogonal()
        """,
        id="from contrib's other module and from init_ops",
    ),
    pytest.param(
        """
        import tensorflow.contrib.framework as f
        f.convolutional_orthogonal_1d(seed=3); f.arg_scope
        """,
        """
        import tensorflow.contrib.framework as f
        import tf_initcompat
        tf_initcompat.contrib.framework.convolutional_orthogonal_1d(seed=3); f.arg_scope
        """,
        id="import of contrib's module as a name",
    ),
    pytest.param(
        """
        from tensorflow.contrib import layers as L
        L.xavier_initializer_conv2d(); L.conv2d()
        """,
        """
        from tensorflow.contrib import layers as L
        import tf_initcompat
        tf_initcompat.contrib.layers.xavier_initializer_conv2d(); L.conv2d()
        """,
        id="from contrib import module",
    ),
    pytest.param(
        """
        import tensorflow as tf
        layers = tf.contrib.layers
        tf.abs(layers.variance_scaling_initializer())
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        tf.abs(tf_initcompat.contrib.layers.variance_scaling_initializer())
        """,
        id="an alias of a module",
    ),
    pytest.param(
        """
        import tensorflow as tf
        import tf_slim as slim
        slim.conv2d(slim.xavier_initializer())
        tf.contrib.slim.initializers.xavier_initializer()
        """,
        """
        import tf_initcompat
        import tf_slim as slim
        slim.conv2d(tf_initcompat.contrib.layers.xavier_initializer())
        tf_initcompat.contrib.layers.xavier_initializer()
        """,
        id="tf_slim and slim",
    ),
    pytest.param(
        """
        from tensorflow.python.ops import init_ops
        init_ops.VarianceScaling(2.0), init_ops.zeros_initializer
        init_ops.identity_initializer()
        """,
        """
        import tf_initcompat
        tf_initcompat.variance_scaling_initializer(2.0), tf_initcompat.zeros_initializer
        tf_initcompat.initializers.identity()
        """,
        id="init_ops",
    ),
    pytest.param(
        """
        from tensorflow.python.ops.init_ops import Zeros, Ones as O
        Zeros(), O()
        """,
        """
        from tf_initcompat import zeros_initializer as Zeros, ones_initializer as O
        Zeros(), O()
        """,
        id="a class of init_ops by name",
    ),
    pytest.param(
        """
        import tensorflow as tf
        if hasattr(tf, 'compat'):
            tf = tf.compat.v1
        tf.zeros_initializer()
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        if hasattr(tf, 'compat'):
            tf = tf.compat.v1
        tf_initcompat.zeros_initializer()
        """,
        id="tf = tf.compat.v1 under an if",
    ),
    pytest.param(
        """
        try:
            import tensorflow.compat.v1 as tf
        except ImportError:
            import tensorflow as tf
        tf.abs(tf.zeros_initializer())
        """,
        """
        try:
            import tensorflow.compat.v1 as tf
        except ImportError:
            import tensorflow as tf
        import tf_initcompat
        tf.abs(tf_initcompat.zeros_initializer())
        """,
        id="try and except ImportError",
    ),
    pytest.param(
        """
        def f():
            import tensorflow.compat.v1 as tf
            return tf.abs(tf.zeros_initializer())
        """,
        """
        def f():
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            return tf.abs(tf_initcompat.zeros_initializer())
        """,
        id="an import inside a function",
    ),
    pytest.param(
        """
        def f(): import tensorflow.compat.v1 as tf; return tf, tf.zeros_initializer()
        """,
        """
        def f(): import tensorflow.compat.v1 as tf; import tf_initcompat; return tf, tf_initcompat.zeros_initializer()
        """,
        id="all in one line",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import *
        placeholder(zeros_initializer())
        """,
        """
        from tensorflow.compat.v1 import *
        import tf_initcompat
        placeholder(tf_initcompat.zeros_initializer())
        """,
        id="a star",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        import functools
        def f(a=tf.zeros_initializer, *, b=tf.ones_initializer()): pass
        g = functools.partial(tf.truncated_normal_initializer, stddev=0.1)
        h = lambda: tf.glorot_normal_initializer()(shape=[3], dtype=tf.float32)
        class I(tf.random_normal_initializer): pass
        isinstance(h, (tf.zeros_initializer, int)) or h is tf.ones_initializer
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        tf.placeholder(tf.float32)
        import functools
        def f(a=tf_initcompat.zeros_initializer, *, b=tf_initcompat.ones_initializer()): pass
        g = functools.partial(tf_initcompat.truncated_normal_initializer, stddev=0.1)
        h = lambda: tf_initcompat.glorot_normal_initializer()(shape=[3], dtype=tf.float32)
        class I(tf_initcompat.random_normal_initializer): pass
        isinstance(h, (tf_initcompat.zeros_initializer, int)) or h is tf_initcompat.ones_initializer
        """,
        id="references, defaults, partial, lambda, subclass, comparison",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        xavier = tf.glorot_uniform_initializer
        xavier()
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        tf.placeholder(tf.float32)
        xavier = tf_initcompat.glorot_uniform_initializer
        xavier()
        """,
        id="another name for a symbol",
    ),
    pytest.param(
        """
        import tensorflow as tf
        a = tf.compat.v1.keras.initializers.VarianceScaling(
            scale=1.0, mode=("FAN_AVG").lower(), distribution=("uniform" if False else "truncated_normal"))
        """,
        """
        import tf_initcompat
        a = tf_initcompat.keras.initializers.VarianceScaling(
            scale=1.0, mode=("FAN_AVG").lower(), distribution=("uniform" if False else "truncated_normal"))
        """,
        id="what tf_upgrade_v2 leaves behind",
    ),
    pytest.param(
        '''
        """Docstring of tf."""
        from __future__ import print_function

        import os  # paths

        import numpy as np
        import tensorflow as tf  # TF 1
        import tensorflow_hub as hub

        from .x import y

        tf.placeholder(
            tf.zeros_initializer(),  # zeros
        )
        ''',
        '''
        """Docstring of tf."""
        from __future__ import print_function

        import os  # paths

        import numpy as np
        import tensorflow as tf  # TF 1
        import tensorflow_hub as hub
        import tf_initcompat

        from .x import y

        tf.placeholder(
            tf_initcompat.zeros_initializer(),  # zeros
        )
        ''',
        id="docstring, __future__, groups and comments stay",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        a = (tf
             .contrib.layers
             .xavier_initializer())
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        tf.placeholder(tf.float32)
        a = (tf_initcompat
             .contrib.layers
             .xavier_initializer())
        """,
        id="several lines",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        print("héé 🎲", tf.zeros_initializer)
        """,
        """
        import tensorflow as tf
        import tf_initcompat
        tf.placeholder(tf.float32)
        print("héé 🎲", tf_initcompat.zeros_initializer)
        """,
        id="characters of more than one byte",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf; tf.abs(tf.zeros_initializer())""",
        """
        import tensorflow.compat.v1 as tf; import tf_initcompat; tf.abs(tf_initcompat.zeros_initializer())""",
        id="no line end at the end",
    ),
    pytest.param(
        """
        import tf_initcompat
        import tensorflow.compat.v1 as tf
        tf.abs(tf.zeros_initializer())
        """,
        """
        import tf_initcompat
        import tensorflow.compat.v1 as tf
        tf.abs(tf_initcompat.zeros_initializer())
        """,
        id="already imported",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import keras, initializers as i
        __all__ = ['i']
        i.zeros()
        """,
        """
        from tensorflow.compat.v1 import keras, initializers as i
        import tf_initcompat
        __all__ = ['i']
        tf_initcompat.initializers.zeros()
        """,
        id="an alias that is needed elsewhere",
    ),
    pytest.param(
        '''
        """Docstring."""
        from __future__ import division
        def setup():
            global tf
            import tensorflow.compat.v1 as tf
        def f(): return tf.zeros_initializer(), tf.abs
        ''',
        '''
        """Docstring."""
        from __future__ import division
        import tf_initcompat
        def setup():
            global tf
            import tensorflow.compat.v1 as tf
        def f(): return tf_initcompat.zeros_initializer(), tf.abs
        ''',
        id="global",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf;
        x = tf.zeros_initializer()
        """,
        """
        import tf_initcompat;
        x = tf_initcompat.zeros_initializer()
        """,
        id="a semicolon at the end",
    ),
    pytest.param(
        """
        import os; import tensorflow.compat.v1 as tf; x = tf.zeros_initializer()
        """,
        """
        import os; import tf_initcompat; x = tf_initcompat.zeros_initializer()
        """,
        id="in the middle of a line",
    ),
    pytest.param(
        """
        def f(): import tensorflow.compat.v1 as tf; return tf.zeros_initializer()
        """,
        """
        def f(): import tf_initcompat; return tf_initcompat.zeros_initializer()
        """,
        id="the only import of a line",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import zeros_initializer, keras
        a = zeros_initializer()
        keras.initializers.he_normal()
        """,
        """
        import tf_initcompat
        from tf_initcompat import zeros_initializer
        a = zeros_initializer()
        tf_initcompat.keras.initializers.he_normal()
        """,
        id="all names of a statement, one by one",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import (
            zeros_initializer,  # zeros
            # The placeholder feeds the images.
            placeholder,  # why
            ones_initializer
        )
        x = placeholder, zeros_initializer(), ones_initializer()
        """,
        """
        from tensorflow.compat.v1 import (
            # The placeholder feeds the images.
            placeholder,  # why
        )
        from tf_initcompat import zeros_initializer, ones_initializer
        x = placeholder, zeros_initializer(), ones_initializer()
        """,
        id="comments of other names stay",
    ),
    pytest.param(
        """
        def f(a):
            if a:
                import tensorflow.compat.v1 as tf
                return tf.zeros_initializer()
            else:
                import tensorflow.compat.v1 as tf
                return tf.ones_initializer()
        """,
        """
        def f(a):
            import tf_initcompat
            if a:
                import tensorflow.compat.v1 as tf
                return tf_initcompat.zeros_initializer()
            else:
                import tensorflow.compat.v1 as tf
                return tf_initcompat.ones_initializer()
        """,
        id="each branch its own import",
    ),
    pytest.param(
        """
        while True:
            try:
                import tensorflow.compat.v1 as tf
                break
            except ImportError: pass
        print(tf.abs, tf.ones_initializer())
        """,
        """
        while True:
            try:
                import tensorflow.compat.v1 as tf
                break
            except ImportError: pass
        import tf_initcompat
        print(tf.abs, tf_initcompat.ones_initializer())
        """,
        id="a loop until the import works",
    ),
    pytest.param(
        """
        class A:
            import tensorflow.compat.v1 as tf
            init = tf.zeros_initializer()
        import os
        """,
        """
        class A:
            import tf_initcompat
            init = tf_initcompat.zeros_initializer()
        import os
        """,
        id="in a class",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        def f(x: tf.zeros_initializer):
            import tensorflow.compat.v1 as tf
            return tf.abs, tf.ones_initializer()
        """,
        """
        import tf_initcompat
        def f(x: tf_initcompat.zeros_initializer):
            import tensorflow.compat.v1 as tf
            import tf_initcompat
            return tf.abs, tf_initcompat.ones_initializer()
        """,
        id="annotations belong outside",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        x = tf.abs, tf.zeros_initializer()
        import tf_initcompat
        """,
        """
        import tensorflow.compat.v1 as tf
        import tf_initcompat
        x = tf.abs, tf_initcompat.zeros_initializer()
        import tf_initcompat
        """,
        id="an import of the wrappers that comes too late",
    ),
    pytest.param(
        """
        try:
            import tensorflow.compat.v1 as tf
            from tensorflow.contrib import layers
        except ImportError:
            raise SystemExit
        w = tf.zeros_initializer()
        b = layers.xavier_initializer()
        """,
        """
        try:
            from tensorflow.contrib import layers
        except ImportError:
            raise SystemExit
        import tf_initcompat
        w = tf_initcompat.zeros_initializer()
        b = tf_initcompat.contrib.layers.xavier_initializer()
        """,
        id="a block is not left empty",
    ),
    pytest.param(
        """
        #!/usr/bin/env python
        def setup():
            global tf
            import tensorflow.compat.v1 as tf
        def f(): return tf.zeros_initializer(), tf.abs
        """,
        """
        #!/usr/bin/env python
        import tf_initcompat
        def setup():
            global tf
            import tensorflow.compat.v1 as tf
        def f(): return tf_initcompat.zeros_initializer(), tf.abs
        """,
        id="global, in a file without other imports",
    ),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_before_and_after(before: str, after: str) -> None:
    check_transformed(before, after)


#: Statements that need the import, though they do not read it as a name of the module.
NEEDS = [
    pytest.param(
        """
        class A:
            tf = tf
            def f(self): return self.tf.Session
        """,
        id="a class attribute of the name",
    ),
    pytest.param(
        '''
        def f():
            """Runs.

            >>> tf.reset_default_graph()
            """
        ''',
        id="a doctest",
    ),
    pytest.param(
        """
        y = None  # type: tf.Tensor
        """,
        id="a type comment",
    ),
    pytest.param(
        """
        def f():
            global tf
        """,
        id="nonlocal",
    ),
    pytest.param(
        """
        def f(x: 'tf.Tensor'): pass
        """,
        id="a string annotation",
    ),
]


@pytest.mark.parametrize("need", NEEDS)
def test_import_that_is_needed_stays(need: str) -> None:
    before = "import tensorflow.compat.v1 as tf\nx = tf.zeros_initializer()\n"
    after = "import tensorflow.compat.v1 as tf\nimport tf_initcompat\nx = tf_initcompat.zeros_initializer()\n"
    check_transformed(before + dedent(need), after + dedent(need))


#: Names that may belong to another library as well.
AMBIGUOUS = [
    pytest.param(
        """
        if B:
            from tensorflow.compat.v1.keras import initializers
        else:
            from jax.nn import initializers
        x = initializers.he_normal()
        """,
        id="two backends",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf, keras
        i = tf.keras.initializers if B else keras.initializers
        x = i.he_normal()
        """,
        id="a choice",
    ),
    pytest.param(
        """
        from tensorflow.compat.v1 import *
        from flax.linen.initializers import *
        x = zeros_initializer()
        """,
        id="two stars",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        for tf in [a, b]:
            x = tf.zeros_initializer()
        """,
        id="a loop",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        class tf: pass
        x = tf.zeros_initializer()
        """,
        id="a class",
    ),
]


@pytest.mark.parametrize("source", AMBIGUOUS)
def test_ambiguous_name_is_reported_and_left_alone(source: str) -> None:
    result = check_noop(source)
    assert "IC003" in {finding.rule for finding in result.findings}


UNTOUCHED = [
    pytest.param(
        """
        import flax.linen as nn, tensorflow as tf
        nn.initializers.zeros_init(), nn.initializers.he_normal()
        """,
        id="flax",
    ),
    pytest.param(
        """
        from jax.nn import initializers
        initializers.glorot_uniform(), initializers.orthogonal(0.1)
        """,
        id="jax",
    ),
    pytest.param(
        """
        import torch.nn.init as initializers
        initializers.zeros, initializers.orthogonal
        """,
        id="torch",
    ),
    pytest.param(
        """
        from keras import initializers
        initializers.he_normal(), initializers.VarianceScaling()
        """,
        id="keras",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        tf.global_variables_initializer(), tf.tables_initializer()
        tf.local_variables_initializer(), tf.initializers.global_variables()
        """,
        id="not initializers of weights",
    ),
    pytest.param(
        '''
        import tensorflow as tf
        tf.placeholder(tf.float32)
        # tf.zeros_initializer()
        x = "tf.zeros_initializer()"
        """tf.ones_initializer"""
        ''',
        id="prose",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.random.set_seed(1)
        tf.zeros_initializer(), tf.initializers.zeros
        """,
        id="TensorFlow 2",
    ),
    pytest.param(
        """
        import tensorflow.compat.v2 as tf
        tf.zeros_initializer(), tf.keras.initializers.he_normal()
        """,
        id="tf.compat.v2",
    ),
    pytest.param(
        """
        from tensorflow.python.ops import init_ops_v2
        init_ops_v2.Zeros()
        """,
        id="TensorFlow 2's classes",
    ),
    pytest.param(
        """
        class A:
            def f(self, x): return self.zeros_initializer(), x.orthogonal_initializer
        """,
        id="an object",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as t
        def f(tf): return tf.zeros_initializer()
        """,
        id="a parameter",
    ),
    pytest.param(
        """
        import tensorflow.compat.v1 as tf
        tf.abs(1)
        def f():
            tf_initcompat = 1
            return tf.zeros_initializer()
        """,
        id="a name that is something else here",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        a = (tf.  # core
          contrib.slim.xavier_initializer)
        """,
        id="a comment inside the name",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        tf.zeros_initializer()  # tf-initcompat: ignore
        tf.ones_initializer()  # tf-initcompat: ignore[IC001]
        """,
        id="ignored",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.zeros_initializer()
        """,
        id="not known",
    ),
    pytest.param(
        """
        import tensorflow as tf
        tf.placeholder(tf.float32)
        tf.layers.dense(1, kernel_initializer='he_normal')
        """,
        id="strings",
    ),
]


@pytest.mark.parametrize("source", UNTOUCHED)
def test_left_alone(source: str) -> None:
    check_noop(source)


def test_name_that_a_failed_import_sets_to_none() -> None:
    check_transformed(
        """
        try:
            import tensorflow.compat.v1 as tf
        except ImportError:
            tf = None
        x = tf.abs, tf.zeros_initializer()
        """,
        """
        try:
            import tensorflow.compat.v1 as tf
        except ImportError:
            tf = None
        import tf_initcompat
        x = tf.abs, tf_initcompat.zeros_initializer()
        """,
    )


BARE = """
    import tensorflow as tf
    tf.zeros_initializer()
    """


def test_assume_tf1() -> None:
    check_transformed(
        BARE,
        """
        import tf_initcompat
        tf_initcompat.zeros_initializer()
        """,
        assume="tf1",
    )


def test_assume_tf2() -> None:
    check_noop(BARE, assume="tf2")


@pytest.mark.parametrize(
    ("encoding", "declaration", "bom"),
    [
        ("utf-8", "", b"\xef\xbb\xbf"),
        ("latin-1", "# coding: latin-1\n", b""),
        ("utf-8", "# -*- coding: utf-8 -*-\n", b""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_bytes_keep_their_encoding_and_line_ends(encoding: str, declaration: str, bom: bytes, newline: str) -> None:
    before = declaration + "import tensorflow.compat.v1 as tf\nx = 'é', tf.abs, tf.zeros_initializer()\n"
    after = before.replace("tf\nx", "tf\nimport tf_initcompat\nx").replace("tf.zeros", "tf_initcompat.zeros")
    content, expected = (bom + text.replace("\n", newline).encode(encoding) for text in (before, after))
    assert migrate(content).content == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_text_keeps_its_characters(newline: str, mark: str) -> None:
    """Text is decoded already: the encoding that it declares is that of its file."""
    before = "# coding: latin-1\nimport tensorflow.compat.v1 as tf\nx = '🎲', tf.abs, tf.zeros_initializer()\n"
    after = before.replace("tf\nx", "tf\nimport tf_initcompat\nx").replace("tf.zeros", "tf_initcompat.zeros")
    result = migrate(mark + before.replace("\n", newline))
    assert result.error == ""
    assert result.content == mark + after.replace("\n", newline)


@pytest.mark.parametrize(
    "source",
    [
        b"print 'Python 2'\nimport tensorflow as tf\ntf.zeros_initializer()\n",
        b"# coding: nonsense\ntf.zeros_initializer()\n",
        b"'\xff'; tf.zeros_initializer()\n",
        b"tf.zeros_initializer(\n",
        b"tf.zeros_initializer()\0\n",
        b"x = " + b"(" * 5000 + b"zeros_initializer" + b")" * 5000,
        b"import tensorflow.compat.v1 as tf\ntf.zeros_initializer()\nreturn 1\n",
    ],
)
def test_unreadable_bytes_are_an_error(source: bytes) -> None:
    result = migrate(source)
    assert result.error
    assert not result.is_changed
    assert result.content is source


@pytest.mark.parametrize(
    "source",
    [
        "print 'Python 2'\ntf.zeros_initializer()\n",
        "'\ud800'; tf.zeros_initializer()\n",
        "tf.zeros_initializer()\0\n",
        "x = " + "(" * 5000 + "zeros_initializer" + ")" * 5000,
    ],
)
@pytest.mark.parametrize("path", ["-", "book.ipynb"])
def test_unreadable_text_is_an_error(source: str, path: str) -> None:
    result = migrate(source, path=path)
    assert result.error
    assert result.content is source


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a package that passes names of TensorFlow on."""
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .compat import *\n")
    (folder / "compat.py").write_text("import tensorflow.compat.v1 as tfv1\nxavier = tfv1.glorot_uniform_initializer\n")
    return folder


@pytest.mark.parametrize(
    "statement", ["from .compat import tfv1 as tf", "from pkg import tfv1 as tf", "from pkg.compat import tfv1 as tf"]
)
def test_reexported_module_is_followed(package: Path, statement: str) -> None:
    check_transformed(
        f"""
        {statement}
        tf.abs(tf.zeros_initializer())
        """,
        f"""
        {statement}
        import tf_initcompat
        tf.abs(tf_initcompat.zeros_initializer())
        """,
        path=package / "model.py",
    )


def test_reexported_symbol_is_rewritten_where_it_is_defined(package: Path) -> None:
    model = "from .compat import xavier, tfv1\nxavier()\n"
    (package / "model.py").write_text(model)
    check_noop(model, path=package / "model.py")
    # The import that the model takes stays.
    check_transformed(
        """
        import tensorflow.compat.v1 as tfv1
        xavier = tfv1.glorot_uniform_initializer
        """,
        """
        import tensorflow.compat.v1 as tfv1
        import tf_initcompat
        xavier = tf_initcompat.glorot_uniform_initializer
        """,
        path=package / "compat.py",
    )


NEEDS_TYPE_PARAMETERS = pytest.mark.skipif(sys.version_info < (3, 12), reason="needs the syntax of Python 3.12")


@NEEDS_TYPE_PARAMETERS
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "def f[T: tf.zeros_initializer](x: T): tf.Session",
            "def f[T: tf_initcompat.zeros_initializer](x: T): tf.Session",
            id="bound",
        ),
        pytest.param(
            "class A[T](tf.zeros_initializer): x: T = tf.Session",
            "class A[T](tf_initcompat.zeros_initializer): x: T = tf.Session",
            id="base of a generic class",
        ),
        pytest.param(
            "type A[T] = dict[T, tf.zeros_initializer] | tf.Session",
            "type A[T] = dict[T, tf_initcompat.zeros_initializer] | tf.Session",
            id="type alias",
        ),
        pytest.param(
            "tf.Session; tf.ones_initializer\n"
            "def f[tf](x: tf.zeros_initializer, y=tf.ones_initializer): tf.ones_initializer",
            "tf.Session; tf_initcompat.ones_initializer\n"
            "def f[tf](x: tf.zeros_initializer, y=tf_initcompat.ones_initializer): tf.ones_initializer",
            id="a parameter hides the module in annotations and the body, not in defaults",
        ),
    ],
)
def test_type_parameters(before: str, after: str) -> None:
    check_transformed(
        f"import tensorflow.compat.v1 as tf\n{before}\n",
        f"import tensorflow.compat.v1 as tf\nimport tf_initcompat\n{after}\n",
    )


@NEEDS_TYPE_PARAMETERS
def test_a_bound_keeps_an_import() -> None:
    check_transformed(
        "import tensorflow.compat.v1 as tf\ntf.ones_initializer()\ndef f[T: tf.Session](x: T): pass\n",
        "import tensorflow.compat.v1 as tf\nimport tf_initcompat\n"
        "tf_initcompat.ones_initializer()\ndef f[T: tf.Session](x: T): pass\n",
    )
