"""The rules: what a finding can say, with a page for each. The hazards' names are those of the table's rows."""

from typing import Final, Literal, NamedTuple


class Rule(NamedTuple):
    """A rule.

    Attributes:
      code: Its id.
      name: Its name, which `ignore[...]`, `--accept` and `explain` take as well.
      level: "error" keeps code from being rewritten, "warning" is a hazard, "note" says what is there.
      summary: One line.
      page: What happens, how it was measured, and what to do.
    """

    code: str
    name: str
    level: Literal["error", "warning", "note"]
    summary: str
    page: str


RULES: Final[tuple[Rule, ...]] = (
    Rule("IC001", "legacy-initializer", "note", "a legacy initializer", """\
TensorFlow 1's initializer has a wrapper of the same name below `tf_initcompat`, which is proven equal to it:

    - w = tf.get_variable("w", shape, initializer=tf.glorot_uniform_initializer())
    + w = tf.get_variable("w", shape, initializer=tf_initcompat.glorot_uniform_initializer())

`tf-initcompat migrate --write` makes this change. The native initializer of nearly the same name is often not
equal: the hazards found at the same place say how."""),
    Rule("IC002", "api-level", "error", "TensorFlow 1 or 2 is not known here", """\
`tf.zeros_initializer` is a legacy class in TensorFlow 1 and another class in TensorFlow 2. The other names of a
file say which is meant (`tf.placeholder`, `tf.random.set_seed`, ...); nothing does here. Say `--assume tf1` or
`--assume tf2`, or `assume = "tf1"` under `[tool.tf-initcompat]` in pyproject.toml."""),
    Rule("IC003", "unresolved-name", "error", "the name looks legacy, but what it stands for is not known", """\
The object in front of the name is a parameter, an attribute or comes from a module outside the scanned tree. Scan
the tree that holds the module, or replace the name by hand."""),
    Rule("IC004", "private-module", "warning", "a module of TensorFlow that is not public", """\
`tensorflow.python.*` can change in every release. The legacy classes of `init_ops` have public names, which
`migrate` uses; `init_ops_v2` holds TensorFlow 2's classes, which are not legacy: use `tf.keras.initializers` for
them."""),
    Rule("IC005", "not-rewritten", "error", "a legacy initializer that `migrate` left alone", """\
The name `tf_initcompat` is bound to something else there, or a comment stands inside the name that would be lost.
Rewrite the place by hand."""),
    Rule("IC101", "shared-instance", "warning", "one random instance serves several variables", """\
A legacy initializer draws new values in each call. A native one returns the same values again, so that layers of
one shape start identical: the most common accident of a migration. A default of a parameter,
`tf.variable_scope(initializer=...)`, `slim.arg_scope` and a loop around the use share an instance too. Keep the
wrapper, or make an instance for each variable."""),
    Rule("IC102", "seeded-freshness", "warning", "a seed means something else to native initializers", """\
A legacy initializer with a seed still draws new values in each eager call, following the global seed; a native
one with a seed always returns the same. The wrapper repeats its values exactly where the legacy one did."""),
    Rule("IC103", "global-seed", "warning", "the program sets the global seed", """\
`tf.set_random_seed` and `tf.random.set_seed` make legacy initializers reproducible. Native ones of Keras 3 follow
only `keras.utils.set_random_seed`: the program would start from other weights in every run."""),
    Rule("IC104", "partition", "warning", "a partitioner is in reach", """\
For a partitioned variable the legacy initializer takes the fan of the full shape, and its shards differ. A native
one takes the fan of the shard, a scale that is too large by the square root of the number of shards, and all
shards are identical."""),
    Rule("IC105", "constructor-dtype", "warning", "a dtype in the constructor", """\
Native initializers take the dtype in the call only; in the constructor it raises a TypeError, and dropped it
makes `init(shape)` float32."""),
    Rule("IC106", "integer-dtype", "warning", "integers", """\
The legacy uniform initializer draws integers; native ones of Keras 3 draw floating-point values only."""),
    Rule("IC107", "list-constant", "warning", "a constant with many values", """\
The legacy constant initializer reshapes its values, row by row, to the shape of the variable; a length that does
not fit raises a TypeError. Keras 3 broadcasts or fails."""),
    Rule("IC108", "squared-factor", "warning", "the factor is a factor of the limit, not of the variance", """\
`uniform_unit_scaling_initializer(factor)` draws from [-factor * sqrt(3 / n), factor * sqrt(3 / n)], where n is
the product of all dimensions but the last: as `VarianceScaling(scale=factor ** 2, mode="fan_in",
distribution="uniform")`, but for rank 1, where n is 1. TensorFlow's own converter writes scale=factor."""),
    Rule("IC109", "contrib-1.3", "warning", "contrib's law is truncated at another place", """\
contrib's normal law is truncated at two sigma where sigma = sqrt(1.3 * factor / n); `VarianceScaling` scales
after the truncation. The same law has scale = 1.3 * 0.87962566103423978 ** 2 * factor; scale = factor is 0.29 %
off."""),
    Rule("IC110", "default-stddev", "warning", "the native default is another one", """\
`tf.random_normal_initializer()` and `tf.truncated_normal_initializer()` have a standard deviation of 1, the
native classes 0.05: name `stddev`."""),
    Rule("IC111", "default-range", "warning", "the native default range is another one", """\
`tf.random_uniform_initializer()` draws from [0, 1), the native class from [-0.05, 0.05): name both limits."""),
    Rule("IC112", "rank-1-fan", "warning", "biases of rank 1 have another fan", """\
For a shape of one dimension `uniform_unit_scaling_initializer` takes n = 1, `VarianceScaling` the dimension."""),
    Rule("IC113", "string-identifier", "note", "an initializer is named by a string", """\
Keras makes its own class from the string: in Keras 3 the native one. The law of the names that both have is the
same (not the global seed's meaning); `normal` and `uniform` raise an error in Keras 3."""),
    Rule("IC114", "serialized-config", "note", "an initializer's configuration", """\
Configurations with `dtype`, or with a legacy class name, do not load in Keras 3."""),
    Rule("IC115", "partition-info", "note", "a function that takes partition_info", """\
`tf.compat.v1.get_variable` passes `partition_info` to initializers whose signature names it; Keras 3 never does."""),
    Rule("IC116", "converter-leftover", "warning", "left behind by tf_upgrade_v2", """\
TensorFlow's converter turned an initializer of contrib into VarianceScaling and dropped its factor of 1.3: what
the program ran before had a standard deviation 0.29 % larger than what stands here. `migrate` keeps what stands
here."""),
    Rule("IC117", "class-comparison", "warning", "a comparison with the class", """\
An object that was made by another name, such as the native class, is no instance of the wrapper."""),
    Rule("IC118", "unresolved-arguments", "note", "arguments that are only known when the program runs", """\
The call unpacks a list or a dictionary, or a choice such as the mode is a variable: whether its law can be
expressed natively is not known."""),
    Rule("IC119", "unknown-consumer", "note", "it is not known what the instance makes", """\
Plain Keras is the same only where an instance makes one tensor: in a call, or as the initializer of one variable.
The class itself, an instance in a variable or in an unknown call, may make more: the wrapper is right for any
number."""),
)  # fmt: skip


def by_id() -> dict[str, Rule]:
    """Returns the rules by code and by name."""
    return {key: rule for rule in RULES for key in (rule.code, rule.name)}


class UnknownRuleError(ValueError):
    """A rule that does not exist."""


def rule(key: str) -> Rule:
    """Returns a rule by its code or name, in any case.

    Raises:
      UnknownRuleError: If there is none.
    """
    import difflib

    known = by_id()
    found = known.get(key) or known.get(key.upper()) or known.get(key.lower())
    if found is None:
        close = difflib.get_close_matches(key, known, 1)
        hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(one.code for one in RULES)}"
        raise UnknownRuleError(f"unknown rule {key!r}{hint}")
    return found
