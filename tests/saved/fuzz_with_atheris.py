"""Fuzzing guided by coverage: `python tests/saved/fuzz_with_atheris.py READER [options of libFuzzer]`."""

import random
import sys
import tempfile
import zlib
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))
with atheris.instrument_imports(include=["tf_initcompat"]):
    from saved import fuzz


def main(name: str, *options: str) -> None:
    """Fuzz a reader.

    Args:
      name: Its name in `fuzz.READERS`.
      options: Options of libFuzzer, such as "-runs=100000" and "-seed=1".
    """
    reader = fuzz.READERS[name]
    fuzz.limit()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder, tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(reader.seeds()):
            Path(corpus, str(number)).write_bytes(seed)

        def test(data: bytes) -> None:
            # Writing doubles the time.
            fuzz.read(reader, data, Path(folder), is_written=zlib.crc32(data) % 8 == 0)

        def mutate(data: bytes, max_size: int, seed: int) -> bytes:
            return reader.mutate(data, random.Random(seed))[:max_size]

        options = ("-max_len=200000", "-timeout=20", *options)
        atheris.Setup([sys.argv[0], *options, corpus], test, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
