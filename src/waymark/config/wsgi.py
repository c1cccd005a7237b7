"""What the web server runs."""

import os
from typing import Any

from django import setup
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


setup(set_prefix=False)
application = Application()
