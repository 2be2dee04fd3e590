"""Generated programs that read legacy symbols, and fake modules on which they run before and after `migrate`.

The tests run a few thousand programs. This command runs more, with other seeds, and prints the first that fails:

    python tests/source/generated.py --programs 100000
"""

import argparse
import random
import sys
import textwrap
import types
from collections.abc import Callable, Sequence
from typing import Any, Final

from tf_initcompat.catalog import namespaces
from tf_initcompat.source import migrate

#: Names that a module is bound to; two are also names of other things in some programs.
MODULE_NAMES: Final = ("tf", "t", "v1", "compat", "_tf")
SYMBOLS: Final = ("zeros_initializer", "ones_initializer", "glorot_uniform_initializer", "orthogonal_initializer")
LOOKUPS: Final = ("get", "serialize", "deserialize", "Initializer", "he_normal")
KERAS: Final = "keras.initializers"
OTHERS: Final = ("placeholder", "get_variable", "Session")
V1: Final = "tensorflow.compat.v1"
#: Line ends and indentations of a file.
#: Modules of the package on the way to its names.
_PACKAGES: Final = ("tf_initcompat.keras", "tf_initcompat.keras.initializers", "tf_initcompat.initializers")
STYLES: Final = (("\n", "    "), ("\n", "  "), ("\n", "\t"), ("\r\n", "    "))


