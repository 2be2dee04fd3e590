"""Addresses of the project, also for reports of bugs."""

from typing import Final

HOME: Final = "https://github.com/tf-initcompat/tf-initcompat"
#: Address of the project's issues.
ISSUES: Final = f"{HOME}/issues"
