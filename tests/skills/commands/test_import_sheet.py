"""The catalogue out of a table and into one."""

from uuid import UUID

import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.skills.api import SheetReport, export_sheet, import_sheet, skill_id_of
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.edit_categories import add_category, delete_category
from skillhall.skills.commands.merge_skills import merge_skills
from skillhall.skills.model.category import NewCategory
from skillhall.skills.model.decision import Merge
from skillhall.skills.model.refusals import SheetUnreadable
from skillhall.skills.model.skill import ChangeSkill
from skillhall.skills.store import sheet
from tests.profiles.builders import a_person
from tests.skills.builders import ANY, CELLO, listed, published, staff
from tests.support.hall import TestHall

OPERATOR = Actor.of("skills", "a test")
HEAD = "slug,name,category,difficulty,aliases,prerequisites"
WIPE = "TRUNCATE skills.prerequisite, skills.relation, skills.tally, skills.skill CASCADE"
VERSIONS = "SELECT sum(version) FROM skills.skill"
NEEDS = """SELECT array_agg(r.slug ORDER BY r.slug) FROM skills.prerequisite p
JOIN skills.skill s ON s.id = p.skill_id JOIN skills.skill r ON r.id = p.requires_id WHERE s.slug = $1"""


async def exported(hall: TestHall) -> str:
    async with hall.runner.snapshot() as read:
        return "".join([part async for part in export_sheet(read)])


async def imported(hall: TestHall, *rows: str, head: str = HEAD, dry_run: bool = False) -> SheetReport:
    return await import_sheet(hall.runner, OPERATOR, "\n".join([head, *rows]).encode(), dry_run=dry_run)


def figures(report: SheetReport) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused


async def test_there_and_back(hall: TestHall) -> None:
    stella = await hall.work(staff)
    hours = ChangeSkill(estimated_learning_time=40)
    odd = await hall.work(published, stella, '=Odd, "quoted"', CELLO)
    await hall.run(change_skill, stella, odd.id, hours, ANY)
    before = await exported(hall)
    count = len(before.splitlines()) - 1
    assert '"\'=Odd, ""quoted"""' in before
    assert figures(await import_sheet(hall.runner, OPERATOR, before.encode())) == (0, 0, count, 0)
    await hall.pool.execute(WIPE)
    steps: list[tuple[int, int]] = []
    report = await import_sheet(hall.runner, OPERATOR, before.encode(), tell=lambda done, total: steps.append((done, total)))
    assert (figures(report), report.lines, report.errors) == ((count, 0, 0, 0), count, [])
    assert steps[-1][0] == steps[-1][1]
    assert await exported(hall) == before
    stored = await hall.pool.fetchrow("SELECT id, estimated_learning_time FROM skills.skill WHERE slug = 'odd-quoted'")
    assert stored is not None
    assert tuple(stored) == (odd.id, 40)
    versions = await hall.pool.fetchval(VERSIONS)
    assert figures(await import_sheet(hall.runner, OPERATOR, before.encode())) == (0, 0, count, 0)
    assert await hall.pool.fetchval(VERSIONS) == versions
    await hall.drain()
    await hall.verify()


