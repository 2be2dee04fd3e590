"""`explain` knows the names and messages that the documents and the tool itself print."""

import ast
import builtins
import re
from pathlib import Path

import pytest
import tensorflow as tf

from tf_initcompat import cli
from tf_initcompat.catalog import class_names, creators, history, missing, symbols
from tf_initcompat.cli import console
from tf_initcompat.source import migrate, rules, scan

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tf_initcompat"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: A name in backticks, without the arguments of a call.
NAME = re.compile(r"`([A-Za-z_][\w.]*\w)(?:\([^`]*\))?`")
#: Roots of qualified names.
ROOTS = ("tf", "tensorflow", "tf_initcompat", "slim", "tf_slim")


def answer(capsys: pytest.CaptureFixture[str], *topics: str) -> str:
    """Return what `explain` prints, after a check that it knows the topics."""
    status = cli.main(["explain", *topics])
    printed = capsys.readouterr()
    assert status == console.CLEAN, printed.err
    return printed.out


def names_in_documents() -> list[str]:
    """Return the qualified names and class names of initializers in the documents."""
    found = {match[1] for document in DOCUMENTS for match in NAME.finditer(document.read_text())}
    qualified = {name for name in found if name.partition(".")[0] in ROOTS and "." in name}
    classes = {name for name in found if name in class_names.rows() or name.endswith("Error")}
    return sorted((qualified | classes) - set(dir(builtins)))


def is_of_tensorflow(name: str) -> bool:
    """Return whether TensorFlow 2 has a name that is no initializer: nobody needs an explanation then."""
    member: object = tf
    for part in name.split(".")[1:]:
        member = getattr(member, part, None)
    return name.startswith("tf.") and member is not None and "initializer" not in name


