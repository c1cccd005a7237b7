"""Reading a pack from its TOML file, with one clear message for whatever is wrong (docs/pack-format.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from .calendar import Duration
from .checking import check_pack
from .clauses import read_clause
from .errors import PackError, UnreadableError
from .pack import KINDS, Clause, Origin, Pack, Switch, Term
from .table import Source, Table

BYTE_ORDER_MARK = "\ufeff"
Setting = tuple[tuple[str, str], ...]
LARGEST_PACK = 5_000_000  # bytes; the Islington protocol takes about a hundredth of it


def load_pack(
    path: str | Path, *, terms: Mapping[str, str] | None = None, switches: Mapping[str, str] | None = None
) -> Pack:
    """Read and check a pack file.

    `terms` and `switches` are the adopting borough's own: what a word means ("2 working days") and which option it
    chose. Raises PackError naming file, line and what is wrong.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_PACK:
            raise PackError("is too large to be a protocol pack", file=path.name)
        content = path.read_bytes()
    except OSError as problem:
        raise PackError(f"cannot be read ({problem.strerror})", file=str(path)) from None
    return parse_pack(content, file=path.name, terms=terms, switches=switches)


def parse_pack(
    content: bytes,
    *,
    file: str,
    terms: Mapping[str, str] | None = None,
    switches: Mapping[str, str] | None = None,
) -> Pack:
    """The same for the bytes of a pack; `file` is the name that messages use."""
    return _parsed(content, file, setting(terms), setting(switches))


def setting(values: Mapping[str, str] | None) -> Setting:
    """Terms or choices of a borough as part of a key: two that say the same are equal."""
    return tuple(sorted((values or {}).items()))


@lru_cache(maxsize=32)
def _parsed(content: bytes, file: str, own_terms: Setting, own_switches: Setting) -> Pack:
    """The pack, which never changes: it is read several times over while a borough proposes and adopts it."""
    terms, switches = dict(own_terms), dict(own_switches)
    source, document = _toml(content, file)
    head = Table(source, "protocol", _section(source, document, "protocol"), "[protocol]", {})
    chosen = _switches(source, document, switches)
    means = _terms(source, document, terms)
    own = _own_names(source, document)
    clauses = _clauses(source, document, means, {name: switch.chosen for name, switch in chosen.items()})
    pack = Pack(
        id=head.text("id"),
        title=head.text("title"),
        version=head.text("version"),
        in_force=_in_force(head),
        source=head.text("source", ""),
        terms=means,
        switches=chosen,
        clauses=clauses,
        own_events=own["event"],
        own_facts=frozenset(own["fact"]),
        own_roles=frozenset(own["role"]),
        origin=Origin(file, content, terms, switches),
    )
    head.done()
    for section in document:
        raise PackError(f"[{section}] is not a section that a pack may have", file=file, line=source.line_of(section))
    check_pack(pack, source)
    return pack


def restated(pack: Pack, *, terms: Mapping[str, str], switches: Mapping[str, str]) -> Pack:
    """The same text with the numbers and choices of a borough. Those it was read with before stand above them."""
    file, content, own_terms, own_switches = pack.origin
    if not terms and not switches:
        return pack
    return parse_pack(content, file=file, terms={**terms, **own_terms}, switches={**switches, **own_switches})


def _toml(content: bytes, file: str) -> tuple[Source, dict[str, Any]]:
    try:
        text = content.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise PackError("is not a text file in UTF-8", file=file, line=line) from None
    try:
        return Source(file, text), tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"\(at line (\d+), column \d+\)", str(problem))
        line = int(found[1]) if found else text.count("\n") + 1
        message = re.sub(r" \(at .*\)", "", str(problem))
        raise PackError(_plain_toml_problem(message), file=file, line=line) from None
    except RecursionError:
        raise PackError("is nested too deeply to be a protocol pack", file=file) from None
    except ValueError as problem:  # a number that Python refuses to read
        raise PackError(f"is not well-formed TOML: {problem}", file=file) from None


