"""Calls of TensorFlow 1, most of them without a named initializer, and their native replacements, wrong and right.

The program `observe_replacements.py` runs the legacy code in TensorFlow 1.15 and records the initial values of one
variable; it needs Python 3.7. The code may use the tensors and modules of `observe_defaults.py`. The replacement leaves
the corresponding weights in `values`, in the layout of the legacy variable.
"""

import textwrap
from collections import namedtuple

#: A call and its replacement.
#:
#: name: What the replacement gets wrong, or keeps.
#: legacy: Code for TensorFlow 1.
#: variable: End of the name of the variable whose values are compared; "" if none are.
#: claim: What `scan --select IC2` reports of the call; "" if the call names its initializer.
#: replacement: Code for Keras.
#: rule: The rule of `scan --native` that reports the replacement; "" if only `parity` does, or nothing.
Replacement = namedtuple("Replacement", "name legacy variable claim replacement rule", defaults=("",))


def key(legacy, variable):
    """Return the key of a recording."""
    return f"{variable} in {legacy.strip()}"


def layer(call, inputs, values):
    """Return code that makes a layer of Keras, calls it and reads its weights."""
    return f"layer = keras.layers.{call}\nlayer({inputs})\nvalues = {values}"


def values(initializer, shape):
    """Return code that makes a tensor with an initializer of Keras."""
    return f"values = keras.initializers.{initializer}({shape})"


def code(block):
    """Return a block without its indentation."""
    return textwrap.dedent(block).strip()


