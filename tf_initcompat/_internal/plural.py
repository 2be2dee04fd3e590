"""Numbers in sentences."""


def counted(count: int, what: str) -> str:
    """Returns a number with what it counts, in singular or plural."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
