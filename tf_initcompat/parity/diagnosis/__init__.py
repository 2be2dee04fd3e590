"""The likely causes of a difference, their repairs, and the message that reports them. No TensorFlow."""
