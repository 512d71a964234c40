"""The briefing as one file."""

from __future__ import annotations

import re
from html import unescape

from regulars import loop
from regulars.respond.briefing import THEIRS
from regulars.serve import render_briefing
from regulars.store import Home

from .shop import NOW


def test_a_letter_needs_nothing_else(stories: list[loop.Story], home: Home) -> None:
    """One file: no address, no other file, no script; links lead only to places inside it."""
    for story in stories[:8]:
        page = render_briefing(story, place=home.origins.place)
        assert not re.search(r"https?://|@import|url\(|<link|<script|\bsrc=", page)
        inside = re.findall(r'href="([^"]*)"', page)
        assert inside
        assert all(link.startswith("#") and f'id="{link[1:]}"' in page for link in inside)


def test_a_letter_says_what_the_page_says(stories: list[loop.Story], home: Home) -> None:
    """Every line stands in it, with up to five places of its evidence."""
    for story in stories[:8]:
        page = unescape(re.sub(r"</?bdi[^>]*>", "", render_briefing(story, place=home.origins.place)))
        for line in story.page.lines:
            assert line.it.text in page
        for proof in re.findall(r'<ul class="places">(.*?)</ul>', page, re.S):
            assert proof.count("<li>") <= 5
        assert re.search(r"\w+\.csv, line \d+", page) or story.material.customer.sure < THEIRS


def test_without_a_home_a_letter_names_source_and_line(stories: list[loop.Story]) -> None:
    """Where nobody can say which file it was, the source and the line still stand there."""
    assert re.search(r"shop, line \d+", render_briefing(stories[0]))


def test_a_letter_escapes_what_customers_wrote(rude: Home) -> None:
    """A name written as a script is text in the letter too."""
    page = render_briefing(loop.story(rude, "R1", now=NOW))
    assert "<script" not in page
    assert "<img" not in page
    assert "gotcha" in page
