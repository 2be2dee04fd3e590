"""Helpers without a subject of their own: writing, worker processes, progress, lazy namespaces, registration."""
