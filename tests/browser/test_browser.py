"""What only a browser can tell: reflow, paper, the network, the keyboard, and life without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Shop = tuple[str, dict[str, str], list[str]]
Opened = Callable[..., Any]
SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def opened(browser: Any) -> Iterator[Opened]:
    """Open a page of a certain width; everything it asks for and complains about is noted."""
    contexts = []

    def open_page(
        address: str, *, width: int = 360, height: int = 740, scripts: bool = False, dark: bool = False
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_no_page_scrolls_sideways(opened: Opened, shop: Shop) -> None:
    """Every page fits a phone of 360 pixels, and the 320 pixels of WCAG 1.4.10."""
    page = opened(shop[1]["today"], scripts=True)
    for name, address in shop[1].items():
        page.goto(address)
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_a_briefing_is_one_sheet_of_paper(opened: Opened, shop: Shop, tmp_path: Path) -> None:
    """Each briefing of today, and the letter, prints on exactly one A4 page."""
    address, paths, codes = shop
    page = opened(paths["today"])
    for number, path in enumerate([*(f"{address}/customers/{code}" for code in codes), paths["letter"]]):
        file = tmp_path / f"{number}.pdf"
        page.goto(path)
        page.pdf(path=file, format="A4", prefer_css_page_size=True)
        assert len(SHEET.findall(file.read_bytes())) == 1, path


def test_paper_leaves_out_what_is_not_to_be_recited(opened: Opened, shop: Shop) -> None:
    """Lines to act on but not to recite are gone from paper, their links too, and the foot says how many."""
    left_out = 0
    page = opened(shop[1]["today"])
    for code in shop[2]:
        page.goto(f"{shop[0]}/customers/{code}")
        page.emulate_media(media="screen")
        used = page.locator(".line.outcome-use")
        left_out += used.count()
        assert not page.locator(".printed").is_visible() if used.count() else not page.locator(".printed").count()
        page.emulate_media(media="print")
        assert not [n for n in range(used.count()) if used.nth(n).is_visible()]
        assert not page.locator("a.why").first.is_visible()
        if used.count():
            assert page.locator(".printed").inner_text().startswith(f"{used.count()} line")
    assert left_out


def test_nothing_is_asked_of_anybody_else_and_nothing_complains(opened: Opened, shop: Shop) -> None:
    """No request leaves this computer, and the console stays empty, also under our own content policy."""
    address, paths, _ = shop
    page = opened(paths["today"], scripts=True, dark=True)
    for name in (name for name in paths if name not in ("nothing", "letter", "copy")):
        page.goto(paths[name])
        assert page.complaints == [], name
    assert len(page.asked) > len(paths)
    assert all(url.startswith(address) for url in page.asked)
    for name in ("letter", "copy"):
        alone = opened(paths[name], scripts=True)
        assert alone.asked == [paths[name]]
        assert alone.complaints == []


def test_the_whole_way_works_without_scripts(opened: Opened, shop: Shop) -> None:
    """From today to a briefing, its evidence, the trace in the timeline, and a search: links and forms alone."""
    page = opened(shop[1]["today"])
    name = page.locator(".row h2 a").first.inner_text()
    page.locator(".row h2 a").first.click()
    assert page.locator("h1").inner_text() == name
    page.locator(".b2 a.why").first.click()
    assert page.locator("h1").inner_text() == "Why we say this"
    page.locator(".item a.why").first.click()
    assert "#t-" in page.url
    assert page.locator(f"[id='{page.url.partition('#')[2]}']").is_visible()
    page.goto(shop[1]["find"])
    page.fill("input[name=text]", name.split()[-1])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == shop[1]["find"]
    assert name in page.locator(".row h2").all_inner_texts()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(opened: Opened, shop: Shop) -> None:
    """The first stop skips to the content; each stop has a visible edge."""
    page = opened(shop[1]["briefing"], scripts=True)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    links = page.locator("a, summary").count()
    seen = 1
    for _ in range(links - 1):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        seen += style == ["solid", "3px"]
    assert seen == links


def test_words_stand_out_from_their_ground(opened: Opened, shop: Shop) -> None:
    """Every text on every page has a contrast of 4.5 to 1 or more (WCAG 1.4.3), by day and by night."""
    page = opened(shop[1]["today"], scripts=True)
    for name, address in shop[1].items():
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(WEAK_WORDS) == [], (name, scheme)


def test_what_is_tapped_is_big_enough(opened: Opened, shop: Shop) -> None:
    """Links, buttons and fields are at least 24 pixels high (WCAG 2.5.8)."""
    page = opened(shop[1]["today"], scripts=True)
    for name, address in shop[1].items():
        page.goto(address)
        assert page.evaluate(SMALL_STOPS) == [], name


SMALL_STOPS = """[...document.querySelectorAll("a:not(.skip), button, input, summary")]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"""
WEAK_WORDS = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const worded = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return [...document.body.querySelectorAll("*")]
    .filter(e => worded(e) && e.checkVisibility() && !e.closest("svg"))
    .filter(e => {
      const [a, b] = [light(numbers(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
      return (a + .05) / (b + .05) < 4.5;
    })
    .map(e => e.outerHTML.slice(0, 120));
}"""


def test_a_note_written_without_a_connection_comes_once(browser: Any, shop: Shop) -> None:
    """It waits in the browser, says so, is sent when the connection is back, and makes exactly one trace."""
    code = shop[2][-1]
    address = f"{shop[0]}/customers/{code}"
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address)
    context.set_offline(True)
    page.fill("#happened", "Asked for the rye loaf, needle 83.")
    page.click(".send button")
    page.wait_for_selector("#waiting:not([hidden])")
    assert page.inner_text("#waiting") == "1 note waits to be sent."
    assert page.input_value("#happened") == ""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.goto(f"{address}/timeline")
    assert page.content().count("needle 83") == 1
    context.close()


def test_a_note_and_a_tap_work_with_and_without_scripts(opened: Opened, shop: Shop) -> None:
    """Saved, read back and taken back; no button is left on paper; nothing is complained of."""
    for scripts in (True, False):
        page = opened(f"{shop[0]}/customers/{shop[2][-1]}", scripts=scripts)
        page.fill("#happened", f"Asked for a cake, needle {scripts}.")
        page.click(".send button")
        page.wait_for_url("**said=**")
        assert f"needle {scripts}" in page.inner_text("#said")
        assert f"needle {scripts}" not in page.url
        page.emulate_media(media="print")
        assert not [button for button in page.locator("button, .wrong summary").all() if button.is_visible()]
        page.emulate_media(media="screen")
        page.click("#said button:text('Take back')")
        page.wait_for_url(f"**/customers/{shop[2][-1]}")
        page.goto(f"{shop[0]}/customers/{shop[2][-1]}/timeline")
        assert f"needle {scripts}" not in page.content()
        assert page.complaints == []
