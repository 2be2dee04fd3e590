"""A variable after each of many functions: the number of operations gives its op seed in TensorFlow 2, too."""

import tensorflow as tf
from google.protobuf import text_format


def real(*shape):
    return tf.placeholder(tf.float32, shape)


def integers(*shape):
    return tf.placeholder(tf.int32, shape)


def image():
    return real(4, 16, 16, 3)


def applied(optimizer):
    with tf.variable_scope("optimized", reuse=tf.AUTO_REUSE):
        optimizer.apply_gradients([(real(1), tf.get_variable("value", [1]))])


def matmul_that_fails():
    try:
        tf.matmul(real(2, 3), real(2, 3))
    except ValueError:
        pass


IMPORTED = """
node { name: "value" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "axis" op: "Const" attr { key: "dtype" value { type: DT_INT32 } }
  attr { key: "value" value { tensor { dtype: DT_INT32 tensor_shape {} int_val: 0 } } } }
node { name: "split" op: "Split" input: "axis" input: "value" attr { key: "num_split" value { i: 2 } }
  attr { key: "T" value { type: DT_FLOAT } } }
node { name: "shape" op: "Placeholder" attr { key: "dtype" value { type: DT_INT32 } } }
node { name: "random_uniform" op: "RandomUniform" input: "shape" attr { key: "T" value { type: DT_INT32 } }
  attr { key: "dtype" value { type: DT_FLOAT } } attr { key: "seed2" value { i: 3 } } }
"""


def imported():
    tf.import_graph_def(text_format.Parse(IMPORTED, tf.GraphDef()))


