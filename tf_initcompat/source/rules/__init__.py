"""The rules of `scan` and `migrate`: one module for each, with its code, documentation, examples and detector.

The modules of this package are imported in alphabetical order. A module outside of it can register a rule as well.

Examples:
  >>> from tf_initcompat.source import rules, scan
  >>> def detect(use, file):
  ...     if use.name == "zeros_initializer":
  ...         yield "biases start at zero"
  >>> rule = rules.register(
  ...     rules.Rule(
  ...         code="MY1",
  ...         name="zero-bias",
  ...         level="note",
  ...         summary="A variable starts at zero",
  ...         since="1.0",
  ...         what_it_does="Finds zeros_initializer.",
  ...         why_is_this_bad="Some layers of this project need another start.",
  ...         bad=("import tensorflow.compat.v1 as tf; tf.zeros_initializer()",),
  ...         use_instead="import tf_initcompat; tf_initcompat.ones_initializer()",
  ...         detect=detect,
  ...     )
  ... )
  >>> [finding.rule for finding in scan(rule.bad[0]).findings]
  ['IC001', 'MY1']
  >>> rules.unregister(rule)
"""

import importlib
import pkgutil
from collections.abc import Container, Iterator

from tf_initcompat._internal.plugins import blamed
from tf_initcompat.source.rules._context import FileContext, is_legacy_expression, is_passed_on, read
from tf_initcompat.source.rules._registry import (
    UnknownRuleError,
    acceptable_codes,
    all_rules,
    codes,
    default_codes,
    find,
    matches,
    register,
    unregister,
    with_code,
)
from tf_initcompat.source.rules._rule import (
    CreationDetector,
    Detector,
    FileDetector,
    Found,
    NativeCode,
    Problem,
    Rule,
    RuleLevel,
)
from tf_initcompat.source.uses import Form, Use
from tf_initcompat.source.uses.creations import Creation

__all__ = [
    "CreationDetector",
    "Detector",
    "FileContext",
    "FileDetector",
    "Found",
    "NativeCode",
    "Problem",
    "Rule",
    "RuleLevel",
    "UnknownRuleError",
    "acceptable_codes",
    "all_rules",
    "are_creations_asked",
    "are_creations_listed",
    "are_files_asked",
    "codes",
    "default_codes",
    "find",
    "is_legacy_expression",
    "is_passed_on",
    "matches",
    "obstacles",
    "plugins",
    "problems",
    "problems_of_creation",
    "problems_of_file",
    "read",
    "register",
    "unregister",
    "with_code",
]


def problems(use: Use, file: FileContext, codes: Container[str] | None = None) -> Iterator[Problem]:
    """Yield the problems that `scan` reports for a use, in the order of the rules.

    Args:
      use: The use.
      file: Its file.
      codes: Codes of the rules to ask; None for those that are on by default.

    Examples:
      >>> file = read("import tensorflow.compat.v1 as tf; f(init=tf.random_normal_initializer())")
      >>> [problem.rule.code for problem in problems(file.uses[0], file)]
      ['IC001', 'IC110']
    """
    symbol = use.symbol
    makes_initializer = is_legacy_expression(use) and use.form is not Form.COMPARISON
    for rule in _asked(codes):
        if rule.detect is None:
            continue
        if rule.applies_to is None or (makes_initializer and symbol is not None and rule.applies_to(symbol)):
            yield from _detected(rule, rule.detect, use, file)


def problems_of_creation(
    creation: Creation, file: FileContext, codes: Container[str] | None = None
) -> Iterator[Problem]:
    """Yield the problems that `scan` reports for a call that creates variables, in the order of the rules.

    Args:
      creation: The call.
      file: Its file.
      codes: Codes of the rules to ask; None for those that are on by default.

    Examples:
      >>> file = read("import tensorflow.compat.v1 as tf; tf.nn.rnn_cell.GRUCell(96)")
      >>> [problem.rule.name for problem in problems_of_creation(file.creations[0], file)]
      ['default-differs']
    """
    for rule in _asked(codes):
        if rule.detect_creation is not None:
            with blamed(f"rule {rule.code}", rule.detect_creation.__module__):
                for message in rule.detect_creation(creation, file):
                    yield Problem(rule, message)


def problems_of_file(file: FileContext, codes: Container[str] | None = None) -> Iterator[tuple[Found, Problem]]:
    """Yield the problems that `scan` reports for a whole file with their places, in the order of the rules.

    Args:
      file: The file.
      codes: Codes of the rules to ask; None for those that are on by default.

    Examples:
      >>> file = read("import keras; keras.initializers.HeNormal(dtype='float16')")
      >>> [problem.rule.name for _, problem in problems_of_file(file, ["IC304"])]
      ['native-dtype']
    """
    for rule in _asked(codes):
        if rule.detect_file is not None:
            with blamed(f"rule {rule.code}", rule.detect_file.__module__):
                for found in rule.detect_file(file):
                    yield found, Problem(rule, found.message)


def are_files_asked(codes: Container[str] | None) -> bool:
    """Return whether a rule is asked that looks at whole files, of any API level.

    Examples:
      >>> are_files_asked(None), are_files_asked(["IC301"])
      (False, True)
    """
    return any(rule.detect_file is not None for rule in _asked(codes))


def are_creations_listed(codes: Container[str] | None) -> bool:
    """Return whether a rule is asked that lists every call which creates variables.

    Examples:
      >>> are_creations_listed(None), are_creations_listed(["IC203"])
      (False, True)
    """
    return any(rule.is_opt_in and rule.detect_creation is not None for rule in _asked(codes))


def are_creations_asked(codes: Container[str] | None) -> bool:
    """Return whether a rule about calls that create variables is asked.

    Examples:
      >>> are_creations_asked(None), are_creations_asked(["IC001"])
      (True, False)
    """
    return any(rule.detect_creation is not None for rule in _asked(codes))


def _asked(codes: Container[str] | None) -> Iterator[Rule]:
    return (rule for rule in all_rules() if (not rule.is_opt_in if codes is None else rule.code in codes))


def obstacles(use: Use, file: FileContext) -> Iterator[Problem]:
    """Yield the problems that keep a legacy use from becoming native, in the order of the rules.

    Examples:
      >>> file = read("import tensorflow.compat.v1 as tf; f(init=tf.uniform_unit_scaling_initializer())")
      >>> [problem.rule.name for problem in obstacles(file.uses[0], file)]
      ['rank-1-fan', 'unknown-consumer']
    """
    symbol = use.symbol
    assert symbol is not None
    for rule in all_rules():
        detect = rule.detect_obstacle or rule.detect
        if detect is None or not rule.is_obstacle:
            continue
        if rule.applies_to is None or rule.applies_to(symbol):
            yield from _detected(rule, detect, use, file)


def _detected(rule: Rule, detect: Detector, use: Use, file: FileContext) -> Iterator[Problem]:
    with blamed(f"rule {rule.code}", detect.__module__):
        for message in detect(use, file):
            yield Problem(rule, message)


def plugins() -> tuple[str, ...]:
    """Return the modules outside of this package that have registered rules.

    Examples:
      >>> plugins()
      ()
    """
    modules = {module for rule in all_rules() for module in rule.modules}
    return tuple(sorted(module for module in modules if not module.startswith(f"{__name__}.")))


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
