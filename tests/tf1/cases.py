"""The cases that are observed in the real TensorFlow 1 and in the installed one, made from the table of symbols."""

from collections.abc import Iterator

from tf_initcompat.catalog import symbols

#: Symbols that make no matrices, with the shape of a small and of a large tensor.
CONVOLUTIONAL = {
    "contrib.framework.convolutional_delta_orthogonal": ((3, 3, 2, 4), (3, 3, 40, 60)),
    "contrib.framework.convolutional_orthogonal_1d": ((3, 2, 4), (3, 40, 60)),
    "contrib.framework.convolutional_orthogonal_2d": ((2, 2, 2, 4), (2, 2, 40, 60)),
    "contrib.framework.convolutional_orthogonal_3d": ((2, 2, 2, 2, 4), (2, 2, 2, 20, 30)),
}
#: Sets of arguments of a symbol besides none at all, by the first name of its row.
ARGUMENTS = {
    "variance_scaling_initializer": [
        *(
            f"scale=2.5, mode='{mode}', distribution='{distribution}'"
            for mode in ("fan_in", "fan_out", "fan_avg")
            for distribution in ("normal", "uniform", "truncated_normal", "untruncated_normal")
        ),
        *(f"distribution='{distribution}'" for distribution in ("normal", "truncated_normal", "untruncated_normal")),
        "distribution='UNIFORM'",
        "scale=0.1, dtype=tf.float64",
        "dtype=tf.float16",
    ],
    **dict.fromkeys(
        (
            "glorot_uniform_initializer",
            "glorot_normal_initializer",
            "initializers.glorot_uniform",
            "initializers.glorot_normal",
            "keras.initializers.glorot_uniform",
            "keras.initializers.glorot_normal",
        ),
        ("dtype=tf.float64",),
    ),
    **dict.fromkeys(
        ("initializers.variance_scaling", "keras.initializers.VarianceScaling"),
        tuple(f"distribution='{name}'" for name in ("normal", "truncated_normal", "untruncated_normal")),
    ),
    **dict.fromkeys(
        ("initializers.orthogonal", "keras.initializers.Orthogonal", "keras.initializers.orthogonal"),
        ("dtype=tf.float16",),
    ),
    "uniform_unit_scaling_initializer": ["factor=1.43", "factor=-0.3", "dtype=tf.float64"],
    "contrib.layers.variance_scaling_initializer": [
        *(
            f"factor=1.7, mode='{mode}', uniform={uniform}"
            for mode in ("FAN_IN", "FAN_OUT", "FAN_AVG")
            for uniform in (False, True)
        ),
        "dtype=tf.float64",
    ],
    "contrib.layers.xavier_initializer": ["uniform=False", "uniform=False, dtype=tf.float64"],
    "random_normal_initializer": ["mean=3.0, stddev=0.2", "dtype=tf.float64", "dtype=tf.float16"],
    "truncated_normal_initializer": ["mean=-1.0, stddev=0.2", "dtype=tf.float64"],
    "random_uniform_initializer": [
        "minval=-2, maxval=5",
        "minval=4.0",
        "minval=0, maxval=9, dtype=tf.int32",
        "minval=-5, maxval=900, dtype=tf.int64",
        "dtype=tf.float64",
    ],
    "keras.initializers.RandomNormal": ["mean=3.0, stddev=0.2"],
    "keras.initializers.TruncatedNormal": ["mean=3.0, stddev=0.2"],
    "keras.initializers.RandomUniform": ["minval=-2, maxval=5"],
    "orthogonal_initializer": ["gain=2.0", "dtype=tf.float64", "dtype=tf.float16"],
    "initializers.identity": ["gain=3.0", "dtype=tf.float64"],
    "constant_initializer": [
        "value=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]",
        "value=0.1, dtype=tf.float64",
        "value=7, dtype=tf.int32",
    ],
    "zeros_initializer": ["dtype=tf.int32"],
    "ones_initializer": ["dtype=tf.float64"],
    **dict.fromkeys(CONVOLUTIONAL, ("gain=4.0", "dtype=tf.float64")),
}
#: Names for `keras.initializers.get`: class names, snake case and short names.
LOOKUPS = [
    *("glorot_uniform", "GlorotUniform", "glorot_normal", "GlorotNormal", "he_normal", "HeNormal", "he_uniform"),
    *("HeUniform", "lecun_normal", "LecunNormal", "lecun_uniform", "LecunUniform", "normal", "random_normal"),
    *("RandomNormal", "uniform", "random_uniform", "RandomUniform", "truncated_normal", "TruncatedNormal"),
    *("variance_scaling", "VarianceScaling", "orthogonal", "Orthogonal", "identity", "Identity", "constant"),
    *("Constant", "zeros", "zero", "Zeros", "ones", "one", "Ones", "xavier"),
]
#: Default initializers of layers in TensorFlow 1.
DEFAULTS_OF_LAYERS = [
    "keras.layers.Embedding(9, 9).embeddings_initializer",
    "keras.layers.Dense(9).kernel_initializer",
    "keras.layers.Dense(9).bias_initializer",
    "keras.layers.Conv2D(9, 3).kernel_initializer",
    "keras.layers.SeparableConv2D(9, 3).depthwise_initializer",
    "keras.layers.LSTM(9).kernel_initializer",
    "keras.layers.LSTM(9).recurrent_initializer",
    "keras.layers.LSTM(9).bias_initializer",
    "keras.layers.GRU(9).recurrent_initializer",
]
#: Layers of TensorFlow 1 whose bias is not all zero in every version, called with an input of shape (1, 4, 3).
BIASED_LAYERS = ["keras.layers.LSTM(2)", "keras.layers.LSTM(2, unit_forget_bias=False)", "keras.layers.GRU(2)"]
#: Probabilities of the recorded quantiles.
QUANTILES = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)
#: Shapes of the small and of the large samples: the fans differ from each other, and from those of the flat matrix.
SMALL = (4, 3)
LARGE = (20, 50, 20, 50)
#: Shapes in which the fans of contrib's initializers are observed.
SHAPES_OF_CONTRIB = [(), (5,), (2, 3, 4), (2, 1, 3, 4), (1, 2, 2, 3, 2)]

