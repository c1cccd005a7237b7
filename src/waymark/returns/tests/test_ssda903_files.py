"""Which file is which, and whether it can be trusted to be whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from waymark.returns.ssda903.files import ReturnError, open_folder
from waymark.returns.ssda903.layouts import LAYOUTS, FileKind, Layout
from waymark.returns.tests.returns import ALEX, BABY, COLUMNS, MOVED_IN, text_of

HEADER = text_of(FileKind.HEADER, ALEX)
EPISODES = text_of(FileKind.EPISODES, MOVED_IN)


def folder_of(path: Path, **files: str | bytes) -> Path:
    """A folder with a Header, Episodes and the given files; `name_csv` becomes `name.csv`."""
    for name, content in {"header_csv": HEADER, "episodes_csv": EPISODES, **files}.items():
        data = content.encode() if isinstance(content, str) else content
        (path / name.replace("_csv", ".csv")).write_bytes(data)
    return path


def problem_of(path: Path) -> str:
    """What opening a folder and reading every file of it complains of."""
    with pytest.raises(ReturnError) as caught:
        for file in open_folder(path).files.values():
            list(file.records())
    return str(caught.value)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.kind} {layout.returns}")
def test_every_file_of_every_year_is_recognised_by_its_columns_whatever_its_name(
    tmp_path: Path, layout: Layout
) -> None:
    names = {FileKind.HEADER: "header.csv", FileKind.EPISODES: "episodes.csv"}
    name = names.get(layout.kind, "q1 final (2).CSV")
    folder_of(tmp_path)
    (tmp_path / name).write_text(",".join(layout.columns) + "\n" + ",".join("x" for _ in layout.columns) + "\n")
    assert open_folder(tmp_path).files[layout.kind].name == name


def test_columns_may_stand_in_any_order_and_their_cells_go_with_them(tmp_path: Path) -> None:
    folder_of(tmp_path, header_csv="DOB,CHILD,SEX,MC_DOB,MOTHER,UPN,ETHNIC\n10/06/2008,A1,M,,,,WBRI\n")
    header = open_folder(tmp_path).files[FileKind.HEADER]
    assert header.columns[:2] == ("DOB", "CHILD")
    assert list(header.records()) == [(2, ["10/06/2008", "A1", "M", "", "", "", "WBRI"])]


def test_case_and_spaces_in_the_heading_are_forgiven(tmp_path: Path) -> None:
    heading, rest = HEADER.split("\r\n", 1)
    folder_of(tmp_path, header_csv=heading.title().replace(",", " , ") + "\r\n" + rest)
    assert FileKind.HEADER in open_folder(tmp_path).files


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(HEADER.encode("utf-8-sig"), "utf-8-sig", id="with a byte order mark"),
        pytest.param(HEADER.replace("\r\n", "\n").encode(), "utf-8-sig", id="lines ended as on Unix"),
        pytest.param(HEADER.rstrip("\r\n").encode(), "utf-8-sig", id="no end to the last line"),
        pytest.param(HEADER.replace("A1", '"A1"').encode(), "utf-8-sig", id="with quotes"),
        pytest.param(HEADER.replace(",M,", ",M\xa0,").encode("cp1252"), "cp1252", id="Windows-1252"),
        pytest.param((HEADER + ",,,,,,\r\n\r\n").encode(), "utf-8-sig", id="empty rows at the end"),
    ],
)
def test_a_file_is_read_as_spreadsheets_and_systems_write_it(tmp_path: Path, content: bytes, encoding: str) -> None:
    folder_of(tmp_path, header_csv=content)
    header = open_folder(tmp_path).files[FileKind.HEADER]
    assert header.encoding == encoding
    ((number, fields),) = header.records()
    assert (number, fields[0], fields[2]) == (2, "A1", "10/06/2008")


def test_rows_carry_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    folder_of(tmp_path, header_csv=HEADER + "\r\n" + text_of(FileKind.HEADER, BABY).split("\r\n")[1] + "\r\n")
    header = open_folder(tmp_path).files[FileKind.HEADER]
    assert [(number, fields[0]) for number, fields in header.records()] == [(2, "A1"), (4, "B2")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "odd.csv: is empty"),
        ("\r\n \r\n", "odd.csv: is empty"),
        (b"\xef\xbb\xbf", "odd.csv: is empty"),
        (b"\n1,2\n", "odd.csv:1: the first line must name the columns, and it is empty"),
        (b"PK\x03\x04\x14\x00", "odd.csv: is an Excel workbook or a zip file: save each sheet as CSV"),
        (b"%PDF-1.7", "odd.csv: is a PDF"),
        ("CHILD,DOB".encode("utf-16"), "odd.csv: is text in UTF-16: save it as 'CSV UTF-8 (comma delimited)'"),
        (b"CHILD,DOB\n1,\x00\n", "odd.csv:2: is not a text file (it holds the byte 0x00)"),
        (b"CHILD,DOB\n1,\x81\n", "odd.csv:2: is not text in UTF-8 or Windows-1252"),
        (
            "CHILD;DOB;REVIEW;REVIEW_CODE\n",
            "odd.csv: its columns are not separated by commas: save it as comma-separated CSV",
        ),
        ("CHILD,DOB,REVIEW,REVIEW_CODE,REVIEW\n", "odd.csv: the heading names REVIEW more than once"),
        (
            "CHILD,DOB,REVIEW,REVIEW_CODE,LA\n",
            "odd.csv: is no file of the return; closest to Reviews, but unknown columns LA",
        ),
        (
            "CHILD,DOB,MISSING,MIS_START\n",
            "odd.csv: is no file of the return; closest to Missing, but lacks MIS_END",
        ),
        (
            "CHILD,DOB,REVIEW,CODE\n",
            "odd.csv: is no file of the return; closest to Reviews, but unknown columns CODE and lacks REVIEW_CODE",
        ),
        ("NAME,ADDRESS,\n", "odd.csv: is no file of the return: its columns are NAME, ADDRESS, (no name)"),
        (HEADER, "header.csv and odd.csv both hold Header: put one return at a time in the folder"),
        ('CHILD,DOB,"REVIEW,REVIEW_CODE\n', "odd.csv:1: the file ends inside a quoted value that begins on this line"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    assert problem_of(folder_of(tmp_path, odd_csv=content)) == message


REVIEWS = ",".join(COLUMNS[FileKind.REVIEWS]) + "\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            REVIEWS + "A1,10/06/2008,01/05/2025,PN1\nA1,10/06/2008,01/0",
            "odd.csv:3: the file ends in the middle of this line (3 of 4 values)",
        ),
        (
            REVIEWS + 'A1,10/06/2008,01/05/2025,PN1\nA1,10/06/2008,"01/09/2025',
            "odd.csv:3: the file ends inside a quoted value that begins on this line",
        ),
        (
            REVIEWS + 'A1,10/06/2008,"01/05/2025,PN1\nA1,10/06/2008,01/09/2025",PN1\n',
            "odd.csv:2: a quoted value runs over the end of the line",
        ),
        (
            REVIEWS + 'A1,10/06/2008,"01/05/2025"x,PN1\n',
            "odd.csv:2: a quoted value is followed by something other than a comma",
        ),
        (
            REVIEWS + f"A1,10/06/2008,{'9' * 200_000},PN1\n",
            "odd.csv:2: a value is longer than any value of the return can be",
        ),
    ],
)
def test_a_file_that_ends_in_mid_line_or_loses_its_quotes_names_the_line(
    tmp_path: Path, content: str, message: str
) -> None:
    assert problem_of(folder_of(tmp_path, odd_csv=content)) == message


def test_binary_rubbish_is_refused_whatever_its_name(tmp_path: Path) -> None:
    rubbish = random.Random(3).randbytes(5_000)
    assert "is not a text file" in problem_of(folder_of(tmp_path, odd_csv=rubbish))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = problem_of(folder_of(tmp_path, a_csv="", b_csv="NAME\n"))
    assert found == "a.csv: is empty\nb.csv: is no file of the return: its columns are NAME"


def test_a_return_needs_its_header_and_its_episodes(tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text(HEADER)
    assert problem_of(tmp_path).startswith(f"{tmp_path}: there is no Episodes file here (columns CHILD, DECOM, RNE,")


def test_an_empty_or_absent_folder_says_so(tmp_path: Path) -> None:
    assert problem_of(tmp_path) == f"{tmp_path}: there are no files here"
    assert problem_of(tmp_path / "none") == f"{tmp_path / 'none'}: there is no such folder"
    (tmp_path / "file").write_text("")
    assert problem_of(tmp_path / "file") == f"{tmp_path / 'file'}: is not a folder"


def test_folders_and_what_systems_leave_behind_are_passed_over_by_name(tmp_path: Path) -> None:
    folder_of(tmp_path, **{".DS_Store": b"\x00", "Thumbs.db": b"\x00", "~$header_csv": b"\x00"})
    (tmp_path / "last year").mkdir()
    assert open_folder(tmp_path).passed_over == (".DS_Store", "Thumbs.db", "last year", "~$header.csv")


def test_progress_adds_up_to_the_size_of_the_files(tmp_path: Path) -> None:
    long = HEADER + "".join(f"{number},M,10/06/2008,,,,\r\n" for number in range(10_000))
    folder = open_folder(folder_of(tmp_path, header_csv=long))
    told: list[int] = []
    for file in folder.files.values():
        list(file.records(told.append))
    assert sum(told) == folder.size
    assert len(told) > 3
