"""Sessions for contributors and CI: linters, type checkers, a quick test run and the matrix of installations."""

import dataclasses
from collections.abc import Mapping

import nox

nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "tests-quick"]
# Rows of the matrix whose Python is not on this machine are skipped, in CI too, and nox prints which one it misses.
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"

PYTEST = ("pytest", "-n", "2", "--dist", "loadfile")  # by file: the fixtures of a module start whole clusters


@dataclasses.dataclass(frozen=True)
class Installation:
    """A row of the matrix: what the tests run on.

    Attributes:
      packages: Requirements to install.
      without_dependencies: Requirements to install alone; the dependencies of tf_keras are a second TensorFlow.
      environment: Environment variables of the tests.
      python: Version of Python; None takes the one that runs nox.
      expected: Name under which tests/conftest.py checks the installed versions.
      tag: The tag that .ci/run selects the row by.
      left_out: Tests that do not run on it.
    """

    packages: tuple[str, ...]
    expected: str
    without_dependencies: tuple[str, ...] = ("tf_slim", "tf_keras")
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    python: str | None = None
    tag: str = "matrix"
    left_out: tuple[str, ...] = ()


#: What a change of the Python version cannot break: clusters of TensorFlow processes.
DISTRIBUTED = ("tests/distributed",)

MATRIX = {
    "tf-2.15": Installation(("tensorflow-cpu==2.15.*",), "tf-2.15", without_dependencies=("tf_slim",)),
    "tf-2.16": Installation(
        ("tensorflow-cpu==2.16.*", "keras==3.0.0"), "tf-2.16", without_dependencies=("tf_slim", "tf_keras==2.16.*")
    ),
    # jax for Keras' NumPy backend. The README's second command runs the other tests on the same installation.
    "tf-newest": Installation(("tensorflow-cpu", "jax"), "tf-newest", tag="readme"),
    "tf-newest-tf_keras": Installation(
        ("tensorflow-cpu",), "tf-newest-tf_keras", environment={"TF_USE_LEGACY_KERAS": "1"}
    ),
    "python-3.10": Installation(("tensorflow-cpu",), "tf-newest", python="3.10", left_out=DISTRIBUTED),
    "python-3.13": Installation(("tensorflow-cpu",), "tf-newest", python="3.13", left_out=DISTRIBUTED),
}

#: Packages with models for TensorFlow 1.
PUBLIC_PROGRAMS = ("bert-tensorflow==1.0.1", "facenet==1.0.3", "gpt-2-simple==0.5.4")

#: Files, folders and single tests that `tests-quick` leaves out, and why.
NOT_QUICK = {
    "tests/distributed": "starts clusters of TensorFlow processes",
    "tests/parity": "samples millions of values, starts worker processes and a browser",
    "tests/saved/test_fixtures.py": "loads models in fresh processes",
    "tests/saved/test_small.py": "loads small models by the dozen",
    "tests/saved/test_verification.py": "loads models in fresh processes",
    "tests/saved/test_docs.py": "runs every command of the documentation",
    "tests/tf1/test_graph_seed.py": "runs whole programs in processes of their own",
    "tests/wrappers/test_keras.py": "trains, saves and loads a model with every initializer",
    "tests/wrappers/test_placement.py": "makes tensors of 8 million elements",
    "tests/wrappers/test_v1_programs.py": "runs whole programs in processes of their own",
    "tests/test_imports.py::test_keras_knows_the_wrappers_in_every_order": "imports TensorFlow in fresh processes",
    "tests/test_examples.py": "runs every example",
    "tests/test_lost_workers.py": "waits for processes to end",
}


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style of the code and its format."""
    session.install(".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package and of the uses in tests/typing, with mypy and pyright."""
    session.install(".[types]")
    session.run("mypy")
    session.run("pyright")
    # Without the conftest, which imports TensorFlow.
    session.run("pytest", "--noconftest", "-q", "tests/typing")


@nox.session(name="tests-quick")
def tests_quick(session: nox.Session) -> None:
    """Run the tests that take under two minutes on two cores, on the newest TensorFlow; print what is left out."""
    install(session, MATRIX["tf-newest"])
    for path, reason in NOT_QUICK.items():
        session.log(f"left out: {path} ({reason})")
    left_out = [f"--{'deselect' if '::' in path else 'ignore'}={path}" for path in NOT_QUICK]
    session.run(*PYTEST, *left_out, *session.posargs, env=environment(MATRIX["tf-newest"]))
    session.log("left out: " + ", ".join(NOT_QUICK))


@nox.session
@nox.parametrize(
    ["python", "installation"],
    [nox.param(row.python, name, id=name, tags=[row.tag]) for name, row in MATRIX.items()],
)
def tests(session: nox.Session, installation: str) -> None:
    """Run the tests on one row of the matrix.

    The rows for other Python versions leave out tests/distributed, which tests clusters of TensorFlow processes. These
    do not depend on the version of Python.
    """
    row = MATRIX[installation]
    install(session, row)
    ignored = [f"--ignore={path}" for path in row.left_out]
    session.run(*PYTEST, *ignored, *session.posargs, env=environment(row))


@nox.session(name="public-programs")
def public_programs(session: nox.Session) -> None:
    """Migrate models of other authors, and compare them with recordings of the real TensorFlow 1."""
    row = MATRIX["tf-newest-tf_keras"]
    install(session, row)
    folder = session.create_tmp()
    # Not installed: one of the packages has top-level modules named `tests` and `tmp`.
    session.install("--no-deps", "--target", folder, *PUBLIC_PROGRAMS)
    variables = {**environment(row), "TF_INITCOMPAT_PUBLIC_PROGRAMS": folder}
    session.run("pytest", "tests/tf1/test_public_programs.py", *session.posargs, env=variables)


def install(session: nox.Session, row: Installation) -> None:
    """Install the package and its tests' requirements for one row of the matrix."""
    session.env["UV_COMPILE_BYTECODE"] = "1"  # many processes of the tests import TensorFlow
    session.install(".[test]", *row.packages)
    session.install("--no-deps", *row.without_dependencies)


def environment(row: Installation) -> dict[str, str]:
    """Return the environment variables of the tests for one row of the matrix."""
    return {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_INITCOMPAT_EXPECT": row.expected, **row.environment}
