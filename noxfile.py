"""Sessions for contributors and CI: linters, type checkers, a quick test run and the matrix of installations."""

import dataclasses
import os
import pathlib
import shutil
from collections.abc import Mapping

import nox

# pyenv has only the active interpreters on PATH, and shims that fail for the others. Add the interpreters themselves.
PYENV = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, sorted(PYENV.glob("versions/*/bin")))])
INTERPRETERS = os.pathsep.join(path for path in os.environ["PATH"].split(os.pathsep) if path != str(PYENV / "shims"))

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
    without_dependencies: tuple[str, ...] = ("tf_keras",)
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    python: str | None = None
    tag: str = "matrix"
    left_out: tuple[str, ...] = ()


#: Number of inputs for each reader of model files.
FUZZED = {"json": 3_000, "archive": 3_000, "saved_model": 3_000, "hdf5": 300}
#: Tests that do not depend on the version of Python: clusters of TensorFlow processes, and recordings.
OF_TENSORFLOW = ("tests/distributed", "tests/tf1")

MATRIX = {
    # tf_slim has contrib's initializers for `verify`. It is of 2020, so only the oldest row has it.
    "tf-2.15": Installation(("tensorflow-cpu==2.15.*",), "tf-2.15", without_dependencies=("tf_slim",)),
    "tf-2.16": Installation(
        ("tensorflow-cpu==2.16.*", "keras==3.0.0"), "tf-2.16", without_dependencies=("tf_keras==2.16.*",)
    ),
    # jax for Keras' NumPy backend. The README's second command runs the other tests on the same installation.
    "tf-newest": Installation(("tensorflow-cpu", "jax"), "tf-newest", tag="readme"),
    "tf-newest-tf_keras": Installation(
        ("tensorflow-cpu",), "tf-newest-tf_keras", environment={"TF_USE_LEGACY_KERAS": "1"}
    ),
    "python-3.10": Installation(("tensorflow-cpu",), "tf-newest", python="3.10", left_out=OF_TENSORFLOW),
    "python-3.13": Installation(("tensorflow-cpu",), "tf-newest", python="3.13", left_out=OF_TENSORFLOW),
}

#: Packages with models for TensorFlow 1.
PUBLIC_PROGRAMS = ("bert-tensorflow==1.0.1", "facenet==1.0.3", "gpt-2-simple==0.5.4")

#: Files, folders and single tests that `tests-quick` leaves out, and why.
NOT_QUICK = {
    "tests/distributed": "starts clusters of TensorFlow processes",
    "tests/parity": "samples millions of values, starts worker processes and a browser",
    "tests/saved/test_eras.py": "loads a thousand models of old versions",
    "tests/saved/test_fixtures.py": "loads models in fresh processes",
    "tests/saved/test_small.py": "loads small models by the dozen",
    "tests/saved/test_verification.py": "loads models in fresh processes",
    "tests/saved/test_docs.py": "runs every command of the documentation",
    "tests/tf1": "observes the wrappers in processes of their own, and samples millions of values",
    "tests/wrappers/test_keras.py": "trains, saves and loads a model with every initializer",
    "tests/wrappers/test_op_seeds.py": "runs programs in processes of their own",
    "tests/wrappers/test_placement.py": "makes tensors of 8 million elements",
    "tests/wrappers/test_v1_programs.py": "runs whole programs in processes of their own",
    "tests/test_imports.py::test_keras_knows_the_wrappers_in_every_order": "imports TensorFlow in fresh processes",
    "tests/test_examples.py": "runs every example",
    "tests/test_extending.py": "runs tests on copies of the package, in fresh processes",
    "tests/test_lost_workers.py": "waits for processes to end",
}


#: The builds of the coming versions, and the tests that show within four minutes what they change.
NIGHTLY = Installation(
    ("tf-nightly-cpu", "keras-nightly"), expected="nightly", without_dependencies=("tf_keras-nightly",), tag="nightly"
)
NIGHTLY_TESTS = (
    "tests/wrappers/test_bad_input.py",
    "tests/wrappers/test_arguments.py",
    "tests/saved/test_fixtures.py",
    "tests/saved/test_upgrades.py",
    "tests/saved/test_initializers.py",
)
NIGHTLY_SECONDS = 240


@dataclasses.dataclass(frozen=True)
class RealTensorFlow1:
    """An installation of TensorFlow 1, which runs on old versions of Python only.

    Attributes:
      python: Version of Python.
      packages: Requirements to install.
      recording: Name of its recording in tests/tf1/recorded.
    """

    python: str
    packages: tuple[str, ...]
    recording: str


