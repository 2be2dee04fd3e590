"""Address for reports of bugs."""

from typing import Final

#: Address of the project's issues.
ISSUES: Final = "https://github.com/tf-initcompat/tf-initcompat/issues"