@pytest.mark.parametrize("name", names_in_documents())
def test_names_of_the_documents(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if not is_of_tensorflow(name) and name not in PRIVATE:
        assert answer(capsys, name)


#: Private modules that TensorFlow still has: the documents name them as places where code finds initializers.
PRIVATE = {"tensorflow.python.ops.init_ops"}


def test_private_modules_are_still_there() -> None:
    for name in PRIVATE:
        assert missing.lookup(name, missing.of_version(missing.releases()[-1])) is None


@pytest.mark.parametrize("symbol", symbols.SYMBOLS, ids=lambda symbol: symbol.names[0])
def test_names_of_the_catalog(symbol: symbols.Symbol, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (*symbol.legacy_names, *symbol.names, *(f"tf_initcompat.{name}" for name in symbol.names)):
        assert f"wrapper: tf_initcompat.{symbol.names[0]}" in answer(capsys, name), name


@pytest.mark.parametrize("name", sorted({*class_names.rows(), *history.names()}))
def test_class_names_and_layers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, name)


@pytest.mark.parametrize("creator", creators.by_name().values(), ids=lambda creator: creator.name)
def test_callables_that_create_variables(creator: creators.Creator, capsys: pytest.CaptureFixture[str]) -> None:
    printed = answer(capsys, f"tf.{creator.name}")
    assert f"tf.{creator.name} initializes, where no initializer is named:\n" in printed
    for weight in creator.weights:
        assert f"  {weight.variable} with {weight.initial.text}" in printed
    assert answer(capsys, creator.name.rpartition(".")[2])


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_findings_as_they_are_printed(rule: rules.Rule, capsys: pytest.CaptureFixture[str]) -> None:
    code = "".join(line for line in rule.bad[0].splitlines(keepends=True) if not re.fullmatch(r" *\^[ ^]*\n", line))
    code = "\n".join(line.removeprefix(" " * 12) for line in code.splitlines())
    result = migrate(code, to="native")
    reported = [
        *scan(code, select=[rule.code]).findings,
        *result.findings,
        *migrate(code).refused,
        *result.not_converted,
    ]
    lines = [
        f"model.py:{finding.line}:1: {finding.rule} {finding.name}: {finding.message}"
        for finding in reported
        if finding.rule == rule.code
    ]
    assert lines
    for line in lines:
        assert answer(capsys, line).startswith(f"# {rule.name} ({rule.code})\n")


def raised_texts() -> list[tuple[str, str]]:
    """Return each text that an exception of the package has, with its module; "7" stands for what is inserted."""
    found: list[tuple[str, str]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call) or not node.exc.args:
                continue
            text = node.exc.args[0]
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            printed = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
            fixed = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            if len(fixed.split()) >= 3 and len(fixed) > 15:
                found.append((module, printed))
    return found


def test_texts_of_exceptions(capsys: pytest.CaptureFixture[str]) -> None:
    texts = raised_texts()
    assert len(texts) > 80
    unknown = []
    for module, text in texts:
        status = cli.main(["explain", f"ValueError: {text}"])
        printed = capsys.readouterr().out
        if status != console.CLEAN or not (module in printed or re.search(r"\(IC\d{3}\)", printed)):
            unknown.append((module, text))
    assert unknown == []


def test_several_topics(capsys: pytest.CaptureFixture[str]) -> None:
    printed = answer(capsys, "IC101", "tf.set_random_seed", "he_normal")
    assert "# shared-instance (IC101)" in printed
    assert "lack tf.set_random_seed" in printed
    assert "wrapper: tf_initcompat.initializers.he_normal" in printed
    printed = answer(capsys, "ValueError: Unknown layer: BatchNormalizationV1", "unexpected keyword argument 'dtype'")
    assert "(IC114)" in printed
    assert "(IC105)" in printed
    assert cli.main(["explain", "IC101", "nothing-of-this-name"]) == console.ERROR
    assert "nothing is known about" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("tf.layers.dense", "TensorFlow 2.21 with Keras 3 lack tf.layers.dense: install tf_keras, set TF_USE_LEGACY"),
        ("tf.contrib.slim.conv2d", "tf_slim.conv2d replaces it: install tf_slim"),
        ("tf.nn.rnn_cell", "lacks tf.nn.rnn_cell: "),
        ("tf.contrib.layers", "contrib.layers.xavier_initializer, contrib.layers.xavier_initializer_conv2d\n"),
        ("tf.estimator", "TensorFlow 2.15 is the last release with them"),
    ],
)
def test_names_that_newer_versions_lack(
    topic: str, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    assert text in answer(capsys, topic)


@pytest.mark.parametrize("code", ["IC114"])
def test_rules_whose_remedy_is_convert_name_it(code: str) -> None:
    rule = rules.with_code(code)
    assert "tf-initcompat convert" in rule.documentation
    found = scan("import tensorflow as tf\nconfig = {'class_name': 'GlorotUniform', 'config': {'dtype': 'float32'}}\n")
    assert any("tf-initcompat convert" in finding.message for finding in found.findings if finding.rule == code)


@pytest.mark.parametrize("quote", ["'", "`", "\u2019", ""])
@pytest.mark.parametrize(
    ("error", "answer_to"),
    [
        ("AttributeError: module 'tensorflow' has no attribute 'set_random_seed'", "tf.set_random_seed"),
        (
            "AttributeError: module 'tensorflow._api.v2.random' has no attribute 'set_random_seed'",
            "tf.random.set_random_seed",
        ),
        ("module 'tensorflow._api.v2.compat.v1.layers' has no attribute 'dense'", "tf.compat.v1.layers.dense"),
        ("Module 'tensorflow' has no attribute 'placeholder'", "tf.placeholder"),
        ("ImportError: cannot import name 'Session' from 'tensorflow' (/lib/tensorflow/__init__.py)", "tf.Session"),
        ("ModuleNotFoundError: No module named 'tensorflow.examples.tutorials'", "tf.examples.tutorials"),
    ],
)
def test_errors_of_python_for_missing_names(
    error: str, answer_to: str, quote: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    assert answer(capsys, answer_to).endswith(answer(capsys, error.replace("'", quote)))  # behind its defaults


def test_errors_of_python_for_contrib(capsys: pytest.CaptureFixture[str]) -> None:
    printed = answer(capsys, "ModuleNotFoundError: No module named 'tensorflow.contrib'")
    assert "lack tf.contrib" in printed
    assert "(IC001)" in printed


def test_an_error_for_an_initializer_names_its_rule_only(capsys: pytest.CaptureFixture[str]) -> None:
    printed = answer(capsys, "AttributeError: module 'tensorflow' has no attribute 'variance_scaling_initializer'")
    assert printed.startswith("# legacy-initializer (IC001)\n")


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_messages_of_findings_without_their_codes(rule: rules.Rule, capsys: pytest.CaptureFixture[str]) -> None:
    """A message without the code of its rule still leads to the documentation of a rule, not to a module."""
    code = "".join(line for line in rule.bad[0].splitlines(keepends=True) if not re.fullmatch(r" *\^[ ^]*\n", line))
    code = "\n".join(line.removeprefix(" " * 12) for line in code.splitlines())
    messages = [finding.message for finding in scan(code, select=[rule.code]).findings]
    for message in messages:
        if len(re.sub(r"\S*[.=_(]\S*", "", message).split()) > 3:  # with words of its own
            assert answer(capsys, message).startswith("# ")
