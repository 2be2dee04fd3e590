"""`.json` files, which `Model.to_json` makes: the config of a model without weights."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tf_initcompat.saved.containers import REGISTRY, Content, Document, Match, json_text
from tf_initcompat.saved.errors import NotAModelError
from tf_initcompat.saved.values import JsonObject
from tf_initcompat.saved.weights.changes import WeightChange

#: Modules that Keras 3 names in the configs of models.
_OF_KERAS_3: Final = ("keras", "keras.src.models.functional", "keras.src.models.sequential")


class JsonFile:
    """JSON files of all versions of Keras."""

    name = "json"
    module = __name__
    order = 3
    suffixes: tuple[str, ...] = (".json",)
    has_weights = False
    uses_legacy_loader = False
    is_directory = False
    is_replaceable = True

    def match(self, path: Path) -> Match:
        """Match any readable file: text has no signature."""
        with path.open("rb"):
            return Match.FALLBACK

    def read(self, path: Path) -> Content:
        """Return the JSON object in the file."""
        with path.open("rb") as file:
            text = json_text.decode(file.read(json_text.MAX_BYTES + 1), "the file")
        if not text.lstrip().startswith("{"):
            raise NotAModelError("not a model: neither HDF5, nor a .keras archive, nor a JSON object")
        model = Document.parse("", text)
        return Content(model=model, keras_version=str(model.value.get("keras_version", _version(model.value))))

    def write(self, source: Path, target: Path, texts: Mapping[str, str], weights: Sequence[WeightChange] = ()) -> None:
        """Write the new text."""
        if "" in texts:
            target.write_bytes(texts[""].encode("utf-8"))
        else:
            shutil.copyfile(source, target)

    def pickles(self, path: Path) -> list[str]:
        """Return nothing: a text holds no pickled objects."""
        return []


REGISTRY.add(JsonFile())


def _version(model: JsonObject) -> str:
    """Return "3" for a model that names a module of Keras 3, whose JSON has no version; otherwise ""."""
    return "3" if model.get("module") in _OF_KERAS_3 else ""