#: Bad input of constructors.
BAD_CONSTRUCTORS = {
    "variance_scaling_initializer": [
        *(f"scale={value}" for value in ("0", "-1.0", "'a'", "None", "np.array([1.0, 2.0])")),
        *(f"mode={value}" for value in ("'FAN_IN'", "'fan'", "None", "[1]")),
        *(f"distribution={value}" for value in ("'gauss'", "None", "3")),
        *(f"dtype={value}" for value in ("'int32'", "tf.string", "'nope'", "int", "None", "tf.complex64")),
    ],
    **dict.fromkeys(
        (
            "random_normal_initializer",
            "truncated_normal_initializer",
            "random_uniform_initializer",
            "uniform_unit_scaling_initializer",
            "orthogonal_initializer",
            "initializers.identity",
            "zeros_initializer",
            "constant_initializer",
        ),
        tuple(f"dtype={value}" for value in ("tf.int32", "'bool'", "'nope'", "None", "'string'")),
    ),
    "contrib.layers.variance_scaling_initializer": ["mode='fan_in'", "mode=None", "mode=3", "dtype=tf.int32"],
    "contrib.layers.xavier_initializer": ["dtype=tf.bool"],
    **dict.fromkeys(CONVOLUTIONAL, ("dtype=tf.int32",)),
}
#: Bad, and unusual, arguments of a call.
BAD_CALLS = [
    "(None, 3)",
    "tf.TensorShape([None, 3])",
    "tf.TensorShape(None)",
    "None",
    "5",
    "(-1, 3)",
    "(2.5, 3)",
    "(2, 'a')",
    "'ab'",
    "()",
    "(3,)",
    "(2, 3, 4)",
    "(0, 3)",
    "[2, 3]",
    "tf.TensorShape([2, 3])",
    "(tf.Dimension(2), 3)",
    *(f"(2, 3), dtype=tf.{dtype}" for dtype in ("int32", "string", "bool", "complex64", "uint8", "float64")),
]
#: Bad values that only the call notices.
BAD_VALUES = [
    "random_uniform_initializer(minval=0, maxval=5, dtype=tf.uint8)",
    "random_uniform_initializer(maxval=5, dtype=tf.int32)",
    "random_uniform_initializer(dtype=tf.int32)",
    "random_uniform_initializer(minval=None)",
    "random_normal_initializer(mean=None)",
    "random_normal_initializer(stddev='x')",
    "orthogonal_initializer(gain='a')",
    "initializers.identity(gain='a')",
    *(f"uniform_unit_scaling_initializer(factor={value})" for value in ("'a'", "None", "0.0")),
    *(f"contrib.layers.variance_scaling_initializer(factor={value})" for value in ("'a'", "None", "0.0", "-2.0")),
]
#: Shapes that make no kernel: a wrong rank, and more input than output channels.
BAD_SHAPES = {
    "contrib.framework.convolutional_delta_orthogonal": ["(3, 4)", "(3, 3, 4, 2)", "(1, 1, 1, 1, 1, 1)"],
    "contrib.framework.convolutional_orthogonal_1d": ["(3, 4)", "(3, 4, 2)", "(3, 3, 4, 4)"],
    "contrib.framework.convolutional_orthogonal_2d": ["(3, 4, 4)", "(2, 2, 4, 2)", "(2, 3, 4, 4)"],
    "contrib.framework.convolutional_orthogonal_3d": ["(2, 2, 4, 4)", "(2, 2, 2, 4, 2)", "(2, 2, 3, 4, 4)"],
}
BAD_CONSTANTS = [
    *(
        f"constant_initializer({value}, verify_shape={verify})((2, 2))"
        for value in ("7", "[1, 2, 3, 4]", "[[1, 2], [3, 4]]", "[1, 2]", "[1, 2, 3, 4, 5]")
        for verify in (False, True)
    ),
    *(f"constant_initializer({value})" for value in ("None", "{1: 2}", "object")),
]


