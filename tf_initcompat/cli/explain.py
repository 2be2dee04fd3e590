"""`tf-initcompat explain`: the documentation of a rule, of a symbol, or of an error message."""

import argparse
import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NoReturn

from tf_initcompat.catalog import history, symbols
from tf_initcompat.cli import console

if TYPE_CHECKING:
    from tf_initcompat.source.rules import Rule

_EXAMPLES: Final = """\
examples:
  tf-initcompat explain                                # lists the rules
  tf-initcompat explain IC101
  tf-initcompat explain shared-instance
  tf-initcompat explain tf.uniform_unit_scaling_initializer
  tf-initcompat explain tf.keras.layers.Embedding      # how older versions of TensorFlow 1 differed
  tf-initcompat explain tf.nn.rnn_cell.LSTMCell        # its initial values if no initializer is named
  tf-initcompat explain tf.set_random_seed             # names that newer versions of TensorFlow lack
  tf-initcompat explain "got an unexpected keyword argument 'dtype'"
"""
#: Names that a list shows; the others are left out.
_MOST_NAMES: Final = 10
#: Length of a text that may be a part of a known message; shorter texts are part of too many.
_SHORTEST_PART: Final = 9


#: Errors of Python for a name that a module of TensorFlow lacks. Pasted text may have lost its quotes.
_MISSING_NAMES: Final = tuple(
    re.compile(form.replace("'", "['\"`\u2018\u2019]?"))
    for form in (
        r"[Mm]odule '(?P<module>tensorflow[\w.]*)' has no attribute '(?P<name>\w+)'",
        r"cannot import name '(?P<name>\w+)' from '(?P<module>tensorflow[\w.]*)'",
        r"No module named '(?P<module>tensorflow\.[\w.]+)'",
    )
)
_CONTRIB: Final = "contrib"
#: Public modules of TensorFlow as error messages name them.
_API: Final = re.compile(r"^tensorflow(?:_core)?(?:\._api\.v2(?:\.v2)?)?(?=\.|$)")
#: Package of the rules, whose texts contain texts of other modules.
_RULES: Final = "tf_initcompat.source.rules."
#: Packages by their usual names.
_PACKAGES: Final = {"tf": "tensorflow", "slim": "tensorflow.contrib.slim"}

#: Additions that a plugin can register for this subcommand.
PLUGINS: Final = "rules"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options of `explain`.

    Attributes:
      topics: Rules, names, or error messages; none lists the rules. Words without spaces may be one message.
    """

    topics: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """All topics as one text."""
        return " ".join(self.topics).strip()


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of the subcommand."""
    parser.description = (
        "Explain rules (IC101 or shared-instance), legacy symbols, or a piece of an error message.\n"
        "The prefix of several codes (IC1) lists their rules."
    )
    parser.epilog = _EXAMPLES
    parser.add_argument("what", nargs="*", metavar="TOPIC", help="if omitted, all rules are listed")


def make_options(namespace: argparse.Namespace) -> Options:
    """Return the options of the command line."""
    return Options(tuple(namespace.what))


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
        _list(rules.all_rules())
        return console.CLEAN
    prefixed = [rule for rule in rules.all_rules() if rules.matches(rule, topic)]
    if len(prefixed) > 1:
        _list(prefixed)
        return console.CLEAN
    pages = [_pages(text) for text in options.topics if text.strip()]
    if not all(pages):
        is_list = any(len(text.split()) > 1 or any(_rules(text)) for text in options.topics)
        pages = [] if is_list else [_pages(topic)]  # the words of one message
    if not all(pages) or not pages:
        _raise_unknown(options.topics)
    print("\n\n".join(dict.fromkeys(page for of_topic in pages for page in of_topic)))
    return console.CLEAN


def _pages(topic: str) -> list[str]:
    """Return the documentation of one topic; empty if nothing is known about it."""
    pages = [*_rules(topic), *_symbols(topic)]
    if creators := [*_creators(topic)]:
        pages += [*creators, *_missing(topic)]
    is_message = len(topic.split()) > 1
    if not pages and is_message:
        pages = [*_rules_of_findings(topic)] or [*_missing_in_message(topic)]
        if not pages or _CONTRIB in topic:
            pages += _error_message(topic)
    if pages:
        return pages
    from tf_initcompat.cli import own_texts  # late, since it reads the package's source code

    if not is_message:
        return [*_missing(topic)] or [*own_texts.of_name(topic)]
    return [*_rules_of_modules(own_texts.modules(topic, _RULES))] or [*own_texts.of_message(topic)]


