"""Upgrades of old layer configs to what Keras 3 accepts."""
