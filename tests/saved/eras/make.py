"""Make `files/`: models saved by real old versions of Keras, with the predictions of the versions that saved them.

    python make.py [--checkpoints | --keras-3 | --rare] MAKER=PYTHON [MAKER=PYTHON ...]

Each PYTHON is an interpreter of an environment with what the row of the maker in `MAKERS` names. Its models replace
those of the same maker. Every archive holds `.h5` files, a few models in other forms, `arrays.npz` with inputs and
predictions, and `made.json` with versions and with the models that the version cannot build. With
`--checkpoints`, the models are those of `write_checkpoints.py`, which only versions of TensorFlow 1 make; with
`--keras-3`, they are those of `write_keras_3.py`, and with `--rare` those of `write_rare.py`.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FILES = HERE / "files"
OLD = "h5py<3 numpy<1.17 protobuf<3.18"
#: Python, packages, and the module whose models are saved, by the name of the archive.
MAKERS = {
    "keras-1.2.2": ("3.6", f"tensorflow==1.2.1 keras==1.2.2 {OLD}", "keras"),
    "keras-2.0.8": ("3.6", f"tensorflow==1.4.1 keras==2.0.8 {OLD}", "keras"),
    "keras-2.1.6": ("3.6", f"tensorflow==1.8.0 keras==2.1.6 termcolor==1.1.0 {OLD}", "keras"),
    "keras-2.2.4": ("3.6", f"tensorflow==1.12.3 keras==2.2.4 {OLD}", "keras"),
    "keras-2.3.1": ("3.7", f"tensorflow==1.15.5 keras==2.3.1 {OLD}", "keras"),
    "tf-1.4.1": ("3.6", f"tensorflow==1.4.1 {OLD}", "tf.keras"),
    "tf-1.8.0": ("3.6", f"tensorflow==1.8.0 termcolor==1.1.0 {OLD}", "tf.keras"),
    "tf-1.12.3": ("3.6", f"tensorflow==1.12.3 {OLD}", "tf.keras"),
    "tf-1.13.2": ("3.7", f"tensorflow==1.13.2 {OLD}", "tf.keras"),
    "tf-1.15.5": ("3.7", f"tensorflow==1.15.5 {OLD}", "tf.keras"),
    "tf-2.2.3": ("3.8", "tensorflow==2.2.3 protobuf<3.20 numpy<1.24 h5py<3", "tf.keras"),
    "tf-2.6.5": ("3.9", "tensorflow==2.6.5 keras==2.6.0 tensorflow-estimator==2.6.0 protobuf<3.20", "tf.keras"),
    "tf-2.10.1": ("3.9", "tensorflow-cpu==2.10.1 protobuf<3.20 numpy<1.24", "tf.keras"),
    "tf-2.15.1": ("3.11", "tensorflow-cpu==2.15.1", "tf.keras"),
}
#: Maker of files of Keras 3, for Keras 2, and its packages.
KERAS_3 = ("keras-3.15.1", "tensorflow-cpu==2.21.0 keras==3.15.1")


#: Scripts that a maker runs, and what precedes the name of the archive, by the option.
SCRIPTS = {
    "": ("write.py", ""),
    "--checkpoints": ("write_checkpoints.py", "checkpoints-"),
    "--keras-3": ("write_keras_3.py", ""),
    "--rare": ("write_rare.py", "rare-"),
}


def make(maker: str, python: str, option: str) -> Path:
    """Run the maker and pack what it writes."""
    script, kind = SCRIPTS[option]
    target = FILES / f"{kind}{maker}.tar.xz"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [python, HERE / script, folder, MAKERS.get(maker, ("",) * 3)[2]], check=True, stderr=subprocess.DEVNULL
        )
        with tarfile.open(target, "w:xz", preset=9) as archive:
            for path in sorted(Path(folder).rglob("*"), key=lambda path: (path.suffix, path.name)):
                if path.is_file():
                    archive.add(path, str(path.relative_to(folder)), filter=_without_owner)
    return target


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    option = next((argument for argument in sys.argv[1:] if argument in SCRIPTS), "")
    for argument in sys.argv[1:]:
        if argument == option:
            continue
        maker, _, python = argument.partition("=")
        path = make(maker, python, option)
        print(f"{path.name}: {path.stat().st_size} bytes")
