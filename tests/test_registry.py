"""The registries that all plugins use: threads, errors while the built-in objects are imported, and taken names."""

import importlib
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tf_initcompat._internal.registry import Registry
from tf_initcompat.parity import checks, reports
from tf_initcompat.saved import upgrades

#: Longest time of a test, in seconds; without a deadlock each takes a tenth of a second.
TIMEOUT = 20
THREADS = 8


@dataclass(frozen=True)
class Item:
    """An object of a registry."""

    name: str
    module: str
    order: int = 0
    suffixes: tuple[str, ...] = ()


@pytest.fixture
def make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Callable[..., Registry[Item]]:
    """Return a function that makes a package with modules, and its registry."""

    def make_package(**modules: str) -> Registry[Item]:
        name = f"package_{request.node.name.partition('[')[0]}"
        folder = tmp_path / name
        folder.mkdir()
        text = f"""
            from tf_initcompat._internal.registry import Registry
            from test_registry import Item
            REGISTRY = Registry("item", "{name}", lambda item: item.suffixes)
            def add(name, module, *suffixes): REGISTRY.add(Item(name, module, 0, suffixes))
        """
        (folder / "__init__.py").write_text(textwrap.dedent(text))
        for module, body in modules.items():
            imports = f"import time, threading\nfrom {name} import REGISTRY, add\n"
            (folder / f"{module}.py").write_text(imports + body)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setitem(sys.modules, "test_registry", sys.modules[__name__])
        importlib.invalidate_caches()
        registry: Registry[Item] = importlib.import_module(name).REGISTRY
        return registry

    return make_package


def in_threads(*functions: Callable[[], object]) -> list[object]:
    """Run functions at the same time, and return their results; fail if they do not end."""
    results: list[object] = []
    barrier = threading.Barrier(len(functions))

    def run(function: Callable[[], object]) -> None:
        barrier.wait()
        results.append(function())

    threads = [threading.Thread(target=run, args=(function,), daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    return results


SLOW = "time.sleep(0.05)\nadd('{0}', __name__)\n"


def test_all_threads_see_all_objects(make: Callable[..., Registry[Item]]) -> None:
    registry = make(a=SLOW.format("a"), b=SLOW.format("b"))
    results = in_threads(*[lambda: [item.name for item in registry]] * THREADS)
    assert results == [["a", "b"]] * THREADS


def test_a_module_imported_in_another_thread_is_no_deadlock(make: Callable[..., Registry[Item]]) -> None:
    registry = make(a=SLOW.format("a"), b="time.sleep(0.2)\nadd('b', __name__)\n")
    package = "package_test_a_module_imported_in_another_thread_is_no_deadlock"
    in_threads(lambda: len(registry), lambda: importlib.import_module(f"{package}.b"))
    assert [item.name for item in registry] == ["a", "b"]


def test_a_module_may_ask_for_the_registry(make: Callable[..., Registry[Item]]) -> None:
    registry = make(a="add('a', __name__)\nnames = [item.name for item in REGISTRY]\n", b="add('b', __name__)\n")
    assert len(registry) == 2
    module = importlib.import_module("package_test_a_module_may_ask_for_the_registry.a")
    assert module.names == ["a"]


def test_an_import_that_fails_is_tried_again(make: Callable[..., Registry[Item]], tmp_path: Path) -> None:
    registry = make(a="add('a', __name__)\n", b="add('b', __name__)\nimport no_such_module\n")
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="no_such_module"):
            len(registry)
    (tmp_path / "no_such_module.py").touch()
    importlib.invalidate_caches()
    assert [item.name for item in registry] == ["a", "b"]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Item("a", "plugin"), r"item 'a' is already registered by package_\w+\.a$"),
        (Item("c", "plugin", 0, (".a",)), r"item 'c': '\.a' is already registered by package_\w+\.a, for 'a'$"),
    ],
    ids=["name", "claim"],
)
def test_a_plugin_cannot_take_what_a_built_in_object_has(
    make: Callable[..., Registry[Item]], item: Item, message: str
) -> None:
    registry = make(a="add('a', __name__, '.a')\n")
    with pytest.raises(ValueError, match=message):
        registry.add(item)
    assert [present.module.rpartition(".")[2] for present in registry] == ["a"]


def test_an_object_may_be_registered_again(make: Callable[..., Registry[Item]]) -> None:
    registry = make(a="add('a', __name__)\n")
    for order in (1, 2):
        registry.add(Item("mine", "plugin", order, (".mine",)))
    assert registry["mine"].order == 2


def plugin_check() -> None:
    checks.register("mean", groups=(checks.DISTRIBUTION,), failure="x", causes=checks.fixed_cause("x"))(
        lambda samples: None
    )


def plugin_upgrade() -> None:
    def retired_keys(node: object, context: object) -> tuple[()]:
        return ()

    upgrades.upgrade(stage=upgrades.Stage.KEYS, kinds=())(retired_keys)


def plugin_format(name: str, suffix: str) -> Callable[[], None]:
    def register() -> None:
        reports.register(name, suffixes=(suffix,), summary="x")(lambda run: "")

    return register


@pytest.mark.parametrize(
    ("register", "message"),
    [
        (plugin_check, "check 'mean' is already registered by tf_initcompat.parity.checks.mean"),
        (plugin_upgrade, "upgrade 'retired-keys' is already registered by tf_initcompat.saved.upgrades.rejected_keys"),
        (
            plugin_format("json", ".zzz"),
            "report format 'json' is already registered by tf_initcompat.parity.reports.json",
        ),
        (
            plugin_format("mine", ".json"),
            "report format 'mine': '.json' is already registered by tf_initcompat.parity.reports.json, for 'json'",
        ),
    ],
    ids=["check", "upgrade", "format", "suffix"],
)
def test_taken_names_of_each_registry(register: Callable[[], None], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        register()
    assert str(caught.value) == message


#: Programs that use a registry for the first time, in eight threads, and what each thread finds.
FIRST_USES = {
    "saved.convert": """
        import pathlib, tf_initcompat
        path = pathlib.Path("model.json")
        path.write_text('{"class_name": "Dense", "config": {"kernel_initializer": "zeros_initializer"}}')
        def use(): return [change.place for change in tf_initcompat.saved.convert(path, target_keras="3.15").changes]
        expected = ["config.kernel_initializer"]
    """,
    "parity.CHECKS": """
        from tf_initcompat.parity import CHECKS
        def use(): return {"errors", "call", "stddev", "shard correlation"} <= set(CHECKS)
        expected = True
    """,
    "reports.suffixes": """
        from tf_initcompat.parity import reports
        def use(): return reports.suffixes().count(".")
        expected = 4
    """,
}


@pytest.mark.parametrize("name", FIRST_USES)
def test_first_use_in_threads_of_a_fresh_process(name: str, tmp_path: Path) -> None:
    threads = f"""
        import sys, threading
        sys.setswitchinterval(1e-6)
        results = []
        barrier = threading.Barrier({THREADS})
        def run():
            barrier.wait()
            try:
                results.append(use())
            except BaseException as error:
                results.append(repr(error))
        threads = [threading.Thread(target=run) for _ in range({THREADS})]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert results == [expected] * {THREADS}, results
    """
    program = textwrap.dedent(FIRST_USES[name]) + textwrap.dedent(threads)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
