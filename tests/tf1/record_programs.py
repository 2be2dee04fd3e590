"""Record the programs in real TensorFlow 1 installations, in `recorded_seeds/`.

Usage: python tests/tf1/record_programs.py OLD/bin/python [...]

Run it with a Python that has the package; TensorFlow 2 is not needed. Each argument is an interpreter with a
TensorFlow 1. Its recording replaces the one of the same version.
"""

import sys

import program_recordings


def main(pythons: list[str]) -> None:
    """Record with each interpreter."""
    for python in pythons:
        observations = program_recordings.run_in_tensorflow_1(python)
        program_recordings.save(observations)
        left_out = [name for name, program in observations["programs"].items() if "error" in program]
        print(f"{program_recordings.label(observations)}: recorded; left out: {', '.join(sorted(left_out)) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
