"""The page in a real browser: on a phone and on a desk, light and dark, by keyboard, on paper."""

import shutil

import pytest
from test_page import written

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CONTROLS = "a[href], summary, button, [tabindex='0']"
#: Of a page as a reader meets it, and with everything opened.
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium or Chrome")


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of this file."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open a page: `visit("long", width=360)` gives it, with what it said and asked for."""
    contexts = []

    def opened(name: str, *, width: int = 1440, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        file = tmp_path / f"{name}.html"
        file.write_text(written(name), "utf-8")
        shown = context.new_page()
        shown.said, shown.asked = [], []
        shown.on("console", lambda message: shown.said.append(message.text))
        shown.on("pageerror", lambda error: shown.said.append(str(error)))
        shown.on("dialog", lambda dialog: (shown.said.append(dialog.message), dialog.dismiss()))
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.goto(file.as_uri())
        return shown

    yield opened
    for context in contexts:
        context.close()


def overflow(shown) -> int:
    """By how much a page is wider than its window."""
    return shown.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def faults(shown) -> list[str]:
    """What axe finds serious or critical."""
    found = axe.Axe().run(shown).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_page_holds_in_a_browser(visit, width, scheme):
    """No error, nothing leaves, nothing scrolls sideways, and axe finds no serious fault."""
    shown = visit("several", width=width, color_scheme=scheme)
    sideways = [overflow(shown)]
    shown.evaluate(OPEN_ALL)
    sideways.append(overflow(shown))
    assert ([0, 0], [], []) == (sideways, faults(shown), shown.said)
    assert [shown.url] == shown.asked


@pytest.mark.parametrize("name", ["long", "hostile", "empty", "short"])
def test_every_record_holds_on_a_phone(visit, name):
    """Whatever people wrote: nothing runs, nothing leaves, nothing breaks out of a phone."""
    shown = visit(name, width=360)
    shown.evaluate(OPEN_ALL)
    assert (0, [], []) == (overflow(shown), faults(shown), shown.said)
    assert [shown.url] == shown.asked


def test_keyboard_reaches_every_control(visit):
    """Tab comes to every link, list, table and button that can be seen, in their order."""
    shown = visit("long", width=360)
    shown.evaluate("for (const one of document.querySelectorAll('.behind')) one.open = true")
    expected = shown.evaluate(
        f"""[...document.querySelectorAll("{CONTROLS}")].filter((one) => one.checkVisibility())
        .map((one, number) => (one.dataset.number = String(number)))"""
    )
    reached = []
    for _ in expected:
        shown.keyboard.press("Tab")
        reached.append(shown.evaluate("document.activeElement.dataset.number"))
    assert expected == reached


def test_keyboard_opens_and_sorts(visit):
    """Enter opens a row's questions, and sorts a table up and down."""
    shown = visit("several")
    column = "document.querySelectorAll('.whole tbody tr td:nth-child(2)')"
    numbers = f"[...{column}].map((cell) => Number(cell.textContent))"
    before = shown.evaluate(numbers)
    button = shown.locator(".whole thead button").nth(1)
    orders = []
    for _ in range(2):
        button.press("Enter")
        orders.append(shown.evaluate(numbers))
    assert [sorted(before), sorted(before, reverse=True)] == orders
    assert "descending" == shown.locator(".whole th").nth(1).get_attribute("aria-sort")
    row = shown.locator(".opens details").last
    row.locator("summary").press("Enter")
    assert row.locator("li").first.is_visible()


def test_skip_link_leads_to_the_report(visit):
    """The first Tab offers to skip to the report, and can be seen then."""
    shown = visit("long")
    shown.keyboard.press("Tab")
    box = shown.locator(".skip").bounding_box()
    shown.keyboard.press("Enter")
    assert ("main", True) == (shown.evaluate("document.activeElement.id"), box["width"] > 80)


def test_page_is_read_without_script(visit):
    """Everything is there without script; rows still open, and no button is dead."""
    shown = visit("long", java_script_enabled=False)
    row = shown.locator(".bins .opens details").first
    row.locator("summary").click()
    assert (True, 0) == (row.locator("li").first.is_visible(), shown.locator("button").count())
    assert ["img", "img"] == [one.get_attribute("role") for one in shown.locator("svg").all()]


def test_page_prints(visit):
    """On paper it is light, tables behind pictures are opened, and nothing is cut off."""
    shown = visit("long", width=650, color_scheme="dark")
    assert b"%PDF" == shown.pdf(prefer_css_page_size=True)[:4]
    shown.emulate_media(media="print", color_scheme="dark")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    ink = shown.evaluate("getComputedStyle(document.body).color")
    assert ("rgb(31, 36, 41)", 0) == (ink, overflow(shown))
    assert 0 == shown.locator(".behind:not([open])").count()
    tables = "[...document.querySelectorAll('.scroll')]"
    cut = shown.evaluate(f"{tables}.filter((one) => one.scrollWidth > one.clientWidth).length")
    assert 0 == cut
    shown.evaluate("dispatchEvent(new Event('afterprint'))")
    assert 0 == shown.locator(".behind[open]").count()


def test_closed_tables_are_printed_without_script(visit):
    """The tables behind pictures are on paper even where no script opens them."""
    shown = visit("long", java_script_enabled=False)
    shown.emulate_media(media="print")
    assert shown.locator(".behind td").first.is_visible()
