# ruff: noqa: UP032  # Python 2.7 has no f-strings
"""Calls that create variables without naming an initializer, for each entry point of TensorFlow 1.

Each value is a statement that the program `observe_defaults.py` runs in a new graph. It may use the tensors that are
defined there, the modules `tf`, `contrib` and `slim`, and the function `cell_of`, which runs a cell once.
"""

#: Layers that exist as functions and classes of tf.layers: (function, class, arguments, tensor).
_LAYERS = (
    ("dense", "Dense", "96", "x"),
    ("conv1d", "Conv1D", "48, 3", "signal"),
    ("conv2d", "Conv2D", "48, 3", "image"),
    ("conv3d", "Conv3D", "32, 3", "volume"),
    ("conv2d_transpose", "Conv2DTranspose", "48, 3", "image"),
    ("conv3d_transpose", "Conv3DTranspose", "32, 3", "volume"),
    ("separable_conv1d", "SeparableConv1D", "48, 3", "signal"),
    ("separable_conv2d", "SeparableConv2D", "48, 3", "image"),
    ("batch_normalization", "BatchNormalization", "", "image"),
)

#: Functions of tf.contrib.layers and tf.contrib.slim: name and arguments.
_CONTRIB_LAYERS = {
    "batch_norm": "image, scale=True",
    "bias_add": "x",
    "bow_encoder": "ids, 50, 32",
    "conv1d": "signal, 48, 3",
    "conv2d": "image, 48, 3",
    "conv2d_in_plane": "image, 3",
    "conv2d_transpose": "image, 48, 3",
    "conv3d": "volume, 32, 3",
    "conv3d_transpose": "volume, 32, 3",
    "convolution": "image, 48, 3",
    "convolution1d": "signal, 48, 3",
    "convolution2d": "image, 48, 3",
    "convolution2d_in_plane": "image, 3",
    "convolution2d_transpose": "image, 48, 3",
    "convolution3d": "volume, 32, 3",
    "convolution3d_transpose": "volume, 32, 3",
    "embed_sequence": "ids, 50, 32",
    "fully_connected": "x, 96",
    "gdn": "image",
    "group_norm": "image, groups=8",
    "instance_norm": "image",
    "layer_norm": "x",
    "legacy_fully_connected": "x, 96",
    "legacy_linear": "x, 96",
    "legacy_relu": "x, 96",
    "linear": "x, 96",
    "relu": "x, 96",
    "relu6": "x, 96",
    "repeat": "x, 2, contrib.layers.fully_connected, 96",
    "separable_conv2d": "image, 48, 3, 1",
    "separable_convolution2d": "image, 48, 3, 1",
    "spatial_softmax": "image",
    "stack": "x, contrib.layers.fully_connected, [96, 32]",
}

#: Cells of tf.nn.rnn_cell and tf.contrib.rnn: arguments.
_CELLS = {
    "BasicRNNCell": "96",
    "BasicLSTMCell": "96",
    "GRUCell": "96",
    "LSTMCell": "96, use_peepholes=True, num_proj=32",
}
_CONTRIB_CELLS = {
    "CoupledInputForgetGateLSTMCell": "96, use_peepholes=True, num_proj=32",
    "GLSTMCell": "96, num_proj=64, number_of_groups=2",
    "GRUBlockCell": "96",
    "GRUBlockCellV2": "96",
    "GridLSTMCell": "32, use_peepholes=True, feature_size=16, frequency_skip=8, num_frequency_blocks=[7]",
    "BidirectionalGridLSTMCell": "32, use_peepholes=True, feature_size=16, frequency_skip=8, num_frequency_blocks=[7]",
    "IndRNNCell": "96",
    "IndyGRUCell": "96",
    "IndyLSTMCell": "96",
    "IntersectionRNNCell": "64",
    "LSTMBlockCell": "96, use_peephole=True",
    "LayerNormBasicLSTMCell": "96",
    "NASCell": "96, num_proj=32",
    "SRUCell": "64",
    "TimeFreqLSTMCell": "32, use_peepholes=True, feature_size=16, frequency_skip=8",
    "UGRNNCell": "96",
}