#: Newer versions of these break TensorFlow 1, or need a newer Python.
OLD = ("h5py<3", "numpy<1.17", "protobuf<3.18")
TF1 = {
    "1.15": RealTensorFlow1("3.7", ("tensorflow==1.15.5", *OLD), "1.15.5"),
    "1.12": RealTensorFlow1("3.6", ("tensorflow==1.12.3", *OLD), "1.12.3"),
    "1.8": RealTensorFlow1("3.6", ("tensorflow==1.8.0", "termcolor==1.1.0", *OLD), "1.8.0"),
    "1.15-python2.7": RealTensorFlow1("2.7", ("tensorflow==1.15.0", *OLD), "1.15.0-python2.7"),
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

    The rows for other Python versions leave out what does not depend on it, see `OF_TENSORFLOW`.
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
    session.install("--no-deps", "tf_slim")
    folder = session.create_tmp()
    # Not installed: one of the packages has top-level modules named `tests` and `tmp`.
    session.install("--no-deps", "--target", folder, *PUBLIC_PROGRAMS)
    variables = {**environment(row), "TF_INITCOMPAT_PUBLIC_PROGRAMS": folder}
    session.run("pytest", "tests/tf1/test_public_programs.py", *session.posargs, env=variables)


@nox.session
@nox.parametrize("version", [nox.param(name, id=name, tags=["tf1"]) for name in TF1])
def tf1(session: nox.Session, version: str) -> None:
    """Compare the recordings in tests/tf1 with a real TensorFlow 1; the matrix compares the wrappers with them."""
    row = TF1[version]
    interpreter = shutil.which(f"python{row.python}", path=INTERPRETERS)
    if interpreter is None:
        session.skip(f"not compared with TensorFlow {version}: there is no python{row.python}")
    # nox makes no environments for Python 2.7 and 3.6, and later versions of virtualenv do not either.
    session.install(".", "numpy", "pytest", "virtualenv<20.22")
    folder = pathlib.Path(session.create_tmp()) / "tensorflow"
    session.run("virtualenv", "--quiet", "--python", interpreter, str(folder))
    session.run(f"{folder}/bin/pip", "install", "--quiet", "--no-compile", *row.packages, external=True)
    test = f"tests/tf1/test_live.py::test_recording_is_what_the_real_tensorflow_does[{row.recording}]"
    # Without the conftest, which imports TensorFlow 2.
    programs = f"tests/tf1/test_live_programs.py::test_recording_is_what_the_real_tensorflow_does[{row.recording}]"
    session.run("pytest", "--noconftest", "-q", test, programs, env={"TF_INITCOMPAT_TF1": f"{folder}/bin/python"})


@nox.session
def nightly(session: nox.Session) -> None:
    """Run a few tests on the nightly builds of TensorFlow and Keras. Failures are printed, and the session passes."""
    install(session, NIGHTLY)
    # Interrupted, pytest still prints the failures.
    command = ("timeout", "--signal=INT", str(NIGHTLY_SECONDS), *PYTEST, "--tb=line", "-q", *NIGHTLY_TESTS)
    # 1: a test failed; 124: the time is over.
    session.run(*command, env=environment(NIGHTLY), external=True, success_codes=[0, 1, 124])


@nox.session
@nox.parametrize("backend", [nox.param(name, id=name) for name in ("jax", "torch")])
def backends(session: nox.Session, backend: str) -> None:
    """Load converted models in Keras on another backend, without TensorFlow, and compare their predictions."""
    session.install(".[saved]", "pytest", "keras>=3.15", backend)
    environment = {"KERAS_BACKEND": backend, "TF_INITCOMPAT_BACKEND": backend, "PYTHONPATH": "tests"}
    session.run("pytest", "--noconftest", "-q", "tests/saved/test_backends.py", env=environment)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Damage model files, guided by coverage, with a fixed seed: `nox -s fuzz -- -runs=100000` takes hours."""
    session.install(".[saved]", "atheris>=3.0", "pytest")
    for reader, count in FUZZED.items():
        options = session.posargs or [f"-runs={count}", "-seed=1"]
        session.run("python", "tests/saved/fuzz_with_atheris.py", reader, *options)


def install(session: nox.Session, row: Installation) -> None:
    """Install the package and its tests' requirements for one row of the matrix."""
    session.env["UV_COMPILE_BYTECODE"] = "1"  # many processes of the tests import TensorFlow
    session.install(".[test]", *row.packages)
    session.install("--no-deps", *row.without_dependencies)


def environment(row: Installation) -> dict[str, str]:
    """Return the environment variables of the tests for one row of the matrix."""
    return {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_INITCOMPAT_EXPECT": row.expected, **row.environment}
