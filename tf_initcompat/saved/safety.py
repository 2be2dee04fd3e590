"""Obstacles to loading a file: objects that may do more than their config says, or that need a user's code."""

import builtins
import dataclasses
import enum
import re
from collections.abc import Iterable, Iterator
from typing import Final

from tf_initcompat.catalog import class_names
from tf_initcompat.saved import keras_classes, nodes
from tf_initcompat.saved.activations import HARD_SIGMOID, LEGACY_HARD_SIGMOID
from tf_initcompat.saved.values import Json, JsonObject

__all__ = ["Obstacle", "Reason", "find", "is_safe"]

#: Package of the wrappers.
_WRAPPERS: Final = ("tf_initcompat",)
#: Modules of Keras whose classes only compute. Any function of Keras can be called by naming it.
_MODULES_OF_CLASSES: Final = tuple(
    f"{package}.{module}"
    for package in (*keras_classes.PACKAGES, "keras.src", "tf_keras.src", "keras.engine", "keras.src.engine")
    for module in (
        *("layers", "initializers", "losses", "metrics", "optimizers", "regularizers", "constraints"),
        *("activations", "models", "ops"),
    )
)
#: Functions of TensorFlow that only compute, as TFOpLambda names them, and operations.
_FUNCTIONS: Final = re.compile(
    r"(?:(?:compat\.v1\.)?(?:math|nn|linalg|signal|strings|bitwise|random|sparse|ragged|image|__operators__)"
    r"|keras\.(?:backend|activations|losses))\.\w+"
    r"|abs|add_n|add|arg(?:max|min|sort)|boolean_mask|broadcast_to|cast|clip_by_\w+|concat|convert_to_tensor|cumsum|divide"
    r"|einsum|ensure_shape|equal|exp|expand_dims|eye|fill|floor|gather(?:_nd)?|greater(?:_equal)?|identity|less(?:_equal)?"
    r"|logical_\w+|matmul|maximum|meshgrid|minimum|multiply|norm|not_equal|one_hot|ones(?:_like)?|pad|pow|range|rank"
    r"|reduce_\w+|repeat|reshape|reverse|roll|round|scalar_mul|shape|sigmoid|sign|size|slice|sort|split|sqrt|square"
    r"|squeeze|stack|stop_gradient|strided_slice|subtract|tanh|tensordot|tile|transpose|truediv|unstack|where"
    r"|zeros(?:_like)?"
)
_OPERATIONS: Final = re.compile(
    r"Abs|Add(?:N|V2)?|ArgM(?:ax|in)|BatchMatMul(?:V2)?|BiasAdd|Cast|ClipByValue|Concat(?:V2)?|Cumsum|Equal|Exp|ExpandDims"
    r"|Fill|Floor(?:Div|Mod)?|Gather(?:V2|Nd)?|Greater(?:Equal)?|Identity|L2Loss|Less(?:Equal)?|Log|Logical(?:And|Not|Or)"
    r"|MatMul|Max(?:imum)?|Mean|Min(?:imum)?|Mul|Neg|NotEqual|OneHot|Pack|Pad(?:V2)?|Pow|Prod|Range|RealDiv|Reciprocal"
    r"|Relu6?|Reshape|ResizeBilinear|ResizeNearestNeighbor|ReverseV2|Round|Rsqrt|Select(?:V2)?|Shape|Sigmoid|Sign|Size"
    r"|Slice|Softmax|Softplus|Split(?:V)?|Sqrt|Square|SquaredDifference|Squeeze|StopGradient|StridedSlice|Sub|Sum|Tanh|Tile"
    r"|TopKV2|Transpose|Unpack|ZerosLike"
)


class Reason(enum.Enum):
    """Why a file is not loaded.

    Attributes:
      is_danger: Whether loading the file can run code or read other files, so that `load_model` refuses it.
      message: Text of the message. "{name}" stands for the class or member, "{detail}" for what it names.
    """

    PICKLE = True, "{name} may hold pickled objects, which run code when they are read"
    LAMBDA = True, "a Lambda layer holds Python code, and Keras loads it only with safe_mode=False"
    TORCH_MODULE = True, "{name} holds a pickled PyTorch module, which runs code when it is read"
    OTHER_MODEL = True, "{name} runs the graph of another file, {detail}"
    OPERATION = True, "{name} runs {detail}, which TensorFlow can have read and write files"
    VOCABULARY = True, "the vocabulary of this {name} layer is another file, {detail}"
    OTHER_MODULE = True, "{name} is not among the classes of Keras; loading the file imports the module {detail}"
    OTHER_OBJECT = True, "{name} is not among the classes of Keras that a model needs; loading the file calls it"
    OTHER_CLASS = (
        False,
        "{name} is not among the classes of Keras that are loaded here; load the file with your own code",
    )
    NO_CLASS = False, "its class is not a name"

    def __init__(self, is_danger: bool, message: str) -> None:
        self.is_danger = is_danger
        self.message = message


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """A reason not to load a file.

    Attributes:
      reason: The reason.
      name: The class or member.
      place: Path of the config through the JSON; "" for a member of an archive.
      detail: What the config names.
      keys: Names under which `custom_objects` can have the class.
    """

    reason: Reason
    name: str = ""
    place: str = ""
    detail: str = ""
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        message = self.reason.message.format(name=self.name, detail=self.detail)
        return f"{self.place}: {message}" if self.place else message


