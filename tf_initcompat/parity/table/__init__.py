"""The sweep over the table of symbols: its cases, one case, the worker processes."""
