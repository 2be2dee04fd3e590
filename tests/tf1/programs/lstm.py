"""A language model: an embedding, two LSTM cells written out, a softmax layer, and Adam."""

import tensorflow as tf

VOCABULARY, UNITS, STEPS, BATCH = 50, 16, 3, 4


def lstm_cell(inputs, state, name):
    memory, output = state
    with tf.variable_scope(name, reuse=tf.AUTO_REUSE):
        kernel = tf.get_variable("kernel", [inputs.shape[-1].value + UNITS, 4 * UNITS])
        bias = tf.get_variable("bias", [4 * UNITS], initializer=tf.zeros_initializer())
    gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, output], 1), kernel), bias)
    i, j, f, o = tf.split(gates, 4, axis=1)
    memory = memory * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
    return memory, tf.tanh(memory) * tf.sigmoid(o)


def build():
    tf.set_random_seed(7)
    words = tf.placeholder(tf.int32, [BATCH, STEPS + 1])
    initializer = tf.random_uniform_initializer(-0.1, 0.1)
    with tf.variable_scope("model", initializer=initializer):
        table = tf.get_variable("embedding", [VOCABULARY, UNITS])
        hidden = tf.nn.embedding_lookup(table, words[:, :-1])
        start = tf.tile(tf.get_variable("start", [1, UNITS]), [BATCH, 1])
        for layer in range(2):
            state = (start, tf.zeros([BATCH, UNITS]))
            outputs = []
            for step in range(STEPS):
                state = lstm_cell(hidden[:, step], state, "cell_{}".format(layer))
                outputs.append(state[1])
            hidden = tf.stack(outputs, 1)
        hidden = tf.reshape(hidden, [-1, UNITS])
        kernel = tf.get_variable("softmax/kernel", [UNITS, VOCABULARY], initializer=tf.glorot_uniform_initializer())
        bias = tf.get_variable("softmax/bias", [VOCABULARY], initializer=tf.zeros_initializer())
    logits = tf.matmul(hidden, kernel) + bias
    labels = tf.reshape(words[:, 1:], [-1])
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    tf.train.AdamOptimizer(1e-3).apply_gradients(zip(gradients, variables))
