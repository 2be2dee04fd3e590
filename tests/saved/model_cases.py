"""Configs of initializers, models and calls that the upgrades change."""

from saved.upgrade_case import Case

CASES = [
    Case(
        "initializer",
        """
        {"class_name": "GlorotUniform", "config": {"seed": 3, "dtype": "float32"}}
        """,
        """
        {
          "module": "keras.initializers",
          "class_name": "GlorotUniform",
          "config": {"seed": 3},
          "registered_name": null
        }
        """,
    ),
    Case(
        "initializer-name",
        """
        {"class_name": "my>Scale", "config": {"initializer": "zeros_initializer"}}
        """,
        """
        {"class_name": "my>Scale", "config": {"initializer": "zeros"}}
        """,
    ),
    Case(
        "possible-initializer-name",
        """
        {"class_name": "my>Scale", "config": {"w_init": "zeros_initializer", "b_init": "constant"}}
        """,
        """
        {"class_name": "my>Scale", "config": {"w_init": "zeros", "b_init": "constant"}}
        """,
    ),
    Case(
        "list-config",  # before Keras 2.2.3
        """
        {
          "class_name": "Sequential",
          "config": [
            {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}
          ]
        }
        """,
        """
        {
          "module": "keras",
          "class_name": "Sequential",
          "config": {
            "name": "sequential",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"name": "d_input", "batch_shape": [null, 3]},
                "registered_name": "InputLayer"
              },
              {
                "module": "keras.layers",
                "class_name": "Dense",
                "config": {"name": "d", "units": 2},
                "registered_name": "Dense"
              }
            ]
          },
          "registered_name": "Sequential"
        }
        """,
    ),
    Case(
        "input-layer",  # as TensorFlow 1 wrote them
        """
        {
          "module": "keras",
          "class_name": "Sequential",
          "config": {
            "name": "s",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "Dense",
                "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3], "dtype": "float32"}
              }
            ]
          }
        }
        """,
        """
        {
          "module": "keras",
          "class_name": "Sequential",
          "config": {
            "name": "s",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"name": "d_input", "batch_shape": [null, 3], "dtype": "float32"},
                "registered_name": "InputLayer"
              },
              {
                "module": "keras.layers",
                "class_name": "Dense",
                "config": {"name": "d", "units": 2, "dtype": "float32"}
              }
            ]
          }
        }
        """,
    ),
    Case(
        "call-numbers",
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "outer",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "name": "x",
                "config": {"name": "x", "batch_input_shape": [null, 2]},
                "inbound_nodes": []
              },
              {
                "module": "keras",
                "class_name": "Sequential",
                "name": "inner",
                "config": {"layers": []},
                "inbound_nodes": [[["x", 0, 0, {}]]]
              },
              {
                "module": "keras.layers",
                "class_name": "Dense",
                "name": "d",
                "config": {"name": "d"},
                "inbound_nodes": [[["inner", 1, 0, {}]]]
              }
            ],
            "output_layers": [["d", 0, 0], ["inner", 1, 0]]
          }
        }
        """,
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "outer",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "name": "x",
                "config": {"name": "x", "batch_shape": [null, 2]},
                "inbound_nodes": []
              },
              {
                "module": "keras",
                "class_name": "Sequential",
                "name": "inner",
                "config": {"layers": []},
                "inbound_nodes": [[["x", 0, 0, {}]]]
              },
              {
                "module": "keras.layers",
                "class_name": "Dense",
                "name": "d",
                "config": {"name": "d"},
                "inbound_nodes": [[["inner", 0, 0, {}]]]
              }
            ],
            "output_layers": [["d", 0, 0], ["inner", 0, 0]]
          }
        }
        """,
    ),
    Case(
        "single-output",
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "m",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"name": "x", "batch_input_shape": [null, 2]}
              }
            ],
            "input_layers": [["x", 0, 0]],
            "output_layers": [["x", 0, 0]]
          }
        }
        """,
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "m",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"name": "x", "batch_shape": [null, 2]}
              }
            ],
            "input_layers": ["x", 0, 0],
            "output_layers": ["x", 0, 0]
          }
        }
        """,
    ),
    Case(
        "listed-output",
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {"name": "m", "layers": [], "input_layers": ["x", 0, 0], "output_layers": ["x", 0, 0]}
        }
        """,
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {"name": "m", "layers": [], "input_layers": [["x", 0, 0]], "output_layers": [["x", 0, 0]]}
        }
        """,
        target="3.0",
    ),
    Case(
        "call-arguments",  # a tensor as keyword argument
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "m",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "MultiHeadAttention",
                "config": {"name": "a"},
                "build_config": {"input_shape": [null, 2]},
                "inbound_nodes": [[["x", 0, 0, {"value": ["y", 0, 0]}]]]
              }
            ]
          }
        }
        """,
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "m",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "MultiHeadAttention",
                "config": {"name": "a"},
                "inbound_nodes": [
                  {
                    "args": [
                      {
                        "class_name": "__keras_tensor__",
                        "config": {"shape": [null], "dtype": "float32", "keras_history": ["x", 0, 0]}
                      }
                    ],
                    "kwargs": {
                      "value": {
                        "class_name": "__keras_tensor__",
                        "config": {"shape": [null], "dtype": "float32", "keras_history": ["y", 0, 0]}
                      }
                    }
                  }
                ]
              }
            ]
          }
        }
        """,
    ),
    Case(
        "call-arguments",  # initial states of a recurrent layer
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "m",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "GRU",
                "config": {"name": "g"},
                "inbound_nodes": [[["x", 0, 0, {}], ["h", 0, 1, {}]]]
              }
            ]
          }
        }
        """,
        """
        {
          "module": "keras.src.models.functional",
          "class_name": "Functional",
          "config": {
            "name": "m",
            "layers": [
              {
                "module": "keras.layers",
                "class_name": "GRU",
                "config": {"name": "g"},
                "inbound_nodes": [
                  {
                    "args": [
                      {
                        "class_name": "__keras_tensor__",
                        "config": {"shape": [null], "dtype": "float32", "keras_history": ["x", 0, 0]}
                      }
                    ],
                    "kwargs": {
                      "initial_state": [
                        {
                          "class_name": "__keras_tensor__",
                          "config": {"shape": [null], "dtype": "float32", "keras_history": ["h", 0, 1]}
                        }
                      ]
                    }
                  }
                ]
              }
            ]
          }
        }
        """,
    ),
]
