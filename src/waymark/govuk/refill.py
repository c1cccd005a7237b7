"""Putting what somebody typed back into the form of a page, as if they had typed it again.

The page is made as for anybody who opens it; only then are the inputs of its form filled in. So filling in does nothing
that a form does, what a page hides in its form is as fresh as the page, and a form that asks for something else than
before is seen not to fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from html.parser import HTMLParser

Attributes = Sequence[tuple[str, str | None]]
TICKED = frozenset({"checkbox", "radio"})
BUTTONS = frozenset({"submit", "button", "image", "reset"})
NOT_FILLED_IN = frozenset({"file", "password"})


def refilled(page: str, typed: Iterable[tuple[str, str]], address: str) -> str | None:
    """The page with the form that is sent to `address` filled in with pairs of a name and a value.

    None where not everything typed has its place there: other questions, a choice that is gone, a file, two forms.
    """
    filler = _Filler(typed, address)
    filler.feed(page)
    filler.close()
    return "".join(filler.out) if filler.everything_has_its_place() else None


class _Filler(HTMLParser):
    """Copies a page as it is, but for the inputs of the one form."""

    def __init__(self, typed: Iterable[tuple[str, str]], address: str) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.left: dict[str, list[str]] = {}
        for name, value in typed:
            self.left.setdefault(name, []).append(value)
        self.address = address
        self.forms = 0
        self.not_typed: set[str] = set()  # names of what a page fills in itself
        self.inside = False
        self.select = ""
        self.copying = True

    def everything_has_its_place(self) -> bool:
        """Whether there was one form, and nothing of what was typed is left but what is empty or the page's own."""
        left = {name for name, values in self.left.items() if any(values)}
        return self.forms == 1 and not left - self.not_typed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copied; an input of the form as it would be if it were filled in."""
        if tag == "form" and self._is_the_form(dict(attrs)):
            self.inside, self.forms = True, self.forms + 1
        change = getattr(self, f"_fill_{tag}", None) if self.inside else None
        self.out.append((change(attrs) if change else None) or self.get_starttag_text() or "")
        if self.inside and tag == "textarea":
            self._write(dict(attrs).get("name") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<input />` has no end of its own."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Copied."""
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.copying = True
        self.out.append(f"</{tag}>")

    def _is_the_form(self, attributes: dict[str, str | None]) -> bool:
        return attributes.get("method") == "post" and attributes.get("action") in (None, "", self.address)

    def _fill_input(self, attrs: Attributes) -> str | None:
        attributes = dict(attrs)
        name, kind = attributes.get("name") or "", attributes.get("type") or "text"
        if kind in TICKED:
            chosen = self._take(name, attributes.get("value") or "on")
            return _tag("input", attrs, without="checked", then="checked" if chosen else "")
        if kind == "hidden" or kind in BUTTONS:
            self.not_typed.add(name)
        elif kind not in NOT_FILLED_IN and self.left.get(name):
            value = self.left[name].pop(0)
            return _tag("input", attrs, without="value", then=f'value="{escape(value)}"')
        return None

    def _fill_button(self, attrs: Attributes) -> None:
        self.not_typed.add(dict(attrs).get("name") or "")

    def _fill_details(self, attrs: Attributes) -> str:
        """What waits behind a link is to be seen before it is sent."""
        return _tag("details", attrs, without="open", then="open")

    def _fill_select(self, attrs: Attributes) -> None:
        self.select = dict(attrs).get("name") or ""

    def _fill_option(self, attrs: Attributes) -> str:
        chosen = self._take(self.select, dict(attrs).get("value") or "")
        return _tag("option", attrs, without="selected", then="selected" if chosen else "")

    def _write(self, name: str) -> None:
        """What was typed in place of what stands in a textarea. A browser leaves out the first line's end."""
        if self.left.get(name):
            self.out.append("\n" + escape(self.left[name].pop(0)))
            self.copying = False

    def _take(self, name: str, value: str) -> bool:
        """Whether this choice was made; if so, it has its place."""
        made = value in self.left.get(name, ())
        if made:
            self.left[name].remove(value)
        return made

    def _copy(self, text: str) -> None:
        if self.copying:
            self.out.append(text)

    def handle_data(self, data: str) -> None:
        """Copied."""
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        """Copied."""
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Copied."""
        self._copy(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Copied."""
        self._copy(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """Copied."""
        self._copy(f"<!{decl}>")


def _tag(tag: str, attrs: Attributes, *, without: str, then: str) -> str:
    """A tag with its attributes but one, and what is to be there instead."""
    written = [name if value is None else f'{name}="{escape(value)}"' for name, value in attrs if name != without]
    return f"<{' '.join([tag, *written, *([then] if then else [])])}>"
