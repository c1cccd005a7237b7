"""Which protocol judges each case of a trace: the packs given, or what the trace says has been in use.

An export says it, a line for each version of a protocol that has judged the case, in the order of coming into use:

    {"id": "…", "case": "YP12", "type": "protocol_in_use", "occurred_at": "2026-06-01T00:00:00+01:00",
     "data": {"protocol": "islington-supported-accommodation", "version": "2017.1", "terms": {}, "switches": {},
              "sha256": "…"}}

From `occurred_at` on, what is triggered belongs to that version; what was triggered before the first is `unknown`.
`terms` and `switches` are the borough's own. `"protocol": null` says that none has ever been in use. Nothing but this
is read from such a line, and it counts whatever `--now` is: it says what was decided, not what happened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from waymark.duties.engine import EngineError, Event, Pack, PackError, VersionInForce, Versions, restated
from waymark.duties.own import with_own_clauses

PROTOCOL_IN_USE = "protocol_in_use"
FIELDS = ("protocol", "version", "terms", "switches", "sha256")

Setting = tuple[tuple[str, str], ...]


class ProtocolsInUse:
    """The versions that judge each case. `notes` are for the person, where the packs given may not be those adopted."""

    def __init__(self, packs: Sequence[Pack], *, as_given: bool = False) -> None:
        """`as_given`: whatever the trace says, each pack judges from its own `in_force` day."""
        self.notes: dict[str, None] = {}
        self._packs = packs
        self._as_given = as_given
        self._said: dict[str, list[tuple[datetime, Pack]]] = {}
        self._restated: dict[tuple[int, Setting, Setting], Pack] = {}
        self._versions: dict[tuple[tuple[datetime, int], ...], Versions] = {}

    def add(self, event: Event) -> None:
        """Take in what a line says. Raises ValueError with what is wrong with it."""
        said = _checked(event.data)
        if self._as_given:
            return
        versions = self._said.setdefault(event.case, [])
        if said["protocol"] is not None:
            versions.append((event.occurred_at, self._pack(said)))

    def of(self, case: str) -> Versions | None:
        """The versions that judge a case; None where no protocol ever has."""
        said = self._said.get(case)
        if said is None:
            return self._kept([(pack.in_force_from, pack) for pack in self._packs])
        return self._kept(said) if said else None

    def check(self, cases: Collection[str]) -> None:
        """Where the trace does not say it of every case, the packs must be versions of one. Raises EngineError."""
        if cases and all(case in self._said for case in cases):
            return
        versions = [pack.version for pack in self._packs]
        for pack in self._packs:
            if pack.id != self._packs[0].id:
                raise EngineError(f"'{pack.id}' is another protocol than '{self._packs[0].id}': give versions of one")
            if versions.count(pack.version) > 1:
                raise EngineError(f"version {pack.version} is given twice")

    def _kept(self, starts: Sequence[tuple[datetime, Pack]]) -> Versions:
        """The `Versions` of these packs, kept for the next case: what it works out once serves them all."""
        key = tuple((start, id(pack)) for start, pack in starts)
        if key not in self._versions:
            self._versions[key] = Versions([VersionInForce(with_own_clauses(pack), start) for start, pack in starts])
        return self._versions[key]

    def _pack(self, said: Mapping[str, Any]) -> Pack:
        """The pack of that version as the borough adopted it. Raises ValueError when it was not given."""
        pack = self._given(said)
        terms, switches = said.get("terms") or {}, said.get("switches") or {}
        key = (id(pack), tuple(sorted(terms.items())), tuple(sorted(switches.items())))
        if key not in self._restated:
            try:
                self._restated[key] = restated(pack, terms=terms, switches=switches)
            except PackError as problem:
                raise ValueError(str(problem)) from None
        return self._restated[key]

    def _given(self, said: Mapping[str, Any]) -> Pack:
        named = f"version {said['version']} of {said['protocol']}"
        texts = {pack.digest: pack for pack in self._packs}
        found = [pack for pack in texts.values() if (pack.id, pack.version) == (said["protocol"], said["version"])]
        if not found:
            raise ValueError(f"{named} has judged this case: give that pack too, or say --ignore-adoptions")
        digest = said.get("sha256")
        same = [pack for pack in found if pack.digest == digest]
        if len(found) > 1 and not same:
            raise ValueError(f"{named} is given twice: give the one that was adopted")
        if digest and not same:
            self.notes[f"{found[0].origin.file} is not word for word {named} as it was adopted"] = None
        return (same or found)[0]


def _checked(data: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in data:
        if name not in FIELDS:
            raise ValueError(f"data.{name} is not something that {PROTOCOL_IN_USE} says")
    if "protocol" not in data:
        raise ValueError(f"{PROTOCOL_IN_USE} is missing data.protocol")
    if data["protocol"] is None:
        if len(data) > 1:
            raise ValueError("data.protocol is null, so there is nothing more to say")
        return data
    for name in ("protocol", "version"):
        if not isinstance(data.get(name), str) or not data[name]:
            raise ValueError(f"data.{name} must be text")
    if not isinstance(data.get("sha256", ""), str):
        raise ValueError("data.sha256 must be text")
    for name in ("terms", "switches"):
        values = data.get(name, {})
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise ValueError(f"data.{name} must be an object of texts")
    return data