#: Layers of tf.keras: arguments and tensor.
_KERAS = {
    "Bidirectional": ("tf.keras.layers.LSTM(48)", "sequence"),
    "BatchNormalization": ("", "image"),
    "Conv1D": ("48, 3", "signal"),
    "Conv2D": ("48, 3", "image"),
    "Conv2DTranspose": ("48, 3", "image"),
    "Conv3D": ("32, 3", "volume"),
    "Conv3DTranspose": ("32, 3", "volume"),
    "ConvLSTM2D": ("24, 3", "images"),
    "Dense": ("96", "x"),
    "DepthwiseConv2D": ("3", "image"),
    "Embedding": ("50, 32", "ids"),
    "GRU": ("48", "sequence"),
    "LSTM": ("48", "sequence"),
    "LayerNormalization": ("", "x"),
    "LocallyConnected1D": ("8, 3", "signal"),
    "LocallyConnected2D": ("8, 3", "image"),
    "PReLU": ("", "x"),
    "SeparableConv1D": ("48, 3", "signal"),
    "SeparableConv2D": ("48, 3", "image"),
    "SimpleRNN": ("48", "sequence"),
    "TimeDistributed": ("tf.keras.layers.Dense(48)", "sequence"),
}
_KERAS_CUDNN = ("CuDNNGRU", "CuDNNLSTM")  # run on a GPU only
_KERAS_CELLS = ("GRUCell", "LSTMCell", "SimpleRNNCell")

_IDS = "categorical_column_with_identity('ids', 50)"
_COLUMN = "tf.feature_column." + _IDS

#: Statement for each entry point, by its name below `tf`.
CREATORS = {
    "get_variable": "tf.get_variable('v', [64, 96])",
    "feature_column.embedding_column": (
        "tf.feature_column.input_layer({'ids': ids}, tf.feature_column.embedding_column(" + _COLUMN + ", 32))"
    ),
    "feature_column.shared_embedding_columns": (
        "tf.feature_column.input_layer({'ids': ids}, tf.feature_column.shared_embedding_columns([" + _COLUMN + "], 32))"
    ),
    "feature_column.linear_model": (
        "tf.feature_column.linear_model({'x': x}, tf.feature_column.numeric_column('x', 64), 96)"
    ),
    "contrib.layers.embedding_column": (
        "contrib.layers.input_from_feature_columns({'ids': sparse_ids}, [contrib.layers.embedding_column("
        "contrib.layers.sparse_column_with_integerized_feature('ids', 50), 32)])"
    ),
    "contrib.layers.shared_embedding_columns": (
        "contrib.layers.input_from_feature_columns({'ids': sparse_ids}, contrib.layers.shared_embedding_columns("
        "[contrib.layers.sparse_column_with_integerized_feature('ids', 50)], 32))"
    ),
    "contrib.layers.scattered_embedding_column": (
        "contrib.layers.input_from_feature_columns({'ids': sparse_ids}, [contrib.layers.scattered_embedding_column("
        "'ids', size=1000, dimension=32, hash_key=contrib.layers.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY)])"
    ),
    "contrib.layers.weighted_sum_from_feature_columns": (
        "contrib.layers.weighted_sum_from_feature_columns({'x': x}, [contrib.layers.real_valued_column('x', 64)], 96)"
    ),
    "contrib.layers.joint_weighted_sum_from_feature_columns": (
        "contrib.layers.joint_weighted_sum_from_feature_columns({'ids': sparse_ids}, "
        "[contrib.layers.sparse_column_with_integerized_feature('ids', 50)], 96)"
    ),
    "contrib.layers.GDN": "contrib.layers.GDN()(image)",
    "contrib.slim.GDN": "slim.GDN()(image)",
    "contrib.framework.variable": "contrib.framework.variable('v', [64, 96])",
    "contrib.framework.model_variable": "contrib.framework.model_variable('v', [64, 96])",
    "contrib.slim.variable": "slim.variable('v', [64, 96])",
    "contrib.slim.model_variable": "slim.model_variable('v', [64, 96])",
    "contrib.rnn.EmbeddingWrapper": (
        "cell_of(contrib.rnn.EmbeddingWrapper(tf.nn.rnn_cell.BasicRNNCell(96), 50, 32), ids[:, :1])"
    ),
    "contrib.rnn.HighwayWrapper": "cell_of(contrib.rnn.HighwayWrapper(tf.nn.rnn_cell.BasicRNNCell(64)), x)",
    "contrib.rnn.AttentionCellWrapper": (
        "cell_of(contrib.rnn.AttentionCellWrapper(tf.nn.rnn_cell.BasicLSTMCell(64), 4, state_is_tuple=True), x)"
    ),
    "contrib.rnn.InputProjectionWrapper": (
        "cell_of(contrib.rnn.InputProjectionWrapper(tf.nn.rnn_cell.BasicRNNCell(64), 48), x)"
    ),
    "contrib.rnn.OutputProjectionWrapper": (
        "cell_of(contrib.rnn.OutputProjectionWrapper(tf.nn.rnn_cell.BasicRNNCell(64), 48), x)"
    ),
    "contrib.rnn.PhasedLSTMCell": (
        "cell_of(contrib.rnn.PhasedLSTMCell(96, use_peepholes=True), (tf.zeros([8, 1]), x))"
    ),
    "contrib.rnn.Conv1DLSTMCell": (
        "cell_of(contrib.rnn.Conv1DLSTMCell(input_shape=[32, 64], output_channels=24, kernel_shape=[3]), signal)"
    ),
    "contrib.rnn.Conv2DLSTMCell": (
        "cell_of(contrib.rnn.Conv2DLSTMCell(input_shape=[16, 16, 24], output_channels=24, kernel_shape=[3, 3]), image)"
    ),
    "contrib.rnn.Conv3DLSTMCell": (
        "cell_of(contrib.rnn.Conv3DLSTMCell("
        "input_shape=[8, 8, 8, 16], output_channels=8, kernel_shape=[3, 3, 3]), volume)"
    ),
    "contrib.rnn.ConvLSTMCell": "cell_of(contrib.rnn.ConvLSTMCell(2, [16, 16, 24], 24, [3, 3]), image)",
    "contrib.rnn.LSTMBlockFusedCell": (
        "contrib.rnn.LSTMBlockFusedCell(96, use_peephole=True)(steps, dtype=tf.float32)"
    ),
    "contrib.cudnn_rnn.CudnnCompatibleLSTMCell": "cell_of(contrib.cudnn_rnn.CudnnCompatibleLSTMCell(96), x)",
    "contrib.cudnn_rnn.CudnnCompatibleGRUCell": "cell_of(contrib.cudnn_rnn.CudnnCompatibleGRUCell(96), x)",
    "contrib.cudnn_rnn.CudnnLSTM": "contrib.cudnn_rnn.CudnnLSTM(1, 96)(steps)",
    "contrib.cudnn_rnn.CudnnGRU": "contrib.cudnn_rnn.CudnnGRU(1, 96)(steps)",
    "contrib.cudnn_rnn.CudnnRNNRelu": "contrib.cudnn_rnn.CudnnRNNRelu(1, 96)(steps)",
    "contrib.cudnn_rnn.CudnnRNNTanh": "contrib.cudnn_rnn.CudnnRNNTanh(1, 96)(steps)",
    "contrib.seq2seq.BahdanauAttention": (
        "contrib.seq2seq.BahdanauAttention(48, sequence, normalize=True)(x, tf.zeros([8, 5]))"
    ),
    "contrib.seq2seq.LuongAttention": "contrib.seq2seq.LuongAttention(64, sequence, scale=True)(x, tf.zeros([8, 5]))",
    "contrib.seq2seq.AttentionWrapper": (
        "cell_of(contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(64), "
        "contrib.seq2seq.LuongAttention(64, sequence), attention_layer_size=48), x)"
    ),
    "contrib.crf.crf_log_likelihood": (
        "contrib.crf.crf_log_likelihood(sequence, tf.zeros([8, 5], tf.int32), tf.fill([8], 5))"
    ),
}
for _function, _class, _arguments, _tensor in _LAYERS:
    CREATORS["layers." + _function] = "tf.layers.{}({})".format(
        _function, ", ".join(filter(None, (_tensor, _arguments)))
    )
    CREATORS["layers." + _class] = "tf.layers.{}({})({})".format(_class, _arguments, _tensor)
