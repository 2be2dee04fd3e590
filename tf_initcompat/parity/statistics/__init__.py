"""Distributions, two-sample tests, power and the budget of false alarms. Nothing here imports TensorFlow."""
