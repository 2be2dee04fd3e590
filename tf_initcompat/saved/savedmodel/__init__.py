"""SavedModel directories of tf.keras: the config and the layers from the metadata, the weights from the variables."""
