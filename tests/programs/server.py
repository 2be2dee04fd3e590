"""A parameter server or worker that does what others ask of it."""

import task
import tensorflow as tf

task.begin()
resolver = task.cluster()
server = tf.distribute.Server(resolver.cluster_spec(), resolver.task_type, resolver.task_id)
server.join()