def _names() -> list[str]:
    """Return the first name of each initializer."""
    names = [symbol.names[0] for symbol in symbols.INITIALIZERS]
    return [*(name for name in names if name not in CONVOLUTIONAL), *CONVOLUTIONAL]


def _rows() -> list[symbols.Symbol]:
    """Return the rows of the initializers that make tensors of any shape, or matrices."""
    return [symbol for symbol in symbols.INITIALIZERS if symbol.names[0] not in CONVOLUTIONAL]


def _takes(name: str, parameter: str) -> bool:
    return symbols.by_name()[name].parameter(parameter) is not None


def _make(name: str, arguments: str = "", seed: int | None = None) -> str:
    """Return the expression that makes an initializer, with a seed where it takes one."""
    seeded = [f"seed={seed}"] if seed is not None and _takes(name, "seed") else []
    return f"{name}({', '.join([arguments] * bool(arguments) + seeded)})"


def _arguments() -> Iterator[tuple[str, str]]:
    """Yield each name of an initializer without arguments, and each symbol with every set of arguments."""
    for symbol in _rows():
        yield from ((name, "") for name in symbol.names)
    yield from ((name, "") for name in CONVOLUTIONAL)
    yield from ((name, arguments) for name, sets in ARGUMENTS.items() for arguments in sets)


def _is_random(name: str) -> bool:
    return symbols.by_name()[name].is_random


def op_seeded() -> Iterator[str]:
    """Yield tensors of a few values with an op seed."""
    for name, arguments in _arguments():
        yield f"{_make(name, arguments, seed=11)}({CONVOLUTIONAL.get(name, (SMALL,))[0]})"
    for symbol in _rows():
        make = _make(symbol.names[0], seed=11)
        if symbol.is_random:
            yield f"{make}({SMALL}, dtype=tf.float64)"
        if symbol.native in ("VarianceScaling", "Orthogonal"):
            yield f"{make}((2, 2, 3, 2))"
        if symbol.is_contrib:
            for arguments in ("", *ARGUMENTS[symbol.names[0]]):
                yield from (f"{_make(symbol.names[0], arguments, seed=11)}({shape})" for shape in SHAPES_OF_CONTRIB)


