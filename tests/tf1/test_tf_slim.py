"""tf_slim, with which `verify` compares contrib's initializers, against recordings of the real `tf.contrib.layers`.

No other test needs tf_slim. One row of the matrix installs it; without it, `verify` skips contrib's symbols.
"""

import sys

import numpy as np
import pytest
import tensorflow as tf
from tf1 import recordings

from tf_initcompat.catalog import symbols
from tf_initcompat.parity.table import legacy

RECORDED = recordings.load()[recordings.MIRRORED]["op seeded"]
NAMES = [name for symbol in symbols.SYMBOLS if symbol.names[0].startswith("contrib.layers.") for name in symbol.names]


@pytest.mark.parametrize("name", NAMES)
def test_tf_slim_has_the_bits_of_contrib(name: str) -> None:
    try:
        found = legacy.real(name)
    except legacy.LegacyMissingError as error:
        pytest.skip(str(error))
    cases = [case for case in RECORDED if recordings.symbol_of(case) == name]
    assert cases
    for case in cases:
        with tf.Graph().as_default():
            tensor = eval(f"found{case.removeprefix(name)}", {"found": found, "tf": tf.compat.v1})
            with tf.compat.v1.Session() as session:
                values = np.asarray(session.run(tensor))
        recorded = recordings.array(RECORDED[case])
        assert (values.dtype, values.tobytes()) == (recorded.dtype, recorded.tobytes()), case


def test_advice_where_tf_slim_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tf_slim", None)
    monkeypatch.setitem(sys.modules, "tf_slim.layers.initializers", None)
    with pytest.raises(legacy.LegacyMissingError, match="pip install --no-deps tf_slim"):
        legacy.real("contrib.layers.xavier_initializer")
