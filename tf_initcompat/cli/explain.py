"""`tf-initcompat explain`: the documentation of a rule, of a symbol, or of an error message."""

import argparse
import dataclasses
from collections.abc import Iterator
from typing import Final

from tf_initcompat.catalog import symbols
from tf_initcompat.cli import console

_EXAMPLES: Final = """\
examples:
  tf-initcompat explain                                # lists the rules
  tf-initcompat explain IC101
  tf-initcompat explain shared-instance
  tf-initcompat explain tf.uniform_unit_scaling_initializer
  tf-initcompat explain "got an unexpected keyword argument 'dtype'"
"""
#: Length of a text that may be a part of a known message; shorter texts are part of too many.
_SHORTEST_PART: Final = 9


#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "rules"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `explain`.

    Attributes:
      topic: A rule, a symbol or a piece of an error message; empty lists the rules.
    """

    topic: str = ""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = "Explain a rule (IC101 or shared-instance), a legacy symbol, or a piece of an error message."
    parser.epilog = _EXAMPLES
    parser.add_argument("what", nargs="*", metavar="TOPIC", help="if omitted, all rules are listed")


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line."""
    return Options(topic=" ".join(namespace.what).strip())


def run(options: Options) -> int:
    """Run the subcommand.

    Args:
      options: The options.

    Returns:
      Exit status.

    Raises:
      UsageError: If there is no documentation of the topic.
    """
    from tf_initcompat.source import rules

    topic = options.topic
    if not topic:
        for rule in rules.all_rules():
            print(f"{rule.code}  {rule.name}: {rule.summary}")
        return console.CLEAN
    is_message = " " in topic
    pages = [*_rules(topic), *_symbols(topic), *(_error_message(topic) if is_message else ())]
    if not pages:
        choices = [*(key for rule in rules.all_rules() for key in (rule.code, rule.name)), *symbols.by_name()]
        hint = console.suggestion(topic, choices) or "; `tf-initcompat explain` lists the rules"
        raise console.UsageError(f"nothing is known about {topic!r}{hint}")
    print("\n\n".join(dict.fromkeys(pages)))
    return console.CLEAN


def _rules(topic: str) -> Iterator[str]:
    """Yield the documentation of the rule with a code or name, in any case."""
    from tf_initcompat.source import rules

    for rule in rules.all_rules():
        if topic.upper() == rule.code or topic.lower() == rule.name:
            yield rule.documentation


def _symbols(topic: str) -> Iterator[str]:
    """Yield the documentation of the symbols with a qualified name or a last component."""
    from tf_initcompat.catalog import namespaces

    qualified = "tensorflow" + topic.removeprefix("tf") if topic.startswith("tf.") else topic
    match = namespaces.lookup(qualified)
    name = match.name if match else topic.removeprefix("tf_initcompat.")
    for symbol in symbols.SYMBOLS:
        if name in symbol.names or name in [full_name.rpartition(".")[2] for full_name in symbol.names]:
            yield _documentation(symbol)


def _documentation(symbol: symbols.Symbol) -> str:
    import textwrap

    from tf_initcompat.source import rules

    lines = [" = ".join(symbol.legacy_names), f"wrapper: tf_initcompat.{symbol.names[0]}"]
    if symbol.distribution:
        native = f"tf.keras.initializers.{symbol.native}"
        if not symbol.has_native_counterpart:
            native = f"none; the wrapper is made of {native}"
        lines += [f"native: {native}", f"distribution: {symbol.formula}"]
    lines += [_parameter(parameter) for parameter in symbol.parameters]
    hazards = [
        rule
        for rule in rules.all_rules()
        if rule.level == "warning" and rule.applies_to is not None and rule.applies_to(symbol)
    ]
    lines += [textwrap.fill(f"{rule.code} {rule.name}: {rule.summary}", 110) for rule in hazards]
    return "\n".join(lines)


def _parameter(parameter: symbols.Parameter) -> str:
    default = "" if parameter.default is symbols.REQUIRED else f" = {parameter.default!r}"
    note = f" ({parameter.note})" if parameter.note else ""
    return f"  {parameter.name}{default} -> {parameter.native or '-'}{note}"


def _error_message(topic: str) -> Iterator[str]:
    """Yield the documentation of the rule that explains an error message, or a part of one."""
    from tf_initcompat.source import rules

    text = topic.lower().replace('"', "'").replace("`", "'")
    pieces = [(piece, rule) for rule in rules.all_rules() for piece in rule.error_messages]
    pieces.sort(key=lambda entry: len(entry[0]), reverse=True)  # the most specific one first
    for piece, rule in pieces:
        if piece in text or (len(text) >= _SHORTEST_PART and text in piece):
            yield rule.documentation
            return
