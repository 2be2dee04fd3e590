"""The type of a rule, and of a problem that a rule finds."""

import ast
import enum
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from tf_initcompat.catalog.symbols import Symbol
    from tf_initcompat.source.rules._context import FileContext
    from tf_initcompat.source.syntax.text import Located
    from tf_initcompat.source.uses import Use
    from tf_initcompat.source.uses.creations import Creation

#: An error keeps code from being rewritten, a warning is a hazard of a plain rename, a note is only information.
RuleLevel = Literal["error", "warning", "note"]
#: Yields a message for each problem of a use.
Detector = Callable[["Use", "FileContext"], Iterable[str]]
#: The same for a call that creates variables.
CreationDetector = Callable[["Creation", "FileContext"], Iterable[str]]


class Found(NamedTuple):
    """A problem that a rule finds in a whole file.

    Attributes:
      node: Place of the problem.
      call: Call at the place, for comments that ignore the rule; None if there is none.
      name: Name of what the problem is about.
      message: Description of this case, in one line.

    Examples:
      >>> import ast
      >>> call = ast.parse("keras.initializers.HeNormal()", mode="eval").body
      >>> Found(call, call, "he_normal", "one instance for two weights").name
      'he_normal'
    """

    node: "Located"
    call: ast.Call | None
    name: str
    message: str


#: Yields the problems of a file.
FileDetector = Callable[["FileContext"], Iterable[Found]]

#: A line of an example that marks what the rule finds in the line above.
_MARKER: Final = r"(?m)^ *\^+[ ^]*\n"


class NativeCode(enum.Enum):
    """Relation of a rule to plain Keras code, which `migrate --to native` writes.

    Attributes:
      UNRELATED: The rule does not decide whether a use becomes native.
      SOLVES: Native code does not have the problem.
      DIFFERS: Native code behaves differently. The use becomes a wrapper, unless the user accepts the difference.
      IMPOSSIBLE: There is no native code. The use becomes a wrapper.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> rules.with_code("IC112").native
      <NativeCode.DIFFERS: 3>
    """

    UNRELATED = enum.auto()
    SOLVES = enum.auto()
    DIFFERS = enum.auto()
    IMPOSSIBLE = enum.auto()


