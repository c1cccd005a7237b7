"""What the server writes to its log: never a secret, whoever put it into the message."""

from __future__ import annotations

import logging
import re
import time

SECRET = re.compile(r"[\w-]{40,}(?:[:.][\w-]{4,})*")
"""Tokens of sessions and links, signed cookies, digests: long runs of letters and digits. Identifiers are shorter."""


class WithoutSecrets(logging.Formatter):
    """Writes a line without anything that could be a secret, and each entry so that it cannot pass for another.

    A password link stands in an address, and addresses that are refused are logged. Times are UTC and say so.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The line; a message with line ends in it has them written out, a traceback keeps its own."""
        return SECRET.sub("[hidden]", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        """The message on one line."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
