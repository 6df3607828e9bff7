"""The catalogue as a table: reading lines, naming all that is wrong, writing cells that no spreadsheet runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from skillhall.kernel.sheets import write_rows
from skillhall.skills.model.placing import Known, placed
from skillhall.skills.model.refusals import SheetUnreadable
from skillhall.skills.model.sheet import Line, read_sheet

HEAD = "name,category,difficulty"


def wrong(text: str) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.code) for error in read_sheet(text.encode())[1]]


def lines(*rows: str, head: str = "slug,name,category,difficulty,prerequisites") -> list[Line]:
    read, errors = read_sheet("\n".join([head, *rows]).encode())
    assert not errors
    return read


def known(**changes: object) -> Known:
    given: dict[str, object] = {"states": {}, "names": {}, "before": {}, "beside": {}, "categories": {"music": None, "voice": "music"}}
    return Known(**{**given, **changes})  # pyright: ignore[reportArgumentType]


def refused(read: list[Line], stored: Known | None = None) -> list[tuple[int, str, str]]:
    found = placed(read, {line.number: line.cells.name.lower() for line in read}, stored or known())
    assert {line.number for line in found.lines} | {error.line for error in found.errors} == {line.number for line in read}
    return [(error.line, error.column, error.code) for error in found.errors]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read(mark: str, separator: str, end: str) -> None:
    head = ["slug", "Name", "category", "difficulty", "aliases", "prerequisites", "related"]
    row = ["", "Viola da Gamba", "music", "6", "Gamba | Viol", "cello:7|theory", "lute:similar:3"]
    text = mark + end.join(separator.join(cells) for cells in (head, row, [""] * 7)) + end
    (line,), errors = read_sheet(text.encode())
    cells = line.cells
    assert (errors, line.number, line.slug, cells.name, cells.aliases) == ([], 2, "viola-da-gamba", "Viola da Gamba", ["Gamba", "Viol"])
    assert [(one.slug, one.strength) for one in cells.prerequisites or ()] == [("cello", 7), ("theory", 5)]
    assert [(one.slug, one.kind, one.strength) for one in cells.related or ()] == [("lute", "similar", 3)]


def test_everything_wrong_in_a_line_is_named_and_the_others_are_read() -> None:
    rows = (
        "slug,name,category,difficulty,tags,prerequisites,related,status",
        "Bad Slug,,,11,,cello:12,lute:near,secret",
        "good,Good,music,3,,,,",
        "few,Few,music",
        "nul,Nu\0l,music,3,,,,",
        '"a line\nwith a break",X,music,three,,,,',
        'quote,"a"b,music,3,,,,',
        "last,Last,music,1,,,,deprecated",
    )
    text = "\n".join(rows)
    assert wrong(text) == [
        (2, "name", "too_short"), (2, "slug", "pattern"), (2, "category", "too_short"), (2, "difficulty", "too_large"),
        (2, "prerequisites", "too_large"), (2, "related", "not_an_option"), (2, "status", "not_an_option"),
        (4, "", "cells"), (5, "name", "unstorable"), (6, "slug", "pattern"), (6, "difficulty", "wrong_type"), (8, "", "malformed"),
    ]  # fmt: skip
    assert [line.slug for line in read_sheet(text.encode())[0]] == ["good", "last"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no column name"),
        (b"name,color,name\n", "color is not known; name is there twice"),
        (b"name,category,difficulty\nC\xe9llo,music,3\n", "line 2 is not UTF-8; save the table as CSV UTF-8."),
        ("\ufeffname,category,difficulty\nCello,music,3\n".encode("utf-16"), "line 1 is not UTF-8"),
        (HEAD.replace(",", "\t").encode(), "no column"),
    ],
)
def test_what_is_no_table(data: bytes, says: str) -> None:
    with pytest.raises(SheetUnreadable) as refusal:
        read_sheet(data)
    assert says in refusal.value.sentence


@pytest.mark.parametrize("text", ["=1+1", "\uff1d1", "\n=1", "+49", "-x", "@me", "'=1", "''=1", "'quoted'", "\tx", "plain", ""])
def test_no_cell_is_a_formula_and_none_is_changed(text: str) -> None:
    written = write_rows([("name", "category", "difficulty", "description"), ("Cello", "music", "3", text)])
    assert not written.splitlines()[1].split(",", 3)[3].strip('"').startswith(("=", "\uff1d", "\n", "+", "-", "@", "\t"))
    (line,), _ = read_sheet(written.encode())
    assert line.cells.description == text


@given(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_whatever_is_written_is_read_again(text: str) -> None:
    (line,), errors = read_sheet(write_rows([("name", "category", "difficulty", "description"), ("Cello", "music", "3", text)]).encode())
    assert (line.cells.description, errors) == (text, [])


def test_what_is_there_twice_or_taken() -> None:
    read = lines("a,Lute,music,1,", "a,Theorbo,music,1,", "b,Lute,music,1,", "c,Viol,music,1,", "d,Gone,music,1,")
    stored = known(states={"viola": "active", "d": "merged"}, names={"viola": ["viola", "viol"]})
    assert refused(read, stored) == [(3, "slug", "repeated"), (4, "name", "repeated"), (5, "name", "exists"), (6, "slug", "merged")]


def test_categories() -> None:
    head = "slug,name,category,subcategory,difficulty"
    read = lines("a,A,voice,,1", "b,B,nonsense,,1", "c,C,music,voice,1", "d,D,music,drums,1", head=head)
    assert refused(read) == [
        (2, "category", "unknown_category"),
        (3, "category", "unknown_category"),
        (5, "subcategory", "unknown_category"),
    ]


def test_links_may_lead_forward_but_not_to_nothing_and_fall_with_what_they_lead_to() -> None:
    read = lines("a,A,music,1,b", "b,B,music,1,c:9", "c,C,music,1,", "d,D,music,1,nothing", "e,E,music,1,d", "f,F,music,1,f",
                 "g,G,music,1,h|h",
                 "h,H,music,1,old")  # fmt: skip
    assert refused(read, known(states={"old": "active"})) == [
        (5, "prerequisites", "unknown_skill"), (6, "prerequisites", "unknown_skill"), (7, "prerequisites", "itself"),
        (8, "prerequisites", "repeated"),
    ]  # fmt: skip


def test_every_line_of_a_circle_is_refused_and_what_only_leads_to_it_falls_with_it() -> None:
    read = lines("a,A,music,1,b", "b,B,music,1,c", "c,C,music,1,a", "d,D,music,1,a", "e,E,music,1,")
    assert refused(read) == [
        (2, "prerequisites", "circle"), (3, "prerequisites", "circle"), (4, "prerequisites", "circle"),
        (5, "prerequisites", "unknown_skill"),
    ]  # fmt: skip


def test_a_circle_may_be_turned_round_in_one_file() -> None:
    stored = known(states={"a": "active", "b": "active"}, before={"a": {"b": 5}})
    assert refused(lines("b,B,music,1,a", "a,A,music,1,"), stored) == []
    assert refused(lines("b,B,music,1,a"), stored) == [(2, "prerequisites", "circle")]


def test_chains_end_at_ten() -> None:
    chain = [f"s{number},S{number},music,1,{f's{number - 1}' if number else ''}" for number in range(12)]
    assert refused(lines(*chain)) == [(13, "prerequisites", "chain_too_long")]
    stored = known(
        states={f"s{number}": "active" for number in range(11)}, before={f"s{number}": {f"s{number - 1}": 5} for number in range(1, 11)}
    )
    assert refused(lines("s0,S0,music,1,x", "x,X,music,1,"), stored) == [(2, "prerequisites", "chain_too_long")]


def test_a_long_circle_is_found_without_recursion() -> None:
    rows = [f"s{number},S{number},music,1,s{(number + 1) % 3000}" for number in range(3000)]
    assert len(refused(lines(*rows))) == 3000