def _raise_unknown(topics: Sequence[str]) -> NoReturn:
    """Raise UsageError for the first topic that is unknown; if none is known, for all of them as one message."""
    from tf_initcompat.catalog import creators
    from tf_initcompat.source import rules

    unknown = [text for text in topics if not _pages(text)]
    topic = " ".join(topics) if len(unknown) == len(topics) else unknown[0]
    keys = [key for rule in rules.all_rules() for key in (rule.code, rule.name)]
    choices = [*keys, *symbols.by_name(), *history.names(), *creators.by_name()]
    hint = console.suggestion(topic, choices) or "; `tf-initcompat explain` lists the rules"
    raise console.UsageError(f"nothing is known about {topic!r}{hint}")


def _rules_of_findings(text: str) -> Iterator[str]:
    """Yield the documentation of the rules whose codes are in a text, such as the output of `scan`."""
    for code in dict.fromkeys(re.findall(r"\b[A-Z]{2,}\d{3}\b", text)):
        yield from _rules(code)


def _rules_of_modules(modules: Iterable[str]) -> Iterator[str]:
    """Yield the documentation of the rules that modules define."""
    from tf_initcompat.source import rules

    for module in modules:
        for rule in rules.all_rules():
            if module in rule.modules:
                yield rule.documentation


def _missing_in_message(text: str) -> Iterator[str]:
    """Yield what newer versions of TensorFlow lack of the name in an AttributeError or an ImportError."""
    for form in _MISSING_NAMES:
        for match in form.finditer(text):
            module = _API.sub("tensorflow", match["module"])
            yield from _missing(".".join(filter(None, (module, match.groupdict().get("name")))))


def _missing(topic: str) -> Iterator[str]:
    """Yield what newer versions of TensorFlow lack of a name, or of the names in a module."""
    from tf_initcompat.catalog import missing, namespaces

    qualified = namespaces.normalized(_qualified(topic))
    answers: dict[str, list[str]] = {}
    for installation in map(missing.of_version, missing.releases()):
        if found := missing.lookup(qualified, installation):
            text = f"; {found.replacement} replaces it" if found.replacement else ""
            answers.setdefault(f"{found.name}{text}: {found.way.value}", []).append(str(installation))
    for answer, installations in answers.items():
        yield f"{_joined(installations)} {'lacks' if len(installations) == 1 else 'lack'} {answer}"
    name = qualified.removeprefix("tensorflow.").removeprefix("compat.v1.")
    if below := [symbol for symbol in symbols.by_name() if symbol.startswith(f"{name.rstrip('.')}.")]:
        yield f"Initializers below {topic}: {', '.join(below)}"
    installation = missing.of_version(missing.releases()[-1])
    if lacking := sorted(missing.below(name, installation)):
        listed = ", ".join(lacking[:_MOST_NAMES]) + (", ..." if len(lacking) > _MOST_NAMES else "")
        yield f"{installation} lacks {len(lacking):,} names below {topic}: {listed}"


