"""The catalogue out of a table, and into one.

A file is checked as a whole first; then the lines that can stand are written in batches, each in a transaction of its own, which looks
again at what others may have changed meanwhile. First every skill is written and the links that it loses go, then come the links it gains:
so no state between two batches holds a circle that neither the old nor the new catalogue has, links may lead to later lines, and who
imports the same file again goes on where it broke off.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, field

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject, View
from skillhall.kernel.sheets import write_rows
from skillhall.skills.commands.decide_proposal import tell_proposer
from skillhall.skills.commands.edit_graph import rebuild
from skillhall.skills.events import SkillChanged, SkillPublished
from skillhall.skills.model.placing import Known, placed, placed_alone, placed_links
from skillhall.skills.model.refusals import PrerequisiteCycle
from skillhall.skills.model.sheet import COLUMNS, Line, LineError, read_sheet
from skillhall.skills.model.skill import Requirement, Skill, skill_id_of
from skillhall.skills.store import graph, sheet
from skillhall.skills.tasks import NameAgain

T = TypeVar("T")
AT_ONCE: Final = 500
NAMES_AT_ONCE: Final = 10_000
Tell = Callable[[int, int], None]
Row = tuple[Skill | None, Skill]
Counts = tuple[int, int, int]


class SheetReport(View, frozen=True, kw_only=True):
    """What became of a file: how many lines made a skill, changed one, found it as it is; and why the others were refused."""

    lines: int
    created: int
    changed: int
    unchanged: int
    refused: int
    dry_run: bool
    errors: list[LineError]


class Links(NamedTuple):
    """The links of the lines that stand, by slug; only of those whose links differ from what is stored."""

    before: Mapping[str, Mapping[str, int]]
    beside: Mapping[str, Mapping[str, tuple[str, int]]]

    def differ(self, slug: str) -> bool:
        """Return whether the links of this skill differ."""
        return slug in self.before or slug in self.beside


class File(Struct, frozen=True, kw_only=True):
    """One import: who brings it, the plain names of its lines by number, their links."""

    id: UUID = field(default_factory=ids.new)
    by: Actor
    names: Mapping[int, str]
    links: Links
    dry_run: bool


async def export_sheet(read: Read) -> AsyncIterator[str]:
    """Yield the published and deprecated skills as CSV, by slug, head line first; it can be imported again."""
    yield write_rows([COLUMNS])
    after = ""
    while rows := await sheet.export(read, after, AT_ONCE):
        yield write_rows(rows)
        after = rows[-1][0]


async def import_sheet(
    runner: Runner, by: Actor, data: bytes, *, dry_run: bool = False, tell: Tell = lambda _done, _total: None
) -> SheetReport:
    """Import a table; every valid line, whatever the others are. `tell` hears how many of how many steps are done."""
    lines, errors = read_sheet(data)
    seen = len(lines) + len({error.line for error in errors})
    async with runner.snapshot() as read:
        names = await _plain_names(read, lines)
        known = await sheet.known(read, sorted({slug for line in lines for slug in line.slugs}), list(names.values()))
    standing, wrong = placed(lines, names, known)
    file = File(by=by, names=names, links=_links(standing, known), dry_run=dry_run)
    linked = [line for line in standing if file.links.differ(line.slug)]
    steps, done, created, changed, unchanged = len(standing) + len(linked), 0, 0, 0, 0
    for part in _parts(standing, AT_ONCE):
        counts, late = await _write(runner, file, part)
        created, changed, unchanged = created + counts[0], changed + counts[1], unchanged + counts[2]
        wrong += late
        done += len(part)
        tell(done, steps)
    refused = {error.line for error in wrong}
    for part in _parts([line for line in linked if line.number not in refused], AT_ONCE):
        wrong += [] if dry_run else await _link(runner, file, part)
        done += len(part)
        tell(done, steps)
    tell(steps, steps)
    errors = sorted([*errors, *wrong], key=lambda error: error.line)
    return SheetReport(
        lines=seen,
        created=created,
        changed=changed,
        unchanged=unchanged,
        refused=len({error.line for error in errors}),
        dry_run=dry_run,
        errors=errors,
    )


async def _plain_names(read: Read, lines: Sequence[Line]) -> dict[int, str]:
    names: dict[int, str] = {}
    for part in _parts(lines, NAMES_AT_ONCE):
        plain = await sheet.plain(read, [line.cells.name for line in part])
        names |= zip((line.number for line in part), plain, strict=True)
    return names


async def _write(runner: Runner, file: File, lines: Sequence[Line]) -> tuple[Counts, list[LineError]]:
    """Write these skills, and delete the links they lose; return how many are new, changed and unchanged, and what is wrong by now."""
    if file.dry_run:
        stored = await sheet.skills(await runner.read(), [line.slug for line in lines])
        return _counts(lines, _rows(lines, stored, file.links)), []

    async def work(tx: Tx) -> tuple[Counts, list[LineError]]:
        await graph.lock_graph(tx)
        stored = await sheet.skills(tx, [line.slug for line in lines])
        known = await sheet.known_of(tx, stored, [file.names[line.number] for line in lines])
        standing, wrong = placed_alone(lines, file.names, known)
        rows = _rows(standing, stored, file.links)
        if rows:
            await _write_rows(tx, rows, standing, file.links)
            created, changed, _ = _counts(standing, rows)
            tx.audit("skills.import", Subject("skill_import", file.id), after={"created": created, "changed": changed})
        return _counts(standing, rows), wrong

    return await runner.run(work, actor=file.by)


async def _write_rows(tx: Tx, rows: Sequence[Row], lines: Sequence[Line], links: Links) -> None:
    await sheet.write(tx, [new for _, new in rows])
    before, beside = _pairs(lines, links.before), _pairs(lines, links.beside)
    kept_by = [[skill_id_of(line.slug) for line in lines if line.slug in part] for part in (links.before, links.beside)]
    await sheet.clear_links(tx, kept_by[0], list(before), kept_by[1], list(beside))
    for old, new in rows:
        is_new = new.state == "active" and (old is None or old.state != "active")
        tx.publish(SkillPublished(skill_id=new.id) if is_new else SkillChanged(skill_id=new.id))
        if old is not None:
            tell_proposer(tx, old, is_approved=new.state == "active")
            if old.name != new.name:
                tx.enqueue(NameAgain(skill_id=new.id))


async def _link(runner: Runner, file: File, lines: Sequence[Line]) -> list[LineError]:
    """Write the links these skills gain; return the lines whose links are impossible since the file was checked."""

    async def work(tx: Tx) -> list[LineError]:
        await graph.lock_graph(tx)
        slugs = {line.slug for line in lines} | {slug for line in lines for part in file.links for slug in part.get(line.slug, {})}
        standing, wrong = placed_links(lines, await sheet.linkable(tx, list(slugs)))
        await sheet.set_relations(tx, _pairs(standing, file.links.beside))
        return wrong + await _set_edges(tx, standing, file.links)

    return await runner.run(work, actor=file.by)


async def _set_edges(tx: Tx, lines: Sequence[Line], links: Links) -> list[LineError]:
    """Write prerequisites all at once, or, when somebody has changed others meanwhile, line by line."""
    edges = _pairs(lines, links.before)
    try:
        async with tx.savepoint():
            await sheet.set_edges(tx, edges)
            await sheet.check_ends(tx, [skill_id for skill_id, _ in edges])
    except PrerequisiteCycle:
        return [error for line in lines if line.slug in links.before for error in await _link_alone(tx, line, links.before[line.slug])]
    return []


async def _link_alone(tx: Tx, line: Line, before: Mapping[str, int]) -> list[LineError]:
    wanted = [Requirement(skill_id=skill_id_of(slug), strength=strength) for slug, strength in before.items()]
    try:
        async with tx.savepoint():
            await rebuild(tx, skill_id_of(line.slug), wanted)
    except Refusal as refusal:
        return [LineError(line=line.number, column="prerequisites", code=refusal.code.partition(".")[2], message=refusal.sentence)]
    return []


def _rows(lines: Sequence[Line], stored: Mapping[str, Skill], links: Links) -> list[Row]:
    """Return what is stored and what is wanted, of the lines that make a difference."""
    pairs = ((stored.get(line.slug), _skill(line, stored.get(line.slug))) for line in lines)
    return [(old, new) for old, new in pairs if old != new or links.differ(new.slug)]


def _skill(line: Line, old: Skill | None) -> Skill:
    cells = line.cells
    plain = ("description", "aliases", "tags", "tools", "industries")
    given: dict[str, Any] = {name: value for name in plain if (value := getattr(cells, name)) is not UNSET}
    if cells.subcategory is not UNSET:
        given["subcategory_slug"] = cells.subcategory
    if cells.hours is not UNSET:
        given["estimated_learning_time"] = cells.hours
    given |= {"name": cells.name, "category_slug": cells.category, "difficulty": cells.difficulty}
    if old is None:
        empty = Skill(
            id=skill_id_of(line.slug),
            slug=line.slug,
            name="",
            category_slug="",
            difficulty=1,
            description="",
            aliases=[],
            tags=[],
            state="active",
        )
        return msgspec.structs.replace(empty, **given, state=cells.status or "active")
    if old.category_slug != cells.category:
        given.setdefault("subcategory_slug", None)
    kept = old.state if old.state == "deprecated" else "active"
    return msgspec.structs.replace(old, **given, state=cells.status or kept)


def _links(lines: Sequence[Line], known: Known) -> Links:
    """Return the links that differ from what is stored; of two lines that name each other as related the first has it."""
    before: dict[str, Mapping[str, int]] = {}
    beside: dict[str, Mapping[str, tuple[str, int]]] = {}
    given = {line.slug for line in lines if line.cells.related is not UNSET}
    said: set[tuple[str, str]] = {(slug, other) for slug, others in known.beside.items() if slug not in given for other in others}
    for line in lines:
        if line.cells.prerequisites is not UNSET:
            wanted = {one.slug: one.strength for one in line.cells.prerequisites}
            if wanted != known.before.get(line.slug, {}):
                before[line.slug] = wanted
        if line.cells.related is not UNSET:
            near = {one.slug: (one.kind, one.strength) for one in line.cells.related if (one.slug, line.slug) not in said}
            said |= {(line.slug, other) for other in near}
            if near != known.beside.get(line.slug, {}):
                beside[line.slug] = near
    return Links(before, beside)


def _pairs(lines: Sequence[Line], links: Mapping[str, Mapping[str, T]]) -> dict[tuple[UUID, UUID], T]:
    return {(skill_id_of(line.slug), skill_id_of(other)): what for line in lines for other, what in links.get(line.slug, {}).items()}


def _counts(lines: Sequence[Line], rows: Sequence[Row]) -> Counts:
    created = sum(old is None for old, _ in rows)
    return created, len(rows) - created, len(lines) - len(rows)


def _parts(lines: Sequence[Line], size: int) -> Iterator[Sequence[Line]]:
    return (lines[start : start + size] for start in range(0, len(lines), size))
