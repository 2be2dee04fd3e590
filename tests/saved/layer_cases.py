"""Configs of layers and of the training configuration that the upgrades change."""

from saved.upgrade_case import Case

CASES = [
    Case(
        "rejected-keys",
        """
        {
          "module": "keras.layers",
          "class_name": "SeparableConv2D",
          "config": {"name": "s", "filters": 2, "groups": 1, "kernel_initializer": "zeros", "kernel_constraint": null}
        }
        """,
        """
        {"module": "keras.layers", "class_name": "SeparableConv2D", "config": {"name": "s", "filters": 2}}
        """,
    ),
    Case(
        "retired-keys",
        """
        {
          "module": "keras.layers",
          "class_name": "BatchNormalization",
          "config": {"name": "n", "renorm": false, "renorm_clipping": null, "renorm_momentum": 0.9, "implementation": 2}
        }
        """,
        """
        {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n"}}
        """,
        target="3.0",
    ),
    Case(
        "quantization-config",
        """
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "quantization_config": null}}
        """,
        """
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d"}}
        """,
        target="3.0",
    ),
    Case(
        "sparse-category-encoding",
        """
        {"module": "keras.layers", "class_name": "CategoryEncoding", "config": {"name": "c", "sparse": false}}
        """,
        """
        {"module": "keras.layers", "class_name": "CategoryEncoding", "config": {"name": "c"}}
        """,
        target="3.0",
    ),
    Case(
        "batch-shape",
        """
        {
          "module": "keras.layers",
          "class_name": "InputLayer",
          "config": {"name": "x", "batch_input_shape": [null, 2], "ragged": false}
        }
        """,
        """
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 2]}}
        """,
    ),
    Case(
        "batch-normalization-axis",
        """
        {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n", "axis": [2]}}
        """,
        """
        {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "n", "axis": 2}}
        """,
    ),
    Case(
        "negative-slope",
        """
        {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "alpha": 0.3}}
        """,
        """
        {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "l", "negative_slope": 0.3}}
        """,
        target="3.0",
    ),
    Case(
        "discretization-dtype",  # as Keras 2 writes it
        """
        {
          "module": "keras.layers",
          "class_name": "Discretization",
          "config": {"name": "d", "dtype": "int64", "trainable": true}
        }
        """,
        """
        {"module": "keras.layers", "class_name": "Discretization", "config": {"name": "d", "dtype": "float32"}}
        """,
    ),
    Case(
        "dtype-policy",
        """
        {
          "module": "keras.layers",
          "class_name": "Dense",
          "config": {"name": "d", "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}}}
        }
        """,
        """
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "dtype": "mixed_float16"}}
        """,
    ),
    Case(
        "dtype-policy",
        """
        {
          "module": "keras.layers",
          "class_name": "Dense",
          "config": {"name": "d", "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}}}
        }
        """,
        """
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "dtype": "float32"}}
        """,
        target="3.0",
    ),
    Case(
        "module",
        """
        {"module": "keras.src.engine.functional", "class_name": "Model", "config": {"name": "m", "layers": []}}
        """,
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {"name": "m", "layers": []},
          "registered_name": "Functional"
        }
        """,
    ),
    Case(
        "module",  # a layer inside a wrapper in HDF5
        """
        {
          "class_name": "TimeDistributed",
          "config": {"name": "t", "layer": {"class_name": "Dense", "config": {"name": "d"}}}
        }
        """,
        """
        {
          "class_name": "TimeDistributed",
          "config": {
            "name": "t",
            "layer": {
              "module": "keras.layers",
              "class_name": "Dense",
              "config": {"name": "d"},
              "registered_name": "Dense"
            }
          }
        }
        """,
        name="model_config",
        uses_legacy_loader=True,
    ),
    Case(
        "short-loss-name",
        """
        {
          "loss": {"output": "mse"},
          "metrics": [
            ["MAE", {"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mae"}}, "accuracy"]
          ]
        }
        """,
        """
        {
          "loss": {"output": "mean_squared_error"},
          "metrics": [
            [
              "mean_absolute_error",
              {"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mean_absolute_error"}},
              "accuracy"
            ]
          ]
        }
        """,
        name="training_config",
        uses_legacy_loader=True,
    ),
    Case(
        "steps-per-execution",
        """
        {"optimizer": "sgd", "steps_per_execution": null}
        """,
        """
        {"optimizer": "sgd", "steps_per_execution": 1}
        """,
        name="compile_config",
    ),
    Case(
        "loss-function",
        """
        {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "sum", "name": "l", "fn": "mse"}}}
        """,
        """
        {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "sum", "name": "l"}}}
        """,
        name="compile_config",
    ),
    Case(
        "automatic-reduction",
        """
        {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "l"}}}
        """,
        """
        {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "sum_over_batch_size", "name": "l"}}}
        """,
        name="compile_config",
    ),
    Case(
        "legacy-optimizer-keys",
        """
        {
          "optimizer": {
            "class_name": "Adam",
            "config": {"is_legacy_optimizer": false, "jit_compile": true, "epsilon": 0.1}
          }
        }
        """,
        """
        {"optimizer": {"class_name": "Adam", "config": {"epsilon": 0.1}}}
        """,
        name="compile_config",
    ),
    Case(
        "gradient-accumulation",
        """
        {"optimizer": {"class_name": "Adam", "config": {"gradient_accumulation_steps": null, "epsilon": 0.1}}}
        """,
        """
        {"optimizer": {"class_name": "Adam", "config": {"epsilon": 0.1}}}
        """,
        target="3.0",
        name="compile_config",
    ),
    Case(
        "optimizer-module",
        """
        {
          "optimizer_config": {
            "module": "keras.optimizers.legacy",
            "class_name": "SGD",
            "config": {
              "learning_rate": {
                "module": "keras.optimizers.schedules",
                "class_name": "ExponentialDecay",
                "config": {}
              }
            }
          }
        }
        """,
        """
        {
          "optimizer_config": {
            "module": "keras.optimizers",
            "class_name": "SGD",
            "config": {
              "learning_rate": {
                "module": "keras.optimizers.schedules",
                "class_name": "ExponentialDecay",
                "config": {}
              }
            }
          }
        }
        """,
        name="training_config",
        uses_legacy_loader=True,
    ),
]