def _joined(names: Sequence[str]) -> str:
    """Return names as a list in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _list(listed: "Iterable[Rule]") -> None:
    for rule in listed:
        print(f"{rule.code}  {rule.name}: {rule.summary}")


def _rules(topic: str) -> Iterator[str]:
    """Yield the documentation of the rule with a code or name, in any case."""
    from tf_initcompat.source import rules

    for rule in rules.all_rules():
        if topic.upper() == rule.code or topic.lower() == rule.name:
            yield rule.documentation


def _symbols(topic: str) -> Iterator[str]:
    """Yield the documentation of the symbols with a qualified name, a last component or a class name."""
    from tf_initcompat.catalog import class_names, namespaces

    match = namespaces.lookup(_qualified(topic))
    name = match.name if match else topic.removeprefix("tf_initcompat.")
    documented = [symbol for symbol in symbols.SYMBOLS if topic in symbol.legacy_names or _is_among(name, symbol.names)]
    of_class = class_names.rows().get(topic)
    yield from map(_documentation, documented or ([of_class] if of_class else []))
    for other in history.names():  # layers, for example
        if other not in symbols.by_name() and _is_among(name.removeprefix("tf."), (other,)):
            yield "\n".join((f"tf.{other}", *_history((other,))))


def _creators(topic: str) -> Iterator[str]:
    """Yield the default initial values of the callables with a qualified name or a last component."""
    from tf_initcompat.catalog import creators

    match = creators.lookup(_qualified(topic))
    found = [match.creator] if match else [row for row in creators.by_name().values() if _is_among(topic, (row.name,))]
    for creator in found:
        lines = [f"tf.{creator.name} initializes, where no initializer is named:"]
        for weight in creator.weights:
            scope = ", which the initializer of a variable_scope replaces" * (weight.origin is creators.Origin.VARIABLE)
            parameter = f"; the parameter {weight.parameter} names another one" if weight.parameter else ""
            condition = f", if {weight.switch} is on" if weight.switch else ""
            lines.append(
                f"  {weight.variable} with {weight.initial.text}{condition}: {weight.origin.value}{scope}{parameter}"
            )
            if weight.native:
                lines.append(f"    Keras' {creator.counterpart}: {weight.native}")
        if creator.counterpart and not any(weight.native for weight in creator.weights):
            lines.append(f"Keras' {creator.counterpart} does the same.")
        yield "\n".join(lines)


def _qualified(topic: str) -> str:
    """Return a name with its package instead of the usual name of that: "tensorflow.layers" for "tf.layers"."""
    package, dot, rest = topic.partition(".")
    return f"{_PACKAGES.get(package, package)}{dot}{rest}" if dot else topic


def _is_among(name: str, names: tuple[str, ...]) -> bool:
    """Return whether a name is one of the names, or the last component of one."""
    return name in names or name in [other.rpartition(".")[2] for other in names]


def _documentation(symbol: symbols.Symbol) -> str:
    import textwrap

    from tf_initcompat.source import rules

    lines = [
        " = ".join(symbol.legacy_names),
        f"wrapper: tf_initcompat.{symbol.names[0]}",
    ]
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
    return "\n".join((*lines, *_history(symbol.names)))


def _history(names: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines about older versions of TensorFlow 1."""
    import textwrap

    changes = [change for change in history.CHANGES if not set(names).isdisjoint(change.names)]
    mirrored = f"TensorFlow {history.MIRRORED}, which the wrappers mirror"
    if not changes:
        yield f"older versions: the same from TensorFlow {history.OLDEST} to {mirrored}"
        return
    yield f"older versions, compared with {mirrored}:"
    for change in sorted(changes, key=history.recency, reverse=True):
        affected = [name for name in names if name in change.names]
        which = "" if len(affected) == len(names) else f"{', '.join(affected)} "
        condition = f", if {change.condition}" if change.condition else ""
        now = f"; now {change.now}" if change.now else ""
        line = f"{which}{change.versions}{condition}: {change.before}{now}"
        yield textwrap.fill(line, 110, initial_indent="  ", subsequent_indent="    ")
        if change.restored and affected[0] in symbols.by_name():
            yield f"    {affected[0]}({change.example}) as before: {change.restored_by(affected[0])}"


def _parameter(parameter: symbols.Parameter) -> str:
    default = "" if parameter.default is symbols.REQUIRED else f" = {parameter.default!r}"
    note = f" ({parameter.note})" if parameter.note else ""
    return f"  {parameter.name}{default} -> {parameter.native or '-'}{note}"


def _error_message(topic: str) -> Iterator[str]:
    """Yield the documentation of the rules that explain an error message, or a part of one."""
    from tf_initcompat.source import rules

    text = topic.lower().replace('"', "'").replace("`", "'")
    matching = [
        (len(piece), rule.documentation)
        for rule in rules.all_rules()
        for piece in rule.error_messages
        if piece in text or (len(text) >= _SHORTEST_PART and text in piece)
    ]
    most_specific = max((length for length, _ in matching), default=0)
    yield from (documentation for length, documentation in matching if length == most_specific)