def distribution(name: str, arguments: str) -> str:
    """Return a large tensor with an op seed."""
    return f"{_make(name, arguments, seed=13)}({CONVOLUTIONAL.get(name, (SMALL, LARGE))[1]})"


def distributions() -> Iterator[str]:
    """Yield large tensors with an op seed."""
    for name, arguments in _arguments():
        slow = "float16" in arguments and "orthogonal" in name.lower()  # minutes for a QR decomposition of that size
        if _is_random(name) and not slow:
            yield distribution(name, arguments)


def program() -> list[list[object]]:
    """Return the variables of a program with every initializer: expression, shape and number of shards."""
    identity = "initializers.identity()"
    variables: list[list[object]] = [[None, [6, 4], 1], [identity, [6, 4], 1], [identity, [4, 4], 1]]
    for symbol in _rows():
        variables.append([_make(symbol.names[0]), [6, 4], 1])
        if symbol.is_random or symbol.uses_full_shape:
            variables.append([_make(symbol.names[0]), [6, 4], 2])
    return [*variables, [None, [6, 4], 2], ["random_normal_initializer()", [6, 4], 1]]


def errors() -> Iterator[str]:
    """Yield bad and unusual input of constructors and calls."""
    yield from (f"{name}({arguments})" for name, sets in BAD_CONSTRUCTORS.items() for arguments in sets)
    yield from BAD_CONSTANTS
    yield from (f"{make}((2, 3))" for make in BAD_VALUES)
    yield from (f"{name}()({shape})" for name, shapes in BAD_SHAPES.items() for shape in shapes)
    for symbol in _rows():
        name = symbol.names[0]
        if name.startswith("initializers.") and symbol.kind == "function":  # returns another row's class
            continue
        yield from (f"{name}()({call})" for call in BAD_CALLS)
        if symbol.is_random:
            yield from (
                f"{name}(seed={seed})((2, 3))" for seed in ("'abc'", "[1]", "1.5", "-1", "2**40", "True", "np.int64(5)")
            )


def configs() -> Iterator[str]:
    """Yield initializers, each name without arguments with a seed too."""
    for name, arguments in _arguments():
        yield _make(name, arguments)
        if not arguments and _takes(name, "seed"):
            yield _make(name, seed=3)


def signatures() -> list[str]:
    """Return all names, those of Keras' lookup functions and base class too."""
    names = [name for symbol in symbols.SYMBOLS for name in symbol.names if name not in CONVOLUTIONAL]
    return [*names, *CONVOLUTIONAL]


def cases() -> dict[str, list[object]]:
    """Return the cases of `observe.py` by kind."""
    random = [name for name in _names() if _is_random(name)]
    return {
        "op seeded": [*op_seeded()],
        "op and graph seeded": [f"{_make(name, seed=11)}({CONVOLUTIONAL.get(name, (SMALL,))[0]})" for name in random],
        "op seeded shards": [_make(symbol.names[0], seed=11) for symbol in _rows() if not symbol.is_orthogonal],
        "graph seeded": [_make(name) for name in _names()],
        "program": [*program()],
        "distributions": [*distributions()],
        "quantiles": [*QUANTILES],
        "freshness": [_make(name, seed=seed) for name in random for seed in (None, 3)],
        "errors": [*errors()],
        "configs": [*configs()],
        "signatures": [*signatures()],
        "lookups": [*LOOKUPS],
        "defaults of layers": [*DEFAULTS_OF_LAYERS],
        "biases of layers": [*BIASED_LAYERS],
        "eager": [_make(name, seed=seed) for name in random for seed in (None, 100)],
        "shapes": [[name, shapes[0]] for name, shapes in CONVOLUTIONAL.items()],
    }
