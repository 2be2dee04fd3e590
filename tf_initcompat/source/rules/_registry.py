"""The registry of the rules, and the names by which users select them."""

from collections.abc import Iterable

from tf_initcompat._internal import suggestions
from tf_initcompat.source.rules._rule import Rule

_rules: dict[str, Rule] = {}


class UnknownRuleError(ValueError):
    """The name of a rule that does not exist.

    Examples:
      >>> try:
      ...     find("shared-instanc")
      ... except UnknownRuleError as error:
      ...     print(error)
      unknown rule 'shared-instanc'; did you mean shared-instance?
    """


def register(rule: Rule) -> Rule:
    """Add a rule, so that `scan`, `migrate` and `explain` use it.

    Args:
      rule: The rule.

    Returns:
      The rule.

    Raises:
      ValueError: If the rule is incomplete, or if there is another rule with its code or name.

    Examples:
      >>> rule = with_code("IC101")._replace(code="MY1", name="my-rule")
      >>> register(rule) is rule
      True
      >>> unregister(rule)
    """
    if not (rule.code.isalnum() and rule.code.isupper()):
        raise ValueError(f"code must consist of capital letters and digits, such as 'IC101', not {rule.code!r}")
    if rule.name != rule.name.lower() or not all(word and word == word.strip() for word in rule.name.split("-")):
        raise ValueError(f"name must be lower-case words joined by hyphens, not {rule.name!r}")
    if not rule.bad:
        raise ValueError(f"bad must have an example of what {rule.code} finds")
    for other in _rules.values():
        if {other.code, other.name} & {rule.code, rule.name}:
            raise ValueError(f"{rule.code} {rule.name} is registered already, as {other.code} {other.name}")
    _rules[rule.code] = rule
    for code in sorted(_rules):  # iteration is in the order of the codes
        _rules[code] = _rules.pop(code)
    return rule


def unregister(rule: Rule) -> None:
    """Remove a rule.

    Args:
      rule: A registered rule.

    Examples:
      >>> rule = register(with_code("IC101")._replace(code="MY1", name="my-rule"))
      >>> unregister(rule)
      >>> rule in all_rules()
      False
    """
    del _rules[rule.code]


def all_rules() -> tuple[Rule, ...]:
    """Return the rules, in the order of their codes.

    Examples:
      >>> [rule.name for rule in all_rules()][:2]
      ['legacy-initializer', 'api-level']
    """
    return tuple(_rules.values())


def with_code(code: str) -> Rule:
    """Return the rule with a code, as findings have it.

    Examples:
      >>> with_code("IC101").name
      'shared-instance'
    """
    return _rules[code]


def matches(rule: Rule, key: str) -> bool:
    """Return whether a key selects a rule: its code, its name or a prefix of its code, in any case.

    Examples:
      >>> [rule.code for rule in all_rules() if matches(rule, "ic00")]
      ['IC001', 'IC002', 'IC003', 'IC004', 'IC005', 'IC006']
    """
    return rule.name == key.lower() or (key != "" and rule.code.startswith(key.upper()))


def find(key: str) -> tuple[Rule, ...]:
    """Return the rules that a key selects.

    Args:
      key: Code, name or prefix of codes, in any case.

    Raises:
      UnknownRuleError: If there are none.

    Examples:
      >>> [rule.name for rule in find("IC101")]
      ['shared-instance']
      >>> find("rank1-fan")
      Traceback (most recent call last):
          ...
      tf_initcompat.source.rules._registry.UnknownRuleError: unknown rule 'rank1-fan'; did you mean rank-1-fan?
    """
    selected = tuple(rule for rule in _rules.values() if matches(rule, key))
    if not selected:
        close = suggestions.nearest(key, [name for rule in _rules.values() for name in (rule.code, rule.name)])
        hint = f"did you mean {close}?" if close else f"choose from {', '.join(_rules)}"
        raise UnknownRuleError(f"unknown rule {key!r}; {hint}")
    return selected


def codes(keys: Iterable[str]) -> frozenset[str]:
    """Return the codes of the rules that keys select.

    Args:
      keys: Codes, names and prefixes of codes, in any case.

    Raises:
      UnknownRuleError: If a key selects no rule.

    Examples:
      >>> sorted(codes(["shared-instance", "IC11"]))[:3]
      ['IC101', 'IC110', 'IC111']
    """
    return frozenset(rule.code for key in keys for rule in find(key))


def acceptable_codes(keys: Iterable[str]) -> frozenset[str]:
    """Return the codes of the rules whose difference from native code can be accepted.

    Args:
      keys: Codes, names and prefixes of codes, in any case.

    Raises:
      UnknownRuleError: If a key selects no rule.
      ValueError: If a key selects no rule that can be accepted.

    Examples:
      >>> acceptable_codes(["rank-1-fan"])
      frozenset({'IC112'})
    """
    accepted: set[str] = set()
    for key in keys:
        selected = {rule.code for rule in find(key) if rule.is_acceptable}
        if not selected:
            choices = ", ".join(rule.code for rule in _rules.values() if rule.is_acceptable)
            raise ValueError(f"{key} cannot be accepted; choose from {choices}")
        accepted |= selected
    return frozenset(accepted)
