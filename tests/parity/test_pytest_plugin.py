"""The pytest plugin, in pytest runs of its own."""

import json
from pathlib import Path

import pytest

from tf_initcompat.parity import reports

pytest_plugins = ["pytester"]

TESTS = """
    import pytest
    import tensorflow as tf
    import tf_initcompat

    @pytest.mark.initializer_parity(contexts=("eager",), scale_error=0.05, mean_error=0.05)
    @pytest.mark.parametrize("name", ["random_normal_initializer", "zeros_initializer", "ones_initializer"])
    def test_wrapper(initializer_parity, name):
        comparison = initializer_parity(
            getattr(tf.compat.v1, name), getattr(tf_initcompat, name), shape=(50, 40), name=name
        )
        assert comparison.contexts == ("eager",)
"""
FAILING = """
    import tensorflow as tf
    import tf_initcompat

    def test_wrong_stddev(initializer_parity):
        initializer_parity(
            tf.compat.v1.random_normal_initializer(), tf_initcompat.random_normal_initializer(stddev=0.05),
            shape=(50, 40), contexts=("eager",), name="mine",
        )
"""
#: Loads the plugin under test by name, since the package may be on the path without being installed.
PLUGIN = ("-p", "no:cacheprovider", "-p", "no:tf_initcompat", "-p", "tf_initcompat.parity.pytest_plugin")


def test_fixture_and_json_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess(*PLUGIN, "--initializer-parity-report=a.json", "--strict-markers")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["initializer parity: 3 comparisons, 0 different*false alarms at most 0.001*"])
    document = json.loads(Path("a.json").read_text())
    assert [comparison["name"] for comparison in document["comparisons"]] == [
        "ones_initializer",
        "random_normal_initializer",
        "zeros_initializer",
    ]
    # Three tests share nine tenths of the budget, and one call takes half of a test's part.
    assert {round(comparison["budget"], 12) for comparison in document["comparisons"]} == {1.5e-4}


def test_xdist_workers_share_budget_and_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    # A process of its own: this one may be an xdist worker and cannot be the controller as well.
    result = pytester.runpytest_subprocess(
        *PLUGIN, "-n", "2", "--initializer-parity-budget=0.003", "--initializer-parity-report=a.html"
    )
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["initializer parity: 3 comparisons, 0 different*at most 0.003*"])
    assert "no difference in 3 comparisons" in Path("a.html").read_text()


def test_tests_that_collection_cannot_see_share_the_reserve_of_the_workers(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile("""
        import tensorflow as tf
        import tf_initcompat

        def test_hidden(request):
            compare = request.getfixturevalue("initializer_parity")
            compare(tf.compat.v1.zeros_initializer, tf_initcompat.zeros_initializer, shape=(2,), contexts=("eager",))
    """)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "4")
    options = ("--initializer-parity-report=a.json", "--initializer-parity-budget=0.008")
    pytester.runpytest_inprocess(*PLUGIN, "-p", "no:xdist", *options).assert_outcomes(passed=1)
    (comparison,) = json.loads(Path("a.json").read_text())["comparisons"]
    # A tenth of the budget is the reserve; each of 4 workers has a quarter, a test half of that, and a call half again.
    assert comparison["budget"] == pytest.approx(0.008 * 0.1 / 4 / 2 / 2)


def test_difference_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILING)
    pytester.makeini("[pytest]\ninitializer_parity_budget = 0.01")
    result = pytester.runpytest_inprocess(*PLUGIN, "--initializer-parity-report=a.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*mine()*migrated initializer differs*", "*`stddev`: 0.05 in place of 1.0*"])
    result.stdout.fnmatch_lines(["initializer parity: 1 comparisons, 1 different*at most 0.01*"])
    assert "<failure" in Path("a.xml").read_text()


def test_unused_plugin_imports_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_nothing():
            assert not {"tensorflow", "scipy", "numpy", "rich", "jinja2"} & sys.modules.keys()
    """)
    # A process of its own, because this one has imported TensorFlow.
    result = pytester.runpytest_subprocess(*PLUGIN)
    result.assert_outcomes(passed=1)
    assert "initializer parity" not in result.stdout.str()


def test_options_of_a_call_override_the_marker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest
        import tensorflow as tf
        import tf_initcompat

        PAIR = tf.compat.v1.zeros_initializer, tf_initcompat.zeros_initializer

        @pytest.mark.initializer_parity(contexts=("eager",), shape=(2, 3), name="marked")
        def test_options(initializer_parity):
            marked = initializer_parity(*PAIR)
            assert (marked.name, marked.shape, marked.contexts) == ("marked", (2, 3), ("eager",))
            given = initializer_parity(*PAIR, shape=(4,), name="given", contexts=["graph"])
            assert (given.name, given.shape, given.contexts) == ("given", (4,), ("graph",))

        @pytest.mark.initializer_parity(contexts=("eager",), shape=(2, 3), dtype="float64", checks=("dtype",))
        def test_none_is_a_value(initializer_parity):
            assert initializer_parity(*PAIR).dtype == "float64"
            given = initializer_parity(*PAIR, dtype=None, checks=None)
            assert given.dtype is None
            assert "values" in {check.name for check in given.checks}

        def test_misspelt_option(initializer_parity):
            with pytest.raises(TypeError, match="cheks"):
                initializer_parity(*PAIR, shape=(2,), cheks=("values",))

        @pytest.mark.initializer_parity("eager")
        def test_positional_option(initializer_parity):
            pass
    """)
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*marker initializer_parity takes keyword arguments only, not ('eager',)*"])


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--initializer-parity-budget=2", "between 0 and 1, not '2'"),
        ("--initializer-parity-report=absent/a.html", "cannot be written"),
        ("--initializer-parity-report=a.pdf", f"must end in {reports.suffixes()}: 'a.pdf'"),
    ],
)
def test_bad_options(pytester: pytest.Pytester, option: str, message: str) -> None:
    result = pytester.runpytest_inprocess(*PLUGIN, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message}*"])
