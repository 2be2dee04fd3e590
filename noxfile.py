"""The test matrix: one environment for each supported TensorFlow."""

import nox

nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True

#: Of each session: what to install, what to install without its dependencies (tf_keras would bring a second
#: TensorFlow), and the environment.
MATRIX: dict[str, tuple[list[str], list[str], dict[str, str]]] = {
    "tf-2.15": (["tensorflow-cpu==2.15.*"], [], {}),
    "tf-2.16": (["tensorflow-cpu==2.16.*", "keras==3.0.0"], ["tf_keras==2.16.*"], {}),
    "tf-newest": (["tensorflow-cpu", "jax"], ["tf_keras"], {}),  # jax for Keras' NumPy backend
    "tf-newest-tf_keras": (["tensorflow-cpu"], ["tf_keras"], {"TF_USE_LEGACY_KERAS": "1"}),
}


@nox.session
@nox.parametrize(
    "tensorflow", [nox.param(name, id=name, tags=["readme" if name == "tf-newest" else "matrix"]) for name in MATRIX]
)
def tests(session: nox.Session, tensorflow: str) -> None:
    """Runs the tests on one supported TensorFlow."""
    packages, without_dependencies, environment = MATRIX[tensorflow]
    session.env["UV_COMPILE_BYTECODE"] = "1"  # many processes of the tests import TensorFlow
    session.install(".[test]", *packages)
    session.install("--no-deps", "tf_slim", *without_dependencies)
    session.run(
        "pytest",
        "-n",
        "2",
        "--dist",  # by file: a module's fixtures start whole clusters, and are made once
        "loadfile",
        *session.posargs,
        env={"TF_CPP_MIN_LOG_LEVEL": "3", "TF_INITCOMPAT_EXPECT": tensorflow, **environment},
    )
