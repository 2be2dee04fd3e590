"""The HTML report in a real browser: it loads without a network, filters, sorts and shows pictures."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import legacy
import pytest
import tensorflow as tf

from tf_initcompat.parity import reports
from tf_initcompat.parity.statistics.settings import Settings
from tf_initcompat.parity.table import plan, run, sweep

selenium = pytest.importorskip("selenium", reason="the page is tested with selenium: pip install selenium")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="the page is tested in Chromium: apt-get install chromium chromium-driver"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two symbols; one is compared with a wrong wrapper too."""
    settings = Settings(tests=1000)
    comparisons = []
    for number, name in enumerate(("random_normal_initializer", "random_uniform_initializer")):
        (case, *_) = plan.cases([name], ["eager", "function"])
        case = dataclasses.replace(case, number=number, has_precise_sample=False, dtypes=("float32", "float16"))
        comparisons += sweep.run_case(case, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "mirrored", lambda name: legacy.mirrored("keras.initializers.RandomNormal"))
        (case, *_) = plan.cases(["random_normal_initializer"], ["graph"])
        case = dataclasses.replace(case, has_precise_sample=False, dtypes=("float32",))
        comparisons += sweep.run_case(case, settings)
    path = tmp_path_factory.mktemp("html") / "report.html"
    done = run.finished(comparisons, sweep.environment(), settings, 1.0)
    reports.REGISTRY["html"].write(done, path)
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium without a screen."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for option in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   f"--user-data-dir={tmp_path_factory.mktemp('profile')}", "--window-size=1200,900"):  # fmt: skip
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def report(browser: Any, page: Path) -> Any:
    """The page, loaded."""
    from selenium.webdriver.support.wait import WebDriverWait

    browser.set_window_size(1200, 900)
    browser.get(page.as_uri())
    WebDriverWait(browser, 20).until(lambda driver: driver.execute_script("return document.body.dataset.ready"))
    return browser


COLUMNS = ("name", "arguments", "shape", "dtype", "partitions", "context", "verdict", "scale", "picture")


def rows(report: Any) -> list[dict[str, str]]:
    """Return the texts of the visible rows, by column."""
    texts: list[list[str]] = report.execute_script(
        "return [...document.querySelectorAll('tr.row')].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in texts]


def choose(report: Any, identifier: str, value: str) -> None:
    """Set a filter."""
    report.execute_script(
        "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input'))",
        identifier,
        value,
    )


def test_loads_without_errors(report: Any) -> None:
    assert not [entry for entry in report.get_log("browser") if entry["level"] == "SEVERE"]


def test_loads_without_a_network(report: Any) -> None:
    sent = [json.loads(entry["message"])["message"] for entry in report.get_log("performance")]
    requests = [event["params"] for event in sent if event["method"] == "Network.requestWillBeSent"]
    urls = [request["request"]["url"] for request in requests if request["documentURL"].startswith("file:")]
    assert urls
    assert all(url.startswith(("file:", "data:", "blob:")) for url in urls)


def test_title_and_heading_report_the_differences(report: Any) -> None:
    report.find_element("id", "more").click()  # the page shows 100 rows at first
    verdicts = [row["verdict"] for row in rows(report)]
    different, total = verdicts.count("different"), len(verdicts) - verdicts.count("skipped")
    assert different > 0
    assert report.title == f"Initializer parity: {different} of {total} different"
    heading = report.find_element("tag name", "h1").text
    assert heading == f"Initializer parity: {different} of {total} comparisons differ"


def test_summary_names_the_environment(report: Any) -> None:
    assert f"TensorFlow {tf.__version__}" in report.find_element("tag name", "body").text


def test_differences_come_first(report: Any) -> None:
    verdicts = [row["verdict"] for row in rows(report)]
    assert verdicts == sorted(verdicts, key=lambda verdict: verdict != "different")


def test_verdict_filter(report: Any) -> None:
    total = len(rows(report))
    choose(report, "verdict", "different")
    different = rows(report)
    assert 0 < len(different) < total
    assert {row["verdict"] for row in different} == {"different"}


@pytest.mark.parametrize("kind", ["distribution", "freshness", "interface"])
def test_kind_filter(report: Any, kind: str) -> None:
    choose(report, "kind", kind)
    shown = rows(report)
    assert shown
    assert all((row["context"] == "interface") == (kind == "interface") for row in shown)


def test_search(report: Any) -> None:
    choose(report, "search", "uniform float16")
    assert {(row["name"], row["dtype"]) for row in rows(report)} == {("random_uniform_initializer", "float16")}


def test_search_without_matches(report: Any) -> None:
    choose(report, "search", "no such thing")
    assert rows(report) == []
    assert report.find_element("id", "count").text.startswith("0 of ")


@pytest.mark.parametrize("clicks", [1, 2], ids=["ascending", "descending"])
def test_sorts(report: Any, clicks: int) -> None:
    button = next(b for b in report.find_elements("css selector", "th button") if b.text.startswith("context"))
    for _ in range(clicks):
        button.click()
    names = [row["context"] for row in rows(report)]
    assert names == sorted(names, reverse=clicks == 2)
    assert len(set(names)) >= 2


def test_pictures_of_a_row(report: Any) -> None:
    choose(report, "search", "random_normal_initializer 100×200 graph")
    first = report.find_element("css selector", "tr.row")
    assert first.find_elements("css selector", "td svg path")
    first.click()
    pictures = report.find_elements("css selector", "tr.detail svg")
    assert [picture.get_attribute("aria-label").split()[0] for picture in pictures] == [
        "histograms",
        "quantiles",
        "evidence",
    ]
    assert all(picture.rect["width"] > 100 and picture.rect["height"] > 50 for picture in pictures)
    detail = report.find_element("css selector", "tr.detail").text
    assert "Most likely cause: `stddev`" in detail
    assert "threshold" in detail
    first.click()
    assert not report.find_elements("css selector", "tr.detail")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colour_schemes(report: Any, scheme: str) -> None:
    report.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    script = "return getComputedStyle(document.body)[arguments[0]].match(/[0-9]+/g).slice(0, 3).map(Number)"
    ground, text = (sum(report.execute_script(script, name)) for name in ("backgroundColor", "color"))
    assert (ground < text) == (scheme == "dark")
    assert abs(ground - text) > 300


def test_readable_on_a_phone(report: Any) -> None:
    report.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 800, "deviceScaleFactor": 2, "mobile": True}
    )
    try:
        report.find_element("css selector", "tr.row").click()
        width = report.execute_script("return document.documentElement.scrollWidth")
        assert width <= 390
    finally:
        report.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