async def test_valid_lines_come_in_whatever_the_others_are(hall: TestHall) -> None:
    mira = await hall.work(a_person)
    await hall.work(listed, mira)
    rows = [
        "cello,Violoncello,music,7,Cello,music-theory:8|bow",
        "bow,Bow Making,crafts,9,,",
        "bad,Bad,nonsense,1,,",
        "circle,Circle,music,1,,circle-too",
        "circle-too,Circle Too,music,1,,circle",
        "worse,,music,x,,",
    ]
    dry = await imported(hall, *rows, dry_run=True)
    assert (figures(dry), dry.dry_run) == ((1, 1, 0, 4), True)
    assert not await hall.pool.fetchval("SELECT count(*) FROM skills.skill WHERE slug = 'bow'")
    report = await imported(hall, *rows)
    assert (figures(report), report.lines) == ((1, 1, 0, 4), 6)
    assert [(error.line, error.column) for error in report.errors] == [
        (4, "category"), (5, "prerequisites"), (6, "prerequisites"), (7, "name"), (7, "difficulty"),
    ]  # fmt: skip
    assert await hall.pool.fetchval(NEEDS, "cello") == ["bow", "music-theory"]
    assert figures(await imported(hall, *rows)) == (0, 0, 2, 4)
    row = await hall.pool.fetchrow("SELECT name, tags <> '{}' AS has_tags FROM skills.skill WHERE slug = 'cello'")
    assert row is not None
    assert tuple(row) == ("Violoncello", True), "a column that is not there leaves what is stored"
    await hall.drain()
    assert await hall.pool.fetchval("SELECT skills FROM profiles.profile WHERE account_id = $1", mira.account_id) == ["Violoncello"]
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE action = 'skills.import'") == 1
    await hall.verify()


async def test_a_merged_slug_and_a_taken_name(hall: TestHall) -> None:
    stella = await hall.work(staff)
    old = (await hall.work(published, stella, "Bass Violin")).id
    await hall.run(merge_skills, stella, old, Merge(into=CELLO, reason="The same."))
    report = await imported(hall, "bass-violin,Bass Violin,music,5,,", "other,Bass violin,music,5,,", "new,CELLO,music,5,,")
    assert [(error.line, error.code) for error in report.errors] == [(2, "merged"), (3, "repeated"), (4, "exists")]


async def test_turning_a_prerequisite_round(hall: TestHall) -> None:
    await imported(hall, "one,One,music,1,,two", "two,Two,music,1,,")
    assert figures(await imported(hall, "two,Two,music,1,,one", "one,One,music,1,,")) == (0, 2, 0, 0)
    assert (await hall.pool.fetchval(NEEDS, "two"), await hall.pool.fetchval(NEEDS, "one")) == (["one"], None)
    await hall.verify()


async def test_related_from_both_sides_is_one_relation(hall: TestHall) -> None:
    head = "slug,name,category,difficulty,related"
    rows = ["one,One,music,1,two:similar:7", "two,Two,music,1,one:similar:7"]
    await imported(hall, *rows, head=head)
    assert await hall.pool.fetchval("SELECT count(*) FROM skills.relation WHERE skill_id = ANY($1)", _ids("one", "two")) == 1
    assert figures(await imported(hall, *rows, head=head)) == (0, 0, 2, 0)
    assert figures(await imported(hall, "one,One,music,1,", "two,Two,music,1,one:advanced", head=head)) == (0, 2, 0, 0)
    assert await hall.pool.fetchval("SELECT kind FROM skills.relation WHERE skill_id = ANY($1)", _ids("one", "two")) == "advanced"


async def test_prerequisites_that_change_meanwhile(hall: TestHall, monkeypatch: pytest.MonkeyPatch) -> None:
    await imported(hall, "one,One,music,1,,", "two,Two,music,1,,", "three,Three,music,1,,")
    real = sheet.set_relations

    async def interfering(tx: sheet.Tx, relations: object) -> None:
        await real(tx, relations)  # pyright: ignore[reportArgumentType]
        await tx.run(LINK, skill_id_of("two"), skill_id_of("one"))

    monkeypatch.setattr(sheet, "set_relations", interfering)
    report = await imported(hall, "one,One,music,1,,two", "three,Three,music,1,,one")
    assert [(error.line, error.column, error.code) for error in report.errors] == [(2, "prerequisites", "prerequisite_cycle")]
    assert await hall.pool.fetchval(NEEDS, "three") == ["one"]
    await hall.verify()


async def test_sixteen_import_the_same_file(hall: TestHall) -> None:
    rows = [f"s{number},Skill {number},music,1,,{f's{number - 1}' if number % 9 else ''}" for number in range(40)]
    answers = await hall.race(*(lambda: imported(hall, *rows) for _ in range(16)))
    assert all(isinstance(answer, SheetReport) and not answer.errors for answer in answers), answers
    assert sum(answer.created for answer in answers) == 40
    await hall.verify()


