"""`python -m tf_initcompat`: the command line."""

import sys

from tf_initcompat.cli import main

if __name__ == "__main__":  # processes that it starts import this
    sys.exit(main())
