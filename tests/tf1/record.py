"""Record what real TensorFlow 1 installations do, in `recorded/`.

Usage: python tests/tf1/record.py --python OLD/bin/python [--python ...] [--check]

Run it with a Python that has the package; TensorFlow 2 is not needed. Each `--python` is an interpreter with a
TensorFlow 1. Its recording replaces the one of the same version. `--check` compares instead of writing.
"""

import argparse
import sys

import cases
import recordings


def main() -> int:
    """Record, or check, the interpreters that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", required=True, metavar="PATH", help="an interpreter")
    parser.add_argument("--check", action="store_true", help="compare with the recordings and write nothing")
    options = parser.parse_args()
    recorded = recordings.load()
    status = 0
    for python in options.python:
        observations = recordings.observe_all(python, cases.cases())
        name = recordings.label(observations)
        differing = recordings.differences(recorded.get(name, {}), observations)
        print(f"{name}: {len(differing)} differences from the recording")
        if options.check:
            print(*differing, sep="\n")
            status |= bool(differing)
        else:
            recorded[name] = observations
            recordings.save(recorded)
    return status


if __name__ == "__main__":
    sys.exit(main())
