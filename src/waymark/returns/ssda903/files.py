"""Opening the folder that holds a return: which file is which, and whether each can be trusted to be whole.

Nothing is guessed. A file that is not text, ends in mid-line, has columns no return has, or says what another file
already says, is a problem for a person to settle, named with its file and line.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from waymark.returns.ssda903.layouts import LAYOUTS, REQUIRED, FileKind, Layout, nearest, recognise

CHUNK = 1 << 20
PROGRESS_STEP = 1 << 16
LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a zip file: save each sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save each sheet as CSV",
    b"%PDF": "a PDF",
    codecs.BOM_UTF16_LE: "text in UTF-16: save it as 'CSV UTF-8 (comma delimited)'",
    codecs.BOM_UTF16_BE: "text in UTF-16: save it as 'CSV UTF-8 (comma delimited)'",
}

Progress = Callable[[int], None]
"""Called now and then with how many more bytes have been read."""


class ReturnError(Exception):
    """The folder or a file in it cannot be used. `str()` is one line for each thing that is wrong."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """One recognised CSV file. `columns` are in the order of the file, `size` in bytes."""

    path: Path
    layout: Layout
    columns: tuple[str, ...]
    encoding: str
    size: int

    @property
    def kind(self) -> FileKind:
        return self.layout.kind

    @property
    def name(self) -> str:
        return self.path.name

    def records(self, progress: Progress | None = None) -> Iterator[tuple[int, list[str]]]:
        """Each row after the heading, with its number as a spreadsheet shows it; empty rows are passed over.

        A row may have more or fewer fields than the heading: that is for the reader to refuse. Raises `ReturnError`
        when the file ends in mid-line or a quoted value runs over the end of its line.
        """
        with self.path.open(encoding=self.encoding, newline="") as handle:
            yield from self._records(handle, progress)

    def _records(self, handle: TextIO, progress: Progress | None) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(_counted(handle, progress), strict=True)
        last: tuple[int, list[str]] | None = None
        ended_at = 0
        try:
            for fields in reader:
                number, ended_at = ended_at + 1, reader.line_num
                if number != ended_at:
                    raise ReturnError(f"{self.name}:{number}: a quoted value runs over the end of the line")
                if number == 1 or not any(fields):
                    continue
                if last:
                    yield last
                last = number, fields
        except csv.Error as error:
            raise ReturnError(f"{self.name}:{ended_at + 1}: {_in_words(error)}") from error
        if last and len(last[1]) < len(self.columns):
            there = f"{len(last[1])} of {len(self.columns)} values"
            raise ReturnError(f"{self.name}:{last[0]}: the file ends in the middle of this line ({there})")
        if last:
            yield last


@dataclass(frozen=True, slots=True)
class ReturnFolder:
    """The files of one return by kind, and the names in the folder that were passed over."""

    files: dict[FileKind, ReturnFile]
    passed_over: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes in all the files that are read."""
        return sum(file.size for file in self.files.values())


def open_folder(folder: Path) -> ReturnFolder:
    """Recognise every file of the return in `folder`. Raises `ReturnError` with every problem found."""
    problems: list[str] = []
    files: dict[FileKind, ReturnFile] = {}
    candidates, passed_over = _candidates(folder)
    for path in candidates:
        try:
            file = _open(path)
        except ReturnError as problem:
            problems += problem.problems
            continue
        if file.kind in files:
            both = f"{files[file.kind].name} and {file.name} both hold {file.kind}"
            problems.append(f"{both}: put one return at a time in the folder")
        files.setdefault(file.kind, file)
    if not candidates:
        problems.append(f"{folder}: there are no files here")
    elif not problems:
        problems += [
            f"{folder}: there is no {kind} file here (columns {', '.join(_columns_of(kind))})"
            for kind in REQUIRED
            if kind not in files
        ]
    if problems:
        raise ReturnError(*problems)
    return ReturnFolder(files, passed_over)