class Generator:
    """Makes programs with random blocks, imports and reads of legacy symbols.

    Args:
      seed: Seed of the program.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._count = 0
        #: Modules by the names that are bound to them, and symbols by theirs.
        self._modules: dict[str, str] = {}
        self._symbols: list[str] = []

    def program(self) -> str:
        """Return a program. It calls `use` with what it reads."""
        newline, indent = self._random.choice(STYLES)
        lines = ['"""Docstring."""'] if self._random.random() < 0.3 else []
        lines += self._block(0)
        text = newline.join(line.replace("    ", indent) for line in lines)
        return text + (newline if self._random.random() < 0.9 else "")

    def _block(self, depth: int) -> list[str]:
        """Return the lines of a block. What it binds is visible to what follows in it only."""
        modules, symbols = dict(self._modules), list(self._symbols)
        lines = self._import() if depth == 0 or self._random.random() < 0.5 else []
        for _ in range(self._random.randint(1, 4)):
            lines += self._statement(depth)
        self._modules, self._symbols = modules, symbols
        return [*lines, "pass"]  # comments alone are no block

    def _statement(self, depth: int) -> list[str]:
        kinds: list[Callable[[int], list[str]]] = [self._reads, self._reads, self._reads]
        kinds += [lambda _: self._import(), self._plain, self._rebinding]
        if depth < 3:
            kinds += [self._compound] * 3
        return self._random.choice(kinds)(depth)

    def _compound(self, depth: int) -> list[str]:
        """Return a compound statement, which runs each of its blocks at least once where it can."""

        def block() -> list[str]:
            return [f"    {line}" for line in self._block(depth + 1)]

        name = self._new("f")
        match self._random.randrange(13):
            case 0:
                return ["if True:", *block(), "else:", *block()]
            case 1:
                return ["if not True:", *block(), "elif 1:  # comment", *block()]
            case 2:
                return ["try:", *block(), "except ImportError:", *block()]
            case 3:
                return ["try:", *block(), "finally:", *block()]
            case 4:
                return ["with scope():", *block()]
            case 5:
                return [f"for {self._new('i')} in range(2):", *block(), "else:", *block()]
            case 6:
                return ["while True:", *block(), "    break"]
            case 7:
                return [f"def {name}(a=1):", *block(), f"{name}()"]
            case 8:
                return ["@decorator", f"def {name}(a={self._read() or 1}):", *block(), f"{name}()"]
            case 9:
                return [f"class {name.upper()}:", *block()]
            case 10:
                return [
                    f"class {name.upper()}:",
                    f"    def {name}(self):",
                    *textwrap.indent("\n".join(block()), "    ").split("\n"),
                    f"{name.upper()}().{name}()",
                ]
            case 11:
                return ["match 1:", "    case 1:", *(f"    {line}" for line in block())]
            case _:
                return self._generic(name, block)

    def _generic(self, name: str, block: Callable[[], list[str]]) -> list[str]:
        """Return a function with type parameters, where Python has them."""
        if sys.version_info < (3, 12):
            return ["try:", *block(), "finally:", *block()]
        read = self._read()
        if self._modules and self._random.random() < 0.3:  # bounds are evaluated when they are asked for: never
            shadow = self._random.choice(list(self._modules))
            return [f"def {name}[{shadow}, T: {shadow}.zeros_initializer](x: {shadow}) -> T: pass"]
        if self._random.random() < 0.3:
            return [f"type {name.upper()}[T] = dict[T, {read or 1}]", f"use({name.upper()}.__value__ and 1)"]
        bound = f": {read}" if read else ""
        return [
            f"def {name}[T{bound}](x: T = 1) -> None:",
            *block(),
            f"use({name}.__type_params__[0].__bound__)",
            f"{name}()",
        ]

    def _import(self) -> list[str]:
        """Return an import, whose names the block can read from then on."""
        name = self._random.choice(MODULE_NAMES)
        match self._random.randrange(6):
            case 0:
                self._bind(name, V1)
                return self._joined([f"import tensorflow.compat.v1 as {name}"])
            case 1:
                self._bind(name, "tensorflow")
                return [f"import tensorflow as {name}"]
            case 2:
                self._bind(name, V1)
                return [f"from tensorflow.compat import v1 as {name}"]
            case 3:
                self._bind(name, "tensorflow")
                return [f"import os, tensorflow as {name}"]
            case _:
                return self._import_of_symbols()

    def _import_of_symbols(self) -> list[str]:
        """Return an import of symbols and other names, in one of many layouts."""
        is_keras = self._random.random() < 0.3
        names = [*LOOKUPS, *OTHERS] if is_keras else [*SYMBOLS, *OTHERS]
        members = self._random.sample(names, self._random.randint(1, 4))
        parts: list[str] = []
        for member in members:
            local = self._new(member[:2]) if self._random.random() < 0.4 else member
            self._modules.pop(local, None)
            if local not in self._symbols:
                self._symbols.append(local)
            parts.append(member if local == member else f"{member} as {local}")
        spelling = self._random.choice([V1, V1, "tensorflow.\tcompat.v1", "tensorflow . compat.v1"])
        head = f"from {spelling}{f'.{KERAS}' if is_keras else ''} import "
        match self._random.randrange(6):
            case 0:
                return self._joined([head + ", ".join(parts)])
            case 1:
                return [f"{head}(", *(f"    {part},{self._comment()}" for part in parts), ")"]
            case 2:
                pad = " " * (len(head) + 1)
                lines = [f"{part},{self._comment()}" for part in parts[:-1]] + [parts[-1] + ")"]
                return [f"{head}({lines[0]}", *(f"{pad}{line}" for line in lines[1:])]
            case 3:
                half = len(parts) // 2
                lines = [line for line in (", ".join(parts[:half]), ", ".join(parts[half:])) if line]
                return [f"{head}(", *(f"    {line},{self._comment()}" for line in lines), "    # end", ")"]
            case 4:
                return [f"{head}\\", f"    {', '.join(parts)}"]
            case _:
                return [f"{head}({', '.join(parts)},)"]

    def _joined(self, lines: list[str]) -> list[str]:
        """Return a simple statement, sometimes with others on its line."""
        if self._random.random() < 0.15:
            return [f"{self._new('x')} = 1; {lines[0]}"]
        if self._random.random() < 0.15:
            return [f"{lines[0]}; {self._new('x')} = 2"]
        return lines

    def _comment(self) -> str:
        return self._random.choice(["", "", "  # comment"])

    def _plain(self, depth: int) -> list[str]:
        return [self._random.choice([f"{self._new('y')} = 'é'", "", "# comment", "pass", 'use("text")'])]

    def _rebinding(self, depth: int) -> list[str]:
        """Return an assignment of a module or a symbol to another name, or a deletion."""
        read = self._read()
        if not read:
            return ["pass"]
        if self._random.random() < 0.2 and depth == 0 and self._modules:
            name = self._random.choice(list(self._modules))
            del self._modules[name]
            return [f"del {name}"]
        name = self._new("z")
        self._symbols.append(name)
        return [f"{name} = {read}"]

    def _reads(self, depth: int) -> list[str]:
        """Return a statement that reads a symbol."""
        read = self._read()
        if not read:
            return ["pass"]
        layouts = ["use({0})", "use({0}())", "use(lambda: {0}())", "[use({0}) for _ in '12']", "use({0},\n    1)"]
        layouts += ["use( {0}( ) )  # comment", "use((lambda a={0}: a)())", "use(1); use({0})", "use(f'{{{0}}}')"]
        return self._random.choice(layouts).format(read).split("\n")

    def _read(self) -> str:
        """Return an expression that reads a symbol, or a member of a module."""
        if self._symbols and (not self._modules or self._random.random() < 0.4):
            return self._random.choice(self._symbols)
        if not self._modules:
            return ""
        name = self._random.choice(list(self._modules))
        members = [f"{KERAS}.{member}" for member in LOOKUPS]
        member = self._random.choice([*SYMBOLS, *SYMBOLS, *members, *OTHERS])
        return f"{name}.{member}" if self._modules[name] == V1 else f"{name}.compat.v1.{member}"

    def _bind(self, name: str, module: str) -> None:
        self._modules[name] = module
        if name in self._symbols:
            self._symbols.remove(name)

    def _new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"


class Fake(types.ModuleType):
    """A module or a member of TensorFlow or of this package, whose members are made when they are read."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._path = path

    def __getattr__(self, name: str) -> "Fake":
        if name.startswith("__"):
            raise AttributeError(name)
        path = f"{self._path}.{name}"
        if path.startswith("tf_initcompat.") and not (namespaces.wrapper_name(path) or path in _PACKAGES):
            raise AttributeError(path)
        member = Fake(path)
        setattr(self, name, member)
        return member

    def __call__(self, *args: object, **kwargs: object) -> str:
        return f"{self}()"

    def __str__(self) -> str:
        """Return the name of the wrapper of a legacy symbol, which both have; other names as they are."""
        match = namespaces.lookup(self._path)
        return f"tf_initcompat.{match.name}" if match else self._path

    def __format__(self, _: str) -> str:
        return str(self)


