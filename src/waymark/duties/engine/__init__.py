"""The duty engine: what happened in casework, read by a protocol, gives who owes what by when. No Django here."""

from .calendar import Calendar, england_and_wales
from .errors import EngineError, PackError, TraceError
from .evaluate import Evaluation, Versions, evaluate
from .events import Event
from .instances import Instance
from .loading import load_pack, parse_pack, restated
from .pack import Clause, Pack, VersionInForce

__all__ = [
    "Calendar",
    "Clause",
    "EngineError",
    "Evaluation",
    "Event",
    "Instance",
    "Pack",
    "PackError",
    "TraceError",
    "VersionInForce",
    "Versions",
    "england_and_wales",
    "evaluate",
    "load_pack",
    "parse_pack",
    "restated",
]
