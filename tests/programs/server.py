"""A parameter server or worker: a TensorFlow server that runs until it is killed."""

import task
import tensorflow as tf

task.begin()
resolver = task.cluster()
server = tf.distribute.Server(resolver.cluster_spec(), resolver.task_type, resolver.task_id)
server.join()
