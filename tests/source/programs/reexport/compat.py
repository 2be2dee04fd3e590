try:
    import tensorflow.compat.v1 as tfv1
except ImportError:
    import tensorflow as tfv1

initializers = tfv1.initializers