#: Classes that run what their config holds or names, and the key of it.
_RUNNING: Final = {
    "TFSMLayer": (Reason.OTHER_MODEL, "filepath"),
    "TorchModuleWrapper": (Reason.TORCH_MODULE, "module"),
    "TFOpLambda": (Reason.OPERATION, "function"),
    "SlicingOpLambda": (Reason.OPERATION, "function"),
    "ClassMethod": (Reason.OPERATION, "cls_symbol"),
    "TensorFlowOpLayer": (Reason.OPERATION, "node_def"),
    **dict.fromkeys(("Lambda", "__lambda__"), (Reason.LAMBDA, "function")),
}


def find(documents: JsonObject, pickles: Iterable[str] = ()) -> Iterator[Obstacle]:
    """Yield what a process without the user's code cannot or must not load.

    Args:
      documents: The JSON objects of the file.
      pickles: Members of the file that may hold pickled objects.

    >>> [(obstacle.name, obstacle.reason.name) for obstacle in find({"": {"class_name": "system", "module": "os"}})]
    [('os.system', 'OTHER_MODULE')]
    """
    for member in pickles:
        yield Obstacle(Reason.PICKLE, member)
    for node in nodes.walk(documents):
        value = node.value
        if isinstance(value, dict) and "class_name" in value:
            obstacle = _obstacle(value, node.place)
            if obstacle:
                yield obstacle


def _obstacle(value: JsonObject, place: str) -> Obstacle | None:
    name, registered, config = value["class_name"], value.get("registered_name"), value.get("config")
    if not isinstance(name, str):
        return Obstacle(Reason.NO_CLASS, place=place)
    keys = tuple(key for key in (name, registered, config) if isinstance(key, str))
    if name in _RUNNING:
        reason, key = _RUNNING[name]
        named = config.get(key) if isinstance(config, dict) else None
        if reason is Reason.OPERATION and _only_computes(name, named):
            reason = Reason.OTHER_CLASS
        return Obstacle(reason, name, place, repr(named), keys)
    vocabulary = config.get("vocabulary") if isinstance(config, dict) else None
    if isinstance(vocabulary, str) and keras_classes.is_from_keras(value):
        return Obstacle(Reason.VOCABULARY, name, place, repr(vocabulary), keys)
    return None if is_safe(value) else _other_object(value, name, place, keys)


def _only_computes(name: str, named: Json) -> bool:
    """Return whether an operation that a config names neither reads nor writes files."""
    if not isinstance(named, str):
        return False
    if name != "TensorFlowOpLayer":
        return _FUNCTIONS.fullmatch(named) is not None
    operation = re.search(r'"op": *"(\w+)"|^\s*op: "(\w+)"', named, re.MULTILINE)
    return operation is not None and _OPERATIONS.fullmatch(operation[1] or operation[2]) is not None


def _other_object(value: JsonObject, name: str, place: str, keys: tuple[str, ...]) -> Obstacle:
    """Return the obstacle for a class or function that is not known to be safe."""
    module, config = value.get("module"), value.get("config")
    is_function = name == "function" and isinstance(config, str)
    own = str(config) if is_function else name
    # Keras looks up a function of "builtins" in its own modules, and then in Python's.
    if module is None or (module == "builtins" and is_function and not hasattr(builtins, own)):
        return Obstacle(Reason.OTHER_CLASS, own, place, keys=keys)
    if not keras_classes.is_inside(module):
        return Obstacle(Reason.OTHER_MODULE, f"{module}.{own}", place, repr(module), keys)
    if not is_function and name[:1].isupper() and keras_classes.is_inside(module, _MODULES_OF_CLASSES):
        return Obstacle(Reason.OTHER_CLASS, own, place, keys=keys)
    return Obstacle(Reason.OTHER_OBJECT, f"{module}.{own}", place, keys=keys)


def is_safe(value: JsonObject) -> bool:
    """Return whether deserializing a config runs nothing but Keras and this package.

    Args:
      value: Config of an object or a function. Its `class_name` is a string.

    >>> is_safe({"class_name": "Dense", "config": {"units": 2}})
    True
    >>> is_safe({"module": "os", "class_name": "system", "config": {}})
    False
    """
    name, module, registered = value["class_name"], value.get("module"), value.get("registered_name")
    if not isinstance(name, str) or not isinstance(registered, str | None):
        return False
    if value in (HARD_SIGMOID, LEGACY_HARD_SIGMOID):
        return True
    if name == "function":
        is_importable = module in (None, "builtins") or keras_classes.is_inside(module)
        config = value.get("config")
        return is_importable and isinstance(config, str) and config in keras_classes.FUNCTIONS
    if (registered or name) in class_names.wrappers():
        return module is None or keras_classes.is_inside(module, _WRAPPERS)
    name = name.removeprefix("Custom>")  # Keras 2.11 to 2.15 write it before their optimizers in HDF5
    return keras_classes.is_from_keras(value) and name in keras_classes.classes()
