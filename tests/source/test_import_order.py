"""The place of a new import among sorted ones."""

import ast

import pytest

from tf_initcompat.source.rewrite import import_order


@pytest.mark.parametrize(
    ("block", "belongs_to", "line", "stands_behind"),
    [
        ("from os import path\nimport sys\nimport tensorflow\nfrom zlib import crc32", 0, "import tf_initcompat", 2),
        ("import sys\nfrom tensorflow import (\n  a)\nfrom zlib import crc32", 2, "from tf_initcompat import z", 1),
        ("from __future__ import division\nimport sys\nfrom abc import ABC", 0, "import tf_initcompat", 1),
        ("import zlib\nimport sys\nimport tensorflow", 2, "import tf_initcompat", 2),
    ],
    ids=["by module", "an import over two lines", "__future__", "not sorted"],
)
def test_place(block: str, belongs_to: int, line: str, stands_behind: int) -> None:
    statements = ast.parse(block).body
    assert import_order.place(statements, statements[belongs_to], line) == (statements[stands_behind], True)
