"""`tf-initcompat explain`: the page of a rule, of a symbol, or what is behind an error message."""

import argparse
import dataclasses
from collections.abc import Iterator
from typing import Any

from tf_initcompat.catalog import symbols
from tf_initcompat.cli import console


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
    parser.add_argument("what", nargs="*", metavar="WHAT", help="if omitted, all rules are listed")


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
      UsageError: If nothing is known of what is asked.
    """
    import difflib

    from tf_initcompat.source import rules

    what = options.topic
    if not what:
        for rule in rules.RULES:
            print(f"{rule.code}  {rule.name}: {rule.summary}")
        return console.CLEAN
    pages = [*_rules(what), *_symbols(what), *([] if " " not in what else _errors(what))]
    if not pages:
        known = [*rules.by_id(), *symbols.by_name()]
        close = difflib.get_close_matches(what, known, 1, 0.5)
        hint = f"; did you mean {close[0]}?" if close else "; `tf-initcompat explain` lists the rules"
        raise console.UsageError(f"nothing is known of {what!r}{hint}")
    print("\n\n".join(dict.fromkeys(pages)))
    return console.CLEAN


def _rules(what: str) -> Iterator[str]:
    from tf_initcompat.source import rules

    rule = rules.by_id().get(what.upper()) or rules.by_id().get(what.lower())
    if rule is not None:
        yield page(rule)


def page(rule: Any) -> str:
    """Returns the page of a rule."""
    return f"{rule.code} {rule.name}: {rule.summary}\n\n{rule.page}"


def _symbols(what: str) -> Iterator[str]:
    import textwrap

    from tf_initcompat.catalog import namespaces
    from tf_initcompat.source import hazards, rules

    qualified = "tensorflow" + what.removeprefix("tf") if what.startswith("tf.") else what
    match = namespaces.lookup(qualified)
    name = match.name if match else what.removeprefix("tf_initcompat.")
    for symbol in symbols.SYMBOLS:
        if name not in symbol.names and name not in [one.rpartition(".")[2] for one in symbol.names]:
            continue
        lines = [f"{' = '.join(symbol.legacy_names)}", f"wrapper: tf_initcompat.{symbol.names[0]}"]
        if symbol.distribution:
            lines += [f"native: tf.keras.initializers.{symbol.native}", f"distribution: {symbol.formula}"]
        lines += [_parameter(parameter) for parameter in symbol.parameters]
        found = [rules.by_id()[hazard] for hazard in hazards.of_symbol(symbol)]
        lines += [textwrap.fill(f"{one.code} {one.name}: {one.summary}", 110) for one in found]
        yield "\n".join(lines)


def _parameter(parameter: symbols.Parameter) -> str:
    default = "" if parameter.default is symbols.REQUIRED else f" = {parameter.default!r}"
    note = f" ({parameter.note})" if parameter.note else ""
    return f"  {parameter.name}{default} -> {parameter.native or '-'}{note}"


#: Pieces of error messages, in lower case, and the rule that explains them.
_MESSAGES = (
    ("unexpected keyword argument 'dtype'", "constructor-dtype"),
    ("unexpected keyword argument 'partition_info'", "partition-info"),
    ("unknown initializer", "serialized-config"),
    ("could not interpret initializer identifier", "string-identifier"),
    ("could not locate class", "serialized-config"),
    ("has no attribute 'contrib'", "legacy-initializer"),
    ("has no attribute", "legacy-initializer"),
    ("no module named 'tensorflow.contrib'", "legacy-initializer"),
    ("is unseeded and being called multiple times", "shared-instance"),
)


def _errors(what: str) -> Iterator[str]:
    from tf_initcompat.source import rules

    text = what.lower().replace('"', "'").replace("`", "'")
    for piece, name in _MESSAGES:
        if piece in text or (len(text) > 8 and text in piece):
            yield page(rules.by_id()[name])
            return