def _plain_toml_problem(message: str) -> str:
    if found := re.search(r"Cannot declare \('(\w+)', '([^']+)'\) twice", message):
        return f"clause {found[2]} is defined twice"
    if found := re.search(r"Cannot declare (.+) twice", message):
        return f"{found[1]} is defined twice"
    return f"is not well-formed TOML: {message}"


def _section(source: Source, document: dict[str, Any], name: str) -> Any:
    if name not in document:
        raise PackError(f"the section [{name}] is missing", file=source.file)
    return document.pop(name)


def _in_force(head: Table) -> date:
    value = head.take("in_force")
    if value is None:
        raise head.error("'in_force' is missing")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise head.error("'in_force' must be a day such as 2017-06-01", "in_force")
    return value


def _tables(source: Source, document: dict[str, Any], section: str, subject: str) -> dict[str, Table]:
    found = document.pop(section, {})
    if not isinstance(found, dict):
        raise PackError(f"[{section}] must be a table", file=source.file, line=source.line_of(section))
    return {name: Table(source, f"{section}.{name}", values, f"{subject} {name}", {}) for name, values in found.items()}


def _terms(source: Source, document: dict[str, Any], own: Mapping[str, str]) -> dict[str, Term]:
    terms = {}
    for name, table in _tables(source, document, "term", "term").items():
        means, decided_by = table.parsed("means", Duration.parse), table.text("decided_by")
        if name in own:
            means = _own_length(source, name, own[name])
            decided_by = "decided by the borough when it adopted the protocol"
        terms[name] = Term(name, means, decided_by)
        table.done()
    for name in own:
        if name not in terms:
            raise PackError(f"the pack has no term '{name}' to give another meaning to", file=source.file)
    return terms


def _own_length(source: Source, name: str, text: str) -> Duration:
    try:
        return Duration.parse(text)
    except UnreadableError as problem:
        raise PackError(f"the borough's own '{name}': {problem}", file=source.file) from None


def _switches(source: Source, document: dict[str, Any], own: Mapping[str, str]) -> dict[str, Switch]:
    switches = {}
    for name, table in _tables(source, document, "switch", "switch").items():
        question, options = table.text("question"), table.texts("options")
        chosen = table.choice("default", options)
        if name in own and own[name] not in options:
            raise table.error(f"'{own[name]}' is not one of the options {', '.join(options)}", "options")
        switches[name] = Switch(name, question, options, own.get(name, chosen))
        table.text("decided_by", "")
        table.done()
    for name in own:
        if name not in switches:
            raise PackError(f"the pack has no switch '{name}'", file=source.file)
    return switches


def _own_names(source: Source, document: dict[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Event types, facts and roles that the pack adds to Waymark's own."""
    own: dict[str, dict[str, tuple[str, ...]]] = {}
    for section in ("event", "fact", "role"):
        own[section] = {}
        for name, table in _tables(source, document, section, section).items():
            table.text("label")
            own[section][name] = table.texts("refs")
            table.done()
    return own


def _clauses(
    source: Source, document: dict[str, Any], terms: Mapping[str, Term], switches: Mapping[str, str]
) -> dict[str, Clause]:
    found: dict[str, Clause] = {}
    for kind in KINDS:
        section = document.pop(kind, {})
        if not isinstance(section, dict):
            raise PackError(f"[{kind}] must be a table", file=source.file, line=source.line_of(kind))
        for clause_id, values in section.items():
            if not re.fullmatch(r"[\w.-]+", clause_id):
                problem = f"{clause_id!r} is not an identifier: use letters, digits, '-', '.' and '_'"
                raise PackError(problem, file=source.file, line=source.line_of(f"{kind}.{clause_id}"))
            table = Table(source, f"{kind}.{clause_id}", values, f"clause {clause_id}", switches)
            if clause_id in found:
                raise table.error(f"is defined twice, as {found[clause_id].kind} and as {kind}")
            found[clause_id] = read_clause(clause_id, kind, table, terms)
    if not found:
        raise PackError(
            "has no clauses: at least one of [duty.…], [gate.…], [content.…], [rule.…] is needed",
            file=source.file,
        )
    return dict(sorted(found.items(), key=lambda item: item[1].line or 0))
