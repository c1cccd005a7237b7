"""Reading a page as a person does, and filling in its form as a browser does."""

from __future__ import annotations

import html
import re
from typing import Any


def text_of(response) -> str:
    """What a page says, without its tags."""
    content = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


class Filler:
    """Fills in a form as a browser would: with every value it was shown, but for those that are changed."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.page = client.get(address).content.decode()
        self.values = self.read(self.page)

    @staticmethod
    def read(page: str) -> dict[str, Any]:
        """The values that a browser would send from a page."""
        values: dict[str, Any] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            name, value, kind = (_attribute(tag, attribute) or "" for attribute in ("name", "value", "type"))
            if not name or (kind in ("radio", "checkbox") and " checked" not in tag):
                continue
            if kind == "checkbox":
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
            chosen = re.search(r'value="([^"]*)"\s+selected', options)
            values[name] = html.unescape(chosen[1]) if chosen else ""
        for name, typed in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
            values[name] = html.unescape(typed).removeprefix("\n")
        return values

    def send(self, **changes: Any) -> Any:
        """Send it with changes; `data_has=[...]` stands for `data-has`."""
        changed = {re.sub("^(data|ref|when)_", r"\1-", name): value for name, value in changes.items()}
        return self.client.post(self.address, self.values | changed)


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else None


def links_to(page, start):
    """Addresses on a page that begin so, without the query."""
    return {href.partition("?")[0] for href in re.findall('href="([^"]+)"', page.content.decode()) if start in href}