ONE_KERNEL = "kernel with glorot_uniform"
OF_VARIABLE = "its variable with glorot_uniform"
JOINED = "np.concatenate([layer.cell.kernel, layer.cell.recurrent_kernel])"
LSTM = "tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(96), sequence, dtype=tf.float32)"
GRU = "tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(96), sequence, dtype=tf.float32)"
GRU_KERNELS = "gates/kernel and candidate/kernel with glorot_uniform"
KERAS_LSTM = layer("LSTM(96)", "sequence", JOINED)
KERAS_GATES_BIAS = layer("GRU(96, reset_after=False)", "sequence", "layer.cell.bias[:192]")
KERAS_EMBEDDING = layer("Embedding(1000, 32)", "ids", "layer.embeddings")
KERAS_TRUNCATED_EMBEDDING = layer(
    "Embedding(1000, 32, embeddings_initializer=keras.initializers.TruncatedNormal(stddev=32**-0.5))",
    "ids",
    "layer.embeddings",
)
BOTH_UNIFORM = """
    init, recurrent_init = keras.initializers.RandomUniform({0}), keras.initializers.RandomUniform({0})
    layer = keras.layers.LSTM(96, kernel_initializer=init, recurrent_initializer=recurrent_init)
    layer(sequence)
    values = np.concatenate([layer.cell.kernel, layer.cell.recurrent_kernel])
"""
EMBEDDING_COLUMN = code("""
    column = tf.feature_column.categorical_column_with_identity("ids", 1000)
    tf.feature_column.input_layer({"ids": ids}, tf.feature_column.embedding_column(column, 32))
""")
SHARED_EMBEDDING_COLUMNS = code("""
    column = tf.feature_column.categorical_column_with_identity("ids", 1000)
    tf.feature_column.input_layer({"ids": ids}, tf.feature_column.shared_embedding_columns([column], 32))
""")
CONTRIB_EMBEDDING_COLUMN = code("""
    column = contrib.layers.sparse_column_with_integerized_feature("ids", 1000)
    columns = [contrib.layers.embedding_column(column, 32)]
    contrib.layers.input_from_feature_columns({"ids": sparse_ids}, columns)
""")
EMBEDDING_WRAPPER = "cell_of(contrib.rnn.EmbeddingWrapper(tf.nn.rnn_cell.BasicRNNCell(96), 1000, 32), ids[:, :1])"
LINEAR_MODEL = "tf.feature_column.linear_model({'x': x}, tf.feature_column.numeric_column('x', 64), 96)"
SCOPED_VARIABLE = code("""
    with tf.variable_scope("output", initializer=tf.truncated_normal_initializer(stddev=0.02)):
        tf.get_variable("w", [640, 96])
""")
SCOPED_LAYER = code("""
    with tf.variable_scope("output", initializer=tf.random_uniform_initializer(-0.1, 0.1)):
        tf.layers.dense(x, 96)
""")
SCOPED_CELL = code("""
    with tf.variable_scope("model", initializer=tf.random_uniform_initializer(-0.1, 0.1)):
        tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(96), sequence, dtype=tf.float32)
""")
OF_SCOPED_CELL = "tf.random_uniform_initializer(-0.1, 0.1)"
SCOPED_CONVOLUTION = code("""
    with slim.arg_scope(
        [slim.conv2d],
        weights_initializer=tf.truncated_normal_initializer(stddev=0.09),
        biases_initializer=tf.constant_initializer(0.1),
        weights_regularizer=slim.l2_regularizer(1e-4),
    ):
        slim.conv2d(image, 48, 3)
""")
OF_SCOPED_CONVOLUTION = "tf.truncated_normal_initializer(stddev=0.09) of the arg_scope"
SCOPE_BY_A_FUNCTION = code("""
    def model_arg_scope():
        with slim.arg_scope([slim.fully_connected], weights_initializer=slim.xavier_initializer(False)) as scope:
            return scope

    with slim.arg_scope(model_arg_scope()):
        slim.fully_connected(x, 640)
""")
SCOPED_SEPARABLE = code("""
    with slim.arg_scope([slim.separable_conv2d], weights_initializer=tf.truncated_normal_initializer(stddev=0.09)):
        slim.separable_conv2d(image, 480, 3, 1)
""")
PARTITIONED = code("""
    with tf.variable_scope("shards", partitioner=tf.fixed_size_partitioner(4)):
        tf.get_variable("w", [640, 96])
""")
UNIT_SCALING = 'tf.get_variable("w", [640, 96], initializer=tf.uniform_unit_scaling_initializer(factor=1.43))'
CONTRIB_VARIANCE = (
    "contrib.layers.fully_connected(x, 640, weights_initializer=contrib.layers.variance_scaling_initializer())"
)
TWO_LAYERS = code("""
    init = tf.glorot_uniform_initializer()
    query = tf.layers.dense(x, 64, kernel_initializer=init)
    key = tf.layers.dense(x, 64, kernel_initializer=init)
""")
SCOPED_LAYERS = code("""
    with tf.variable_scope("model", initializer=tf.glorot_normal_initializer()):
        query = tf.layers.dense(x, 64)
        key = tf.layers.dense(x, 64)
""")
SEEDED_LAYERS = "tf.set_random_seed(1)\nfor _ in range(3):\n    x = tf.layers.dense(x, 64)"

