"""Rows of the database in words, ready for a page."""

from waymark.casework.presenters.duties import DutyRow, ToRecord, duty_rows, length, part_words, with_when_done
from waymark.casework.presenters.events import EventRow, Teller, details, facts_shown, ref_label, teller, value_text
from waymark.casework.presenters.parts import Link, Tag

__all__ = [
    "DutyRow",
    "EventRow",
    "Link",
    "Tag",
    "Teller",
    "ToRecord",
    "details",
    "duty_rows",
    "facts_shown",
    "length",
    "part_words",
    "ref_label",
    "teller",
    "value_text",
    "with_when_done",
]