class Rule(NamedTuple):
    """A rule of `scan` and `migrate`.

    The examples are indented blocks of code, and the tests of the rule. In the bad examples, a line of carets marks
    what the rule finds in the line above.

    Attributes:
      code: Code, letters and digits.
      name: Name, words joined by hyphens.
      level: Importance of a finding.
      summary: One line without a full stop.
      since: First version of the package with the rule.
      what_it_does: Documentation of what is found.
      why_is_this_bad: Documentation of the consequences.
      bad: Examples in which the rule finds something. The first one is part of the documentation.
      use_instead: Better code for the first bad example.
      good: Examples in which it finds nothing.
      is_fixed: Whether `migrate` turns the first bad example into `use_instead`; otherwise it leaves the example alone.
      detect: Yields the problems that `scan` reports for a use.
      applies_to: Whether the rule concerns a symbol. `detect` then only sees uses of those symbols that make an
        initializer. None lets it see every use.
      native: Relation to native code.
      detect_obstacle: Yields the problems that keep a use from becoming native; None for those of `detect`.
      detect_creation: Yields the problems that `scan` reports for a call that creates variables.
      detect_file: Yields the problems that `scan` reports for a file.
      is_opt_in: Whether `scan` reports the problems only if the rule is selected.
      error_messages: Pieces of error messages that the rule explains, in lower case, with single quotes.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> rule = rules.with_code("IC101")
      >>> rule.name, rule.level, rule.is_fixed
      ('shared-instance', 'warning', True)
    """

    code: str
    name: str
    level: RuleLevel
    summary: str
    since: str
    what_it_does: str
    why_is_this_bad: str
    bad: tuple[str, ...]
    use_instead: str
    good: tuple[str, ...] = ()
    is_fixed: bool = True
    detect: Detector | None = None
    applies_to: "Callable[[Symbol], bool] | None" = None
    native: NativeCode = NativeCode.UNRELATED
    detect_obstacle: Detector | None = None
    detect_creation: CreationDetector | None = None
    detect_file: FileDetector | None = None
    is_opt_in: bool = False
    error_messages: tuple[str, ...] = ()

    @property
    def modules(self) -> frozenset[str]:
        """The modules of its detectors."""
        detectors = (self.detect, self.detect_obstacle, self.detect_creation, self.detect_file)
        return frozenset(detect.__module__ for detect in detectors if detect is not None)

    @property
    def is_acceptable(self) -> bool:
        """Whether `migrate --to native --accept` takes the rule."""
        return self.native is NativeCode.DIFFERS

    @property
    def is_obstacle(self) -> bool:
        """Whether a problem keeps a use from becoming native."""
        return self.native in (NativeCode.DIFFERS, NativeCode.IMPOSSIBLE)

    @property
    def explanation(self) -> str:
        """Description of the problem and its consequences, as plain text."""
        return f"{_paragraphs(self.what_it_does)}\n\n{_paragraphs(self.why_is_this_bad)}"

    @property
    def documentation(self) -> str:
        """The documentation, as Markdown."""
        sections = [
            f"# {self.name} ({self.code})",
            f"{self.summary}. Level: {self.level}. Added in {self.since}.{_OPT_IN.format(self.code) * self.is_opt_in}",
            "## What it does",
            _paragraphs(self.what_it_does),
            "## Why is this bad?",
            _paragraphs(self.why_is_this_bad),
            "## Example",
            _code_block(without_markers(self.bad[0])),
            "Use instead:",
            _code_block(dedent(self.use_instead)),
            "## Fix",
            " ".join(filter(None, (_FIXES[self.is_fixed], _NATIVE[self.native].format(self.code)))),
        ]
        return "\n\n".join(sections)


class Problem(NamedTuple):
    """A problem of one use.

    Attributes:
      rule: The rule that found it.
      message: Description of this case, in one line.

    Examples:
      >>> from tf_initcompat.source import rules
      >>> Problem(rules.with_code("IC101"), "init is used twice").rule.name
      'shared-instance'
    """

    rule: Rule
    message: str


_FIXES: Final = {
    True: "`tf-initcompat migrate` makes this change.",
    False: "`tf-initcompat migrate` leaves this code alone.",
}
_OPT_IN: Final = " Off by default; turn it on with `--select {}`."
_NATIVE: Final = {
    NativeCode.UNRELATED: "",
    NativeCode.SOLVES: "The code that `migrate --to native` writes does not have the problem either.",
    NativeCode.DIFFERS: "`migrate --to native` uses the wrapper too, unless `--accept {}` is given.",
    NativeCode.IMPOSSIBLE: "`migrate --to native` uses the wrapper too.",
}


def dedent(block: str) -> str:
    """Return a block without the line break after its opening quotes and without the common indentation."""
    import textwrap  # late, since only documentation needs it

    return textwrap.dedent(block.removeprefix("\n"))


def without_markers(example: str) -> str:
    """Return the code of an example.

    Examples:
      >>> example = '''
      ...     tf.zeros_initializer()
      ...     ^^^^^^^^^^^^^^^^^^^^
      ... '''
      >>> print(without_markers(example), end="")
      tf.zeros_initializer()
    """
    return re.sub(_MARKER, "", dedent(example))


def _code_block(code: str) -> str:
    stripped = code.rstrip("\n")
    return f"```python\n{stripped}\n```"


def _paragraphs(block: str) -> str:
    import textwrap

    paragraphs = dedent(block).strip().split("\n\n")
    return "\n\n".join(textwrap.fill(" ".join(paragraph.split()), 100) for paragraph in paragraphs)