def _candidates(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """The files to read, in order of name, and what is passed over: folders and what systems leave behind."""
    if not folder.is_dir():
        raise ReturnError(f"{folder}: {'is not a folder' if folder.exists() else 'there is no such folder'}")
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise ReturnError(f"{folder}: cannot be read: {error.strerror}") from error
    wanted = [path for path in entries if path.is_file() and not _left_behind(path)]
    return wanted, tuple(path.name for path in entries if path not in wanted)


def _left_behind(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.name.lower() in LEFT_BY_SYSTEMS


def _open(path: Path) -> ReturnFile:
    try:
        encoding, size = _inspect(path)
        columns = _heading(path, encoding)
    except OSError as error:
        raise ReturnError(f"{path.name}: cannot be read: {error.strerror}") from error
    layout = recognise(columns)
    if layout is None:
        raise ReturnError(f"{path.name}: {_unrecognised(columns)}")
    return ReturnFile(path, layout, columns, encoding, size)


def _inspect(path: Path) -> tuple[str, int]:
    """The encoding and size of a text file. UTF-8 if it is that, otherwise Windows-1252, as spreadsheets write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, size, line, blank, not_windows = "utf-8-sig", 0, 1, True, 0
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            if size == 0:
                _refuse_known_formats(path, chunk)
            if control := _CONTROL.search(chunk):
                at = line + chunk.count(b"\n", 0, control.start())
                byte = control.group()[0]
                raise ReturnError(f"{path.name}:{at}: is not a text file (it holds the byte 0x{byte:02x})")
            if encoding != "cp1252" and not _is_utf8(decoder, chunk):
                encoding = "cp1252"
            if not not_windows and (odd := _NOT_WINDOWS.search(chunk)):
                not_windows = line + chunk.count(b"\n", 0, odd.start())
            line += chunk.count(b"\n")
            size += len(chunk)
            blank = blank and not chunk.removeprefix(codecs.BOM_UTF8).strip()
    if blank:
        raise ReturnError(f"{path.name}: is empty")
    if encoding == "utf-8-sig" and not _is_utf8(decoder, b"", final=True):
        encoding = "cp1252"
    if encoding == "cp1252" and not_windows:
        raise ReturnError(f"{path.name}:{not_windows}: is not text in UTF-8 or Windows-1252")
    return encoding, size


def _is_utf8(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_known_formats(path: Path, start: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature):
            raise ReturnError(f"{path.name}: is {what}")


def _heading(path: Path, encoding: str) -> tuple[str, ...]:
    """The names of the columns. Case and spaces around a name are forgiven: no two names differ only by them."""
    with path.open(encoding=encoding, newline="") as handle:
        try:
            names = next(csv.reader(handle, strict=True))
        except csv.Error as error:
            raise ReturnError(f"{path.name}:1: {_in_words(error)}") from error
    if not any(names):
        raise ReturnError(f"{path.name}:1: the first line must name the columns, and it is empty")
    return tuple(name.strip().upper() for name in names)


def _unrecognised(columns: tuple[str, ...]) -> str:
    if len(columns) == 1 and re.search(r"[;\t|]", columns[0]):
        return "its columns are not separated by commas: save it as comma-separated CSV"
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if repeated:
        return f"the heading names {_listed(repeated)} more than once"
    layout = nearest(columns)
    shared = set(columns) & set(layout.columns)
    if shared <= {"CHILD", "DOB"}:  # they are in nearly every file
        return f"is no file of the return: its columns are {_listed(columns)}"
    unknown = [name for name in columns if name not in layout.columns]
    lacking = [name for name in layout.columns if name not in columns]
    parts = [f"unknown columns {_listed(unknown)}"] if unknown else []
    parts += [f"lacks {_listed(lacking)}"] if lacking else []
    return f"is no file of the return; closest to {layout.kind}, but {' and '.join(parts)}"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = [name[:30] or "(no name)" for name in names]
    return ", ".join(shown[:15]) + (f" and {len(shown) - 15} more" if len(shown) > 15 else "")


def _columns_of(kind: FileKind) -> tuple[str, ...]:
    return next(layout.columns for layout in LAYOUTS if layout.kind is kind)


def _counted(handle: TextIO, progress: Progress | None) -> Iterator[str]:
    """The lines, telling `progress` about every 64 KB (characters stand for bytes: the files are nearly ASCII)."""
    if progress is None:
        yield from handle
        return
    waiting = 0
    for line in handle:
        yield line
        waiting += len(line)
        if waiting >= PROGRESS_STEP:
            progress(waiting)
            waiting = 0
    progress(waiting)


def _in_words(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "the file ends inside a quoted value that begins on this line"
    if "field larger than field limit" in text:
        return "a value is longer than any value of the return can be"
    if "expected after" in text:
        return "a quoted value is followed by something other than a comma"
    return f"cannot be read as CSV ({text})"
