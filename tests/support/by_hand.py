"""What a person does in a browser, in the words of a page."""

from __future__ import annotations

import re


def open_named(page, name):
    """Follow the first link on the page with this text in it."""
    page.locator("main a:visible").filter(has_text=name).first.click()


def press(page, name, exact=True):
    """Press a button, and wait until what it sends has been answered."""
    with page.expect_navigation():  # nobody leaves before it is sent
        page.get_by_role("button", name=name, exact=exact).first.click()


def choose(page, question, name):
    """Choose from a list what begins with a name, whatever is said of it after that."""
    asked = page.get_by_label(question)
    option = asked.locator("option").filter(has_text=re.compile(f"^{re.escape(name)}"))
    asked.select_option(label=option.first.inner_text())
