"""The sweep over every symbol of the catalog."""
