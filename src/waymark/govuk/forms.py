"""Forms made of questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from waymark.govuk.fields import Question


class Form(forms.Form):
    """A form whose fields are questions. `error_list` is what the error summary at the top of the page shows."""

    use_required_attribute = False

    def error_list(self) -> list[dict[str, str]]:
        """Every error, in the order of the questions, with where it leads."""
        errors: ErrorDict = self.errors
        found = [{"text": str(text), "href": "#main-content"} for text in self.non_field_errors()]
        for name in self.fields:
            if name in errors:
                bound = self[name]
                found.append({"text": str(errors[name][0]), "href": f"#{self._target(bound)}"})
        return found

    def questions(self) -> list[forms.BoundField]:
        """The questions in their order."""
        return [self[name] for name in self.fields]

    def _target(self, bound: forms.BoundField) -> str:
        field: Any = bound.field
        return field.error_target(bound) if isinstance(field, Question) else bound.html_name