#: Wrong kernels and biases of recurrent layers, which join or split what the legacy cell did not.
WRONG_CELLS = [
    Replacement("LSTM: orthogonal recurrent kernel", LSTM, "lstm_cell/kernel", ONE_KERNEL, KERAS_LSTM),
    Replacement(
        "LSTM: the limit of each kernel alone",
        LSTM,
        "lstm_cell/kernel",
        ONE_KERNEL,
        layer("LSTM(96, recurrent_initializer='glorot_uniform')", "sequence", JOINED),
    ),
    Replacement("block cell", "cell_of(contrib.rnn.LSTMBlockCell(96), x)", "kernel", ONE_KERNEL, KERAS_LSTM),
    Replacement(
        "normalized cell", "cell_of(contrib.rnn.LayerNormBasicLSTMCell(96), x)", "kernel", ONE_KERNEL, KERAS_LSTM
    ),
    Replacement(
        "basic cell",
        "cell_of(tf.nn.rnn_cell.BasicRNNCell(96), x)",
        "kernel",
        ONE_KERNEL,
        layer("SimpleRNN(96)", "sequence", JOINED),
    ),
    Replacement("GRU: bias of the gates", GRU, "gates/bias", "gates/bias with ones", KERAS_GATES_BIAS),
    Replacement(
        "GRU: kernel of the gates",
        GRU,
        "gates/kernel",
        GRU_KERNELS,
        layer("GRU(96)", "sequence", JOINED + "[:, :192]"),
    ),
    Replacement(
        "GRU: kernel of the candidate",
        GRU,
        "candidate/kernel",
        GRU_KERNELS,
        layer("GRU(96)", "sequence", JOINED + "[:, 192:]"),
    ),
    Replacement(
        "GRU block cell: bias of the gates",
        "cell_of(contrib.rnn.GRUBlockCell(96), x)",
        "b_ru",
        "b_ru with ones",
        KERAS_GATES_BIAS,
    ),
    Replacement(
        "convolutional LSTM",
        "cell_of(contrib.rnn.ConvLSTMCell(2, [16, 16, 24], 24, [3, 3]), image)",
        "kernel",
        ONE_KERNEL,
        layer("ConvLSTM2D(24, 3)", "images", JOINED.replace("])", "], axis=2)")),
    ),
    Replacement(
        "cuDNN's LSTM: recurrent kernels",
        "contrib.cudnn_rnn.CudnnLSTM(1, 64)(steps)",
        "weight",
        "weight with glorot_uniform",
        layer("LSTM(64)", "sequence", "layer.cell.recurrent_kernel[:, :64]"),
    ),
    Replacement(
        "cuDNN's GRU: kernels of all gates together",
        "contrib.cudnn_rnn.CudnnGRU(1, 64)(steps)",
        "weight",
        "weight with glorot_uniform",
        layer("GRU(64)", "sequence", "layer.cell.kernel[:, :64]"),
    ),
    Replacement(
        "highway: bias of the carry gate",
        "cell_of(contrib.rnn.HighwayWrapper(tf.nn.rnn_cell.BasicRNNCell(64)), x)",
        "carry_b",
        "carry_b with ones",
        layer("Dense(64, activation='sigmoid')", "x", "layer.bias"),
    ),
]
WRONG_EMBEDDINGS = [
    Replacement("embedding column", EMBEDDING_COLUMN, "embedding_weights", "truncated normal", KERAS_EMBEDDING),
    Replacement(
        "embedding column: a normal distribution that is not truncated",
        EMBEDDING_COLUMN,
        "embedding_weights",
        "truncated normal",
        KERAS_TRUNCATED_EMBEDDING.replace("TruncatedNormal", "RandomNormal"),
    ),
    Replacement(
        "shared embedding columns", SHARED_EMBEDDING_COLUMNS, "embedding_weights", "truncated normal", KERAS_EMBEDDING
    ),
    Replacement(
        "contrib's embedding column: the number of buckets decides",
        CONTRIB_EMBEDDING_COLUMN,
        "weights",
        "1/sqrt(number of buckets)",
        KERAS_TRUNCATED_EMBEDDING,
    ),
    Replacement(
        "embedded sequence", "contrib.layers.embed_sequence(ids, 1000, 32)", "embeddings", OF_VARIABLE, KERAS_EMBEDDING
    ),
    Replacement("embedding wrapper", EMBEDDING_WRAPPER, "embedding", "between -sqrt(3) and sqrt(3)", KERAS_EMBEDDING),
    Replacement(
        "table of embeddings", 'tf.get_variable("embeddings", [1000, 32])', "embeddings", OF_VARIABLE, KERAS_EMBEDDING
    ),
]
WRONG_SCOPES = [
    Replacement(
        "variable_scope: its initializer is lost",
        SCOPED_VARIABLE,
        "w",
        "tf.truncated_normal_initializer(stddev=0.02) of the variable_scope",
        "values = keras.layers.Layer().add_weight(shape=(640, 96), name='w')",
    ),
    Replacement(
        "variable_scope around a layer",
        SCOPED_LAYER,
        "dense/kernel",
        "tf.random_uniform_initializer(-0.1, 0.1) of the variable_scope",
        layer("Dense(96)", "x", "layer.kernel"),
    ),
    Replacement("variable_scope around a cell", SCOPED_CELL, "basic_lstm_cell/kernel", OF_SCOPED_CELL, KERAS_LSTM),
    Replacement(
        "variable_scope around a cell: the recurrent kernel is forgotten",
        SCOPED_CELL,
        "basic_lstm_cell/kernel",
        OF_SCOPED_CELL,
        layer("LSTM(96, kernel_initializer=keras.initializers.RandomUniform(-0.1, 0.1))", "sequence", JOINED),
    ),
    Replacement(
        "arg_scope: the initializer is lost, the regularizer is kept",
        SCOPED_CONVOLUTION,
        "Conv/weights",
        OF_SCOPED_CONVOLUTION,
        layer("Conv2D(48, 3, kernel_regularizer=keras.regularizers.L2(5e-5))", "image", "layer.kernel"),
    ),
    Replacement(
        "arg_scope: the initializer of the biases is lost",
        SCOPED_CONVOLUTION,
        "Conv/biases",
        "tf.constant_initializer(0.1) of the arg_scope",
        layer("Conv2D(48, 3)", "image", "layer.bias"),
    ),
    Replacement(
        "arg_scope: a function makes it",
        SCOPE_BY_A_FUNCTION,
        "fully_connected/weights",
        "slim.xavier_initializer(False) of the arg_scope",
        layer("Dense(640)", "x", "layer.kernel"),
    ),
    Replacement(
        "arg_scope: it is for both kernels",
        SCOPED_SEPARABLE,
        "pointwise_weights",
        OF_SCOPED_CONVOLUTION,
        layer(
            "SeparableConv2D(480, 3, depthwise_initializer=keras.initializers.TruncatedNormal(stddev=0.09))",
            "image",
            "layer.pointwise_kernel",
        ),
    ),
]
WRONG_FANS = [
    Replacement(
        "vector: a layer has other fans",
        'tf.get_variable("v", [960])',
        "v",
        OF_VARIABLE,
        layer("Dense(1)", "np.zeros((1, 960))", "np.ravel(layer.kernel)"),
    ),
    Replacement(
        "fused kernel: each of four layers has other fans",
        'tf.get_variable("w", [64, 384])',
        "w",
        OF_VARIABLE,
        code("""
            layers = [keras.layers.Dense(96) for _ in range(4)]
            values = np.concatenate([(layer(x), layer.kernel)[1] for layer in layers], axis=1)
        """),
    ),
    Replacement(
        "partitioned variable: a weight for each shard",
        PARTITIONED,
        "w/part_0",
        OF_VARIABLE,
        "values = keras.layers.Layer().add_weight(shape=(160, 96), name='w')",
    ),
    Replacement(
        "depthwise convolution: the fans of a full one",
        "tf.layers.separable_conv2d(image, 48, 3)",
        "depthwise_kernel",
        "depthwise_kernel and pointwise_kernel with glorot_uniform",
        layer("Conv2D(24, 3)", "image", "np.asarray(layer.kernel)[..., :1]"),
    ),
]
WRONG_DEFAULTS = [
    Replacement("linear model", LINEAR_MODEL, "weights", "zeros", layer("Dense(96)", "x", "layer.kernel")),
    Replacement(
        "default of get_variable",
        'tf.get_variable("w", [640, 96])',
        "w",
        OF_VARIABLE,
        values("RandomNormal()", (640, 96)),
    ),
    Replacement(
        "default of contrib's layers",
        "contrib.layers.fully_connected(x, 640)",
        "weights",
        "weights with glorot_uniform",
        layer("Dense(640, kernel_initializer='glorot_normal')", "x", "layer.kernel"),
    ),
    Replacement(
        "default of stddev",
        'tf.get_variable("w", [640, 96], initializer=tf.truncated_normal_initializer())',
        "w",
        "",
        values("TruncatedNormal()", (640, 96)),
    ),
    Replacement(
        "default of the range",
        'tf.get_variable("w", [640, 96], initializer=tf.random_uniform_initializer())',
        "w",
        "",
        values("RandomUniform()", (640, 96)),
    ),
    Replacement(
        "unit scaling: the factor in place of its square",
        UNIT_SCALING,
        "w",
        "",
        values("VarianceScaling(1.43, 'fan_in', 'uniform')", (640, 96)),
        "IC305",
    ),
    Replacement(
        "truncated normal: the factor 1.3 of contrib is lost",
        CONTRIB_VARIANCE,
        "weights",
        "",
        values("TruncatedNormal(stddev=np.sqrt(2.0 / 64))", (64, 640)),
        "IC306",
    ),
    Replacement(
        "variance scaling: the factor 1.3 of contrib twice",
        CONTRIB_VARIANCE,
        "weights",
        "",
        values("VarianceScaling(1.3 * 2.0)", (64, 640)),
        "IC306",
    ),
]
#: The distribution is right.
WRONG_INSTANCES = [
    Replacement(
        "shared instance",
        TWO_LAYERS,
        "",
        "",
        code("""
            init = keras.initializers.GlorotUniform()
            query = keras.layers.Dense(64, kernel_initializer=init)
            key = keras.layers.Dense(64, kernel_initializer=init)
        """),
        "IC301",
    ),
    Replacement(
        "shared instance in place of a variable_scope",
        SCOPED_LAYERS,
        "",
        "tf.glorot_normal_initializer() of the variable_scope",
        code("""
            INIT = keras.initializers.GlorotNormal()

            def dense(inputs):
                return keras.layers.Dense(64, kernel_initializer=INIT)(inputs)
        """),
        "IC301",
    ),
    Replacement(
        "shared instance in place of an arg_scope",
        SCOPED_CONVOLUTION,
        "",
        OF_SCOPED_CONVOLUTION,
        code("""
            init = keras.initializers.TruncatedNormal(stddev=0.09)
            for _ in range(3):
                image = keras.layers.Conv2D(24, 3, kernel_initializer=init)(image)
        """),
        "IC301",
    ),
    Replacement(
        "shared instance for both kernels",
        SCOPED_CELL,
        "",
        OF_SCOPED_CELL,
        code("""
            init = keras.initializers.RandomUniform(-0.1, 0.1)
            layer = keras.layers.LSTM(96, kernel_initializer=init, recurrent_initializer=init)
        """),
        "IC301",
    ),
    Replacement(
        "seeded instance in a loop",
        SEEDED_LAYERS,
        "",
        ONE_KERNEL,
        code("""
            for _ in range(3):
                x = keras.layers.Dense(64, kernel_initializer=keras.initializers.GlorotUniform(seed=1))(x)
        """),
        "IC302",
    ),
    Replacement(
        "one seed for all layers",
        SEEDED_LAYERS,
        "",
        ONE_KERNEL,
        code("""
            query = keras.layers.Dense(64, kernel_initializer=keras.initializers.GlorotUniform(seed=1))
            key = keras.layers.Dense(64, kernel_initializer=keras.initializers.GlorotUniform(seed=1))
        """),
        "IC303",
    ),
    Replacement(
        "dtype of the variable",
        'tf.get_variable("w", [64, 96], tf.float64)',
        "",
        OF_VARIABLE,
        "w = keras.initializers.GlorotUniform(dtype='float64')",
        "IC304",
    ),
    Replacement(
        "global seed",
        SEEDED_LAYERS,
        "",
        ONE_KERNEL,
        "tf.random.set_seed(1)\nlayer = keras.layers.Dense(64)",
        "IC307",
    ),
    Replacement(
        "legacy initializer in a layer of Keras 3",
        TWO_LAYERS,
        "",
        "",
        "layer = keras.layers.Dense(64, kernel_initializer=tf.compat.v1.glorot_uniform_initializer())",
        "IC308",
    ),
]
#: Replacements with other initial values, or with the hazards of native code.
WRONG = [
    *WRONG_CELLS,
    *WRONG_EMBEDDINGS,
    *WRONG_SCOPES,
    *WRONG_FANS,
    *WRONG_DEFAULTS,
    *WRONG_INSTANCES,
]

