"""Why an event cannot be recorded."""

from __future__ import annotations


class RecordRefused(ValueError):  # noqa: N818  (a refusal is no error)
    """An event is not well formed or contradicts what is recorded; nothing is stored.

    `field` says where: `type`, `occurred_at`, `recorded_at`, `by`, `case`, `id`, `refs`, `refs.placement`, `data`,
    `data.scheduled_for`; `problem` says what, in words for the person who filled in the form. `position` is the place
    of the event in the list given to `record_many`, from 0.
    """

    def __init__(self, field: str, problem: str, *, position: int | None = None) -> None:
        self.field = field
        self.problem = problem
        self.position = position
        super().__init__(f"{field}: {problem}")
