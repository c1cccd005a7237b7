"""What the web server runs."""

import os
from typing import Any

from django import setup
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waymark.config.settings")


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8, whatever encoding it claims.

    Django believes the claim, and breaks before any page of ours is asked when the encoding is none for text.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Application(WSGIHandler):
    """Django, with requests of ours."""

    request_class = Utf8Request


def refuse_serious_problems() -> None:
    """Raise `ImproperlyConfigured` where a system check finds an error: a demo that others could reach, for example.

    Commands of Django's ask before they run. A web server does not, and would let anyone in as anyone.
    """
    problems = [problem for problem in run_checks() if problem.is_serious() and not problem.is_silenced()]
    if problems:
        raise ImproperlyConfigured(
            " ".join(f"{problem.id}: {problem.msg} {problem.hint or ''}" for problem in problems)
        )


setup(set_prefix=False)
refuse_serious_problems()
application = Application()