async def test_what_others_do_while_a_file_is_read_and_written(hall: TestHall, monkeypatch: pytest.MonkeyPatch) -> None:
    stella, mira = await hall.work(staff), await hall.work(a_person)
    await hall.run(add_category, stella, NewCategory(name="Lutherie"))
    viole, lute = [(await hall.work(published, by, name)).id for by, name in ((stella, "Viole"), (mira, "Lute"))]
    real = sheet.known

    async def interfering(read: sheet.Read, slugs: list[str], names: list[str]) -> sheet.Known:
        found = await real(read, slugs, names)
        await hall.run(merge_skills, stella, viole, Merge(into=CELLO, reason="The same."))
        await hall.run(delete_category, stella, "lutherie")
        await hall.work(published, mira, "Theorbo")
        return found

    monkeypatch.setattr(sheet, "known", interfering)
    report = await imported(
        hall,
        "viole,Viole,music,5,,",
        "knife,Knife,lutherie,5,,",
        "big-lute,Theorbo,music,5,,",
        "bow,Bow,music,5,,viole",
        "lute,Lute,music,5,,",
    )
    assert [(error.line, error.column, error.code) for error in report.errors] == [
        (2, "slug", "merged"), (3, "category", "unknown_category"), (4, "name", "exists"), (5, "prerequisites", "unknown_skill"),
    ]  # fmt: skip
    assert (figures(report), report.lines) == ((1, 1, 0, 4), 5)
    assert await hall.pool.fetchval("SELECT state FROM skills.skill WHERE id = $1", lute) == "active"
    assert [event["decision"] for event in await _published(hall, "skills.proposal_decided")] == ["approved"]
    await hall.drain()
    await hall.verify()


async def test_an_import_that_dies_goes_on_where_it_broke_off(hall: TestHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillhall.skills.commands.import_sheet.AT_ONCE", 10)
    rows = [f"s{number},Skill {number},music,1,,{f's{number + 1}' if number % 9 else ''}" for number in range(30)]
    rows.append("s30,Skill 30,music,1,,")
    whole = "\n".join([HEAD, *rows]).encode()
    for step in (20, 41):

        def die(done: int, _total: int, step: int = step) -> None:
            if done >= step:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await import_sheet(hall.runner, OPERATOR, whole, tell=die)
        await hall.verify()
    assert await hall.pool.fetchval("SELECT count(*) FROM skills.skill WHERE slug ~ '^s[0-9]+$'") == 31
    report = await import_sheet(hall.runner, OPERATOR, whole)
    assert (report.created, report.errors) == (0, [])
    assert figures(await import_sheet(hall.runner, OPERATOR, whole)) == (0, 0, 31, 0)
    assert await hall.pool.fetchval(NEEDS, "s29") == ["s30"]
    await hall.verify()


async def test_a_name_of_another_skill_is_not_taken_over(hall: TestHall) -> None:
    report = await imported(hall, "cello,Piano,music,5,,", "python,Python,programming,3,,")
    assert [(error.line, error.code) for error in report.errors] == [(2, "exists")]
    assert await hall.pool.fetchval("SELECT name FROM skills.skill WHERE slug = 'cello'") == "Cello"


async def test_what_is_no_table(hall: TestHall) -> None:
    with pytest.raises(SheetUnreadable):
        await imported(hall, head="color")


async def _published(hall: TestHall, name: str) -> list[dict[str, object]]:
    return [row["data"] for row in await hall.pool.fetch("SELECT data FROM kernel.event WHERE type = $1", name)]


def _ids(*slugs: str) -> list[UUID]:
    return [skill_id_of(slug) for slug in slugs]


LINK = sql("INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue) VALUES ($1, $2, 1, false)")
