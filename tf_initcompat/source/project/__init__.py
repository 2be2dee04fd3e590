"""The files around one file: trees, modules, requirements and API levels."""
