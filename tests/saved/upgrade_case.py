"""The form of the cases in `model_cases.py` and `layer_cases.py`."""

import dataclasses

from tf_initcompat.saved.targets import TargetName


@dataclasses.dataclass(frozen=True)
class Case:
    """A config that an upgrade changes.

    Attributes:
      upgrade: Name of the upgrade.
      before: The config.
      after: The config after all upgrades.
      target: Keras for which it is upgraded.
      name: Name of the document in the file.
      uses_legacy_loader: Whether the config is in an HDF5 file.
    """

    upgrade: str
    before: str
    after: str
    target: TargetName = "3.15"
    name: str = ""
    uses_legacy_loader: bool = False