def run(program: str) -> list[str]:
    """Run a program on the fake modules and return what it passes to `use`."""
    seen: list[str] = []
    modules = {name: Fake(name) for name in ("tensorflow", "tf_initcompat", "os")}

    def use(value: object, *_: object) -> None:
        seen.append(str(value() if isinstance(value, types.FunctionType) else value))

    def imported(name: str, scope: Any = None, names: Any = None, members: Sequence[str] = (), level: int = 0) -> Any:
        first, *rest = name.split(".")
        module = modules[first]
        if members:
            for part in rest:
                module = getattr(module, part)
        return module

    class Scope:
        def __enter__(self) -> None: ...
        def __exit__(self, *error: object) -> None: ...

    builtins = {**vars(__import__("builtins")), "__import__": imported}
    exec(
        compile(program, "<program>", "exec"),
        {"__builtins__": builtins, "__name__": "program", "use": use, "scope": Scope, "decorator": lambda f: f},
    )
    return seen


def check(seed: int) -> int:
    """Check `migrate` on the program of a seed, for both targets and with an alias.

    Args:
      seed: The seed.

    Returns:
      The number of rewritten uses.

    Raises:
      AssertionError: If the rewritten program differs from the original in what it reads, in lines that read nothing
        legacy, or if a second run changes it.
    """
    program = Generator(seed).program()
    try:
        expected = run(program)
    except NameError:
        return 0  # a local name that is bound too late, or was deleted
    changed = 0
    for target, alias in (("shim", ""), ("shim", "tfi"), ("native", "")):
        result = migrate(program, to=target, alias=alias)
        assert result.error == "", (result.error, program)
        assert _untouched(program, program) == _untouched(result.content, program), (program, result.content)
        seen = run(result.content)
        if target == "shim":
            assert seen == expected, (seen, expected, program, result.content)
        assert len(seen) == len(expected), (seen, expected, program, result.content)
        again = migrate(result.content, to=target, alias=alias)
        assert again.error == "", (again.error, program, result.content)
        assert not again.is_changed, (target, program, result.content, again.content)
        changed += result.changed
    return changed


def _untouched(text: str, program: str) -> list[str]:
    """Return the lines of a text that `migrate` has no reason to touch."""
    return [line for line in text.splitlines(keepends=True) if "= 'é'" in line or 'use("text")' in line]


def main() -> None:
    """Check many programs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=100_000, help="number of programs (default: 100,000)")
    parser.add_argument("--first", type=int, default=1_000_000, help="seed of the first program (default: 1,000,000)")
    options = parser.parse_args()
    failures = changed = 0
    for seed in range(options.first, options.first + options.programs):
        try:
            changed += check(seed)
        except Exception as error:  # a failing program must not end the run
            failures += 1
            if failures <= 10:
                print(f"seed {seed}: {type(error).__name__}")
                for part in error.args[0] if isinstance(error.args[0], tuple) else error.args:
                    print(part, end="\n---\n")
    print(f"{options.programs} programs, {changed} rewritten uses, {failures} failures")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
