"""Counts in messages, in singular or plural."""


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, for example "1 file" or "2,000 files"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