FUNCTIONS = [
    # Functions of which TensorFlow 2 makes another number of operations, which legacy sampling knows.
    ("split", lambda: tf.split(real(4, 8), 4, 1)),
    ("split_sizes", lambda: tf.split(real(4, 8), [3, 5], 1)),
    ("eye", lambda: tf.eye(4)),
    ("eye_wide", lambda: tf.eye(4, 5)),
    ("matrix_diag", lambda: tf.matrix_diag(real(4))),
    ("matrix_diag_part", lambda: tf.matrix_diag_part(real(4, 4))),
    ("matrix_set_diag", lambda: tf.matrix_set_diag(real(4, 4), real(4))),
    ("trace", lambda: tf.trace(real(4, 4))),
    ("uniform", lambda: tf.random_uniform([2, 3])),
    ("uniform_maximum", lambda: tf.random_uniform([2, 3], maxval=5)),
    ("uniform_range", lambda: tf.random_uniform([2, 3], 1, 5)),
    ("uniform_integers", lambda: tf.random_uniform([2, 3], maxval=5, dtype=tf.int32)),
    ("uniform_dynamic", lambda: tf.random_uniform(tf.shape(real(None, 3)))),
    ("uniform_seeded", lambda: tf.random_uniform([2, 3], seed=3)),
    ("uniform_named", lambda: tf.random_uniform([2, 3], name="noise")),
    ("uniform_tensor_maximum", lambda: tf.random_uniform([2, 3], 0, real())),
    ("uniform_tensor_minimum", lambda: tf.random_uniform([2, 3], real(), 3.0)),
    ("uniform_tensor_range", lambda: tf.random_uniform([2, 3], real(), real())),
    ("uniform_tensor_integers", lambda: tf.random_uniform([], 0, integers(), dtype=tf.int32)),
    ("uniform_tensors", lambda: tf.random_uniform(tf.shape(real(None)), real(), real(), name="noise")),
    ("imported", imported),
    # Functions of which both make as many.
    ("matmul", lambda: tf.matmul(real(2, 3), real(3, 4))),
    ("conv2d", lambda: tf.nn.conv2d(image(), real(3, 3, 3, 4), [1, 1, 1, 1], "SAME")),
    ("conv2d_transpose", lambda: tf.nn.conv2d_transpose(image(), real(3, 3, 5, 3), [4, 32, 32, 5], [1, 2, 2, 1])),
    ("depthwise", lambda: tf.nn.depthwise_conv2d(image(), real(3, 3, 3, 2), [1, 1, 1, 1], "SAME")),
    ("max_pool", lambda: tf.nn.max_pool(image(), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")),
    ("bias_add", lambda: tf.nn.bias_add(real(2, 3), real(3))),
    ("moments", lambda: tf.nn.moments(real(2, 3), [0])),
    ("batch_normalization", lambda: tf.nn.batch_normalization(*([real(3)] * 5 + [1e-3]))),
    ("fused_batch_norm", lambda: tf.nn.fused_batch_norm(image(), real(3), real(3))),
    ("activations", lambda: [f(real(3)) for f in (tf.nn.relu, tf.nn.elu, tf.nn.leaky_relu, tf.tanh, tf.nn.softmax)]),
    ("concat", lambda: tf.concat([real(2, 3), real(2, 3)], 1)),
    ("stack", lambda: tf.unstack(tf.stack([real(2), real(2)]))),
    ("slices", lambda: real(2, 3)[:, 1:] + real(2, 3)[:, :-1]),
    ("reshape", lambda: tf.reshape(real(None, 3), [tf.shape(real(None, 3))[0], 3])),
    ("transpose", lambda: tf.transpose(real(2, 3))),
    ("reductions", lambda: tf.reduce_mean(tf.reduce_sum(tf.reduce_max(real(2, 3, 4), -1), axis=1))),
    ("lookup", lambda: tf.nn.embedding_lookup([real(3, 3), real(3, 3)], integers(4))),
    ("one_hot", lambda: tf.one_hot(integers(3), 4)),
    ("where", lambda: tf.where(tf.placeholder(tf.bool, [2]), real(2), real(2))),
    ("while", lambda: tf.while_loop(lambda k: k < 3, lambda k: k + 1, [tf.constant(0)])),
    ("cond", lambda: tf.cond(tf.placeholder(tf.bool, []), lambda: real(2) * 2.0, lambda: real(2) * 3.0)),
    ("cross_entropy", lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=integers(2), logits=real(2, 3))),
    ("sigmoid_cross_entropy", lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=real(2), logits=real(2))),
    ("nce", lambda: tf.nn.nce_loss(real(9, 3), real(9), tf.placeholder(tf.int64, [4, 1]), real(4, 3), 5, 9)),
    ("adam", lambda: tf.train.AdamOptimizer().apply_gradients([(real(1), tf.get_variable("v", [1]))])),
    ("sgd", lambda: applied(tf.train.GradientDescentOptimizer(0.1))),
    ("momentum", lambda: applied(tf.train.MomentumOptimizer(0.1, 0.9))),
    ("rms_prop", lambda: applied(tf.train.RMSPropOptimizer(0.1))),
    ("adagrad", lambda: applied(tf.train.AdagradOptimizer(0.1))),
    ("adadelta", lambda: applied(tf.train.AdadeltaOptimizer())),
    ("softmax_cross_entropy", lambda: tf.nn.softmax_cross_entropy_with_logits(labels=real(2, 3), logits=real(2, 3))),
    ("l2_loss", lambda: tf.nn.l2_loss(real(2, 3))),
    ("moving_average", lambda: tf.train.ExponentialMovingAverage(0.9).apply([tf.get_variable("w", [1])])),
    ("decay", lambda: tf.train.exponential_decay(0.1, tf.train.get_or_create_global_step(), 100, 0.9)),
    ("resize", lambda: tf.image.resize_bilinear(image(), [8, 8])),
    ("shuffle", lambda: tf.random_shuffle(real(3))),
    ("normal", lambda: tf.random_normal([2])),
    ("norm", lambda: tf.clip_by_norm(real(3), 1.0)),
    ("inverse", lambda: tf.matrix_inverse(real(2, 2))),
    ("failing", matmul_that_fails),
    ("crop", lambda: tf.random_crop(real(8, 8, 3), [4, 4, 3])),
    ("multinomial", lambda: tf.multinomial(real(2, 3), 5)),
    ("poisson", lambda: tf.random_poisson(2.0, [3])),
]


def build():
    tf.set_random_seed(7)
    tf.get_variable("first", [1])
    for name, function in FUNCTIONS:
        function()
        tf.get_variable("after_" + name, [1])
    for letter in "abc":
        tf.Variable(tf.random_uniform([3]), name="uniform_" + letter)
    tf.Variable(tf.random_uniform([3], name="noise"), name="uniform_named")
    tf.Variable(tf.random_uniform([3], 0, tf.constant(2.0)), name="uniform_tensor_maximum")
    tf.Variable(tf.random_uniform([3], tf.constant(1.0), 2.0), name="uniform_tensor_minimum")
    tf.Variable(tf.random_uniform([3], 0, tf.constant(9), dtype=tf.int32), name="uniform_tensor_integers")
    with tf.name_scope("random_uniform"):
        tf.Variable(tf.random_normal([3]), name="in_scope_of_that_name")