#: Replacements that start a model as the legacy code does.
RIGHT = [
    Replacement(
        "dense layer",
        "tf.layers.dense(x, 640)",
        "dense/kernel",
        ONE_KERNEL,
        layer("Dense(640)", "x", "layer.kernel"),
    ),
    Replacement(
        "convolution",
        "tf.layers.conv2d(image, 48, 3)",
        "conv2d/kernel",
        ONE_KERNEL,
        layer("Conv2D(48, 3)", "image", "layer.kernel"),
    ),
    Replacement(
        "convolution of slim",
        "slim.conv2d(image, 48, 3)",
        "Conv/weights",
        "weights with glorot_uniform",
        layer("Conv2D(48, 3)", "image", "layer.kernel"),
    ),
    Replacement(
        "separable convolution",
        "tf.layers.separable_conv2d(image, 48, 3)",
        "depthwise_kernel",
        "depthwise_kernel and pointwise_kernel with glorot_uniform",
        layer("SeparableConv2D(48, 3)", "image", "layer.depthwise_kernel"),
    ),
    Replacement(
        "vector",
        'tf.get_variable("v", [960])',
        "v",
        OF_VARIABLE,
        "values = keras.layers.Layer().add_weight(shape=(960,), name='v')",
    ),
    Replacement(
        "LSTM: the limit of the one kernel",
        LSTM,
        "lstm_cell/kernel",
        ONE_KERNEL,
        "limit = (6 / (64 + 96 + 4 * 96)) ** 0.5\n" + code(BOTH_UNIFORM.format("-limit, limit")),
    ),
    Replacement(
        "LSTM: bias",
        LSTM,
        "lstm_cell/bias",
        "bias with zeros",
        layer("LSTM(96, unit_forget_bias=False)", "sequence", "layer.cell.bias"),
    ),
    Replacement(
        "embedding column", EMBEDDING_COLUMN, "embedding_weights", "truncated normal", KERAS_TRUNCATED_EMBEDDING
    ),
    Replacement(
        "embedded sequence",
        "contrib.layers.embed_sequence(ids, 1000, 32)",
        "embeddings",
        OF_VARIABLE,
        layer("Embedding(1000, 32, embeddings_initializer='glorot_uniform')", "ids", "layer.embeddings"),
    ),
    Replacement(
        "variable_scope around a cell",
        SCOPED_CELL,
        "basic_lstm_cell/kernel",
        OF_SCOPED_CELL,
        code(BOTH_UNIFORM.format("-0.1, 0.1")),
    ),
    Replacement(
        "arg_scope",
        SCOPED_CONVOLUTION,
        "Conv/weights",
        OF_SCOPED_CONVOLUTION,
        layer(
            "Conv2D(48, 3, kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.09))", "image", "layer.kernel"
        ),
    ),
    Replacement(
        "unit scaling", UNIT_SCALING, "w", "", values("VarianceScaling(1.43**2, 'fan_in', 'uniform')", (640, 96))
    ),
    Replacement(
        "contrib's variance scaling",
        CONTRIB_VARIANCE,
        "weights",
        "",
        values("TruncatedNormal(stddev=np.sqrt(1.3 * 2.0 / 64))", (64, 640)),
    ),
    Replacement(
        "linear model",
        LINEAR_MODEL,
        "weights",
        "zeros",
        layer("Dense(96, kernel_initializer='zeros')", "x", "layer.kernel"),
    ),
    Replacement(
        "an instance for each layer",
        TWO_LAYERS,
        "",
        "",
        code("""
            query = keras.layers.Dense(64, kernel_initializer=keras.initializers.GlorotUniform())
            key = keras.layers.Dense(64, kernel_initializer=keras.initializers.GlorotUniform())
        """),
    ),
]