for _name, _arguments in _CONTRIB_LAYERS.items():
    CREATORS["contrib.layers." + _name] = "contrib.layers.{}({})".format(_name, _arguments)
    CREATORS["contrib.slim." + _name] = "slim.{}({})".format(_name, _arguments)
for _name, _arguments in _CELLS.items():
    CREATORS["nn.rnn_cell." + _name] = "cell_of(tf.nn.rnn_cell.{}({}), x)".format(_name, _arguments)
    CREATORS["contrib.rnn." + _name] = "cell_of(contrib.rnn.{}({}), x)".format(_name, _arguments)
for _name, _arguments in _CONTRIB_CELLS.items():
    CREATORS["contrib.rnn." + _name] = "cell_of(contrib.rnn.{}({}), x)".format(_name, _arguments)
for _name, (_arguments, _tensor) in _KERAS.items():
    CREATORS["keras.layers." + _name] = "tf.keras.layers.{}({})({})".format(_name, _arguments, _tensor)
for _name in _KERAS_CELLS:
    CREATORS["keras.layers." + _name] = "tf.keras.layers.RNN(tf.keras.layers.{}(48))(sequence)".format(_name)
for _name in _KERAS_CUDNN:
    CREATORS["keras.layers." + _name] = "tf.keras.layers.{}(48).build((8, 5, 64))".format(_name)
