"""Helpers shared by several parts: atomic writing, worker processes, progress, lazy namespaces, registration."""
