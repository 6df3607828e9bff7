"""Finding out which lines of a table can stand: no name twice, no unknown link, no circle, no chain too long."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import UNSET, Struct

from skillhall.skills.model.sheet import Line, LineError
from skillhall.skills.model.skill import DEEPEST

Graph = Mapping[str, Mapping[str, int]]
Wrong = dict[int, list[tuple[str, str, str]]]
LINKABLE: Final = ("active", "deprecated")
MERGED: Final = ("merged", "This skill was merged into another one.")


class Known(Struct, frozen=True, kw_only=True):
    """What is stored: the state and the plain names of each skill by slug, its prerequisites and relations, the parent of each category."""

    states: Mapping[str, str]
    names: Mapping[str, Sequence[str]]
    before: Graph
    beside: Mapping[str, Mapping[str, tuple[str, int]]]
    categories: Mapping[str, str | None]


class Placed(NamedTuple):
    """The lines that can stand, what is wrong with the others."""

    lines: list[Line]
    errors: list[LineError]


def placed(lines: Sequence[Line], plain_names: Mapping[int, str], known: Known) -> Placed:
    """Sort the lines. What builds on a refused line is refused with it, unless the skill is there already."""
    wrong = _alone(lines, plain_names, known)
    stored = {slug for slug, state in known.states.items() if state in LINKABLE}
    while True:
        standing = {line.slug: line for line in lines if line.number not in wrong}
        unknown = dict(_unknown(standing.values(), stored | standing.keys()))
        found = unknown or dict(_circles(standing, known)) or dict(_too_deep(standing, known))
        if not found:
            return Placed(list(standing.values()), _errors(wrong))
        for number, reasons in found.items():
            wrong.setdefault(number, []).extend(reasons)


def placed_alone(lines: Sequence[Line], plain_names: Mapping[int, str], known: Known) -> Placed:
    """Sort the lines by what is wrong with each alone: its slug, its name, its category."""
    wrong = _alone(lines, plain_names, known)
    return Placed([line for line in lines if line.number not in wrong], _errors(wrong))


def placed_links(lines: Sequence[Line], there: Collection[str]) -> Placed:
    """Sort written lines by whether their skills, and those they lead to, are still there."""
    wrong: Wrong = {line.number: [("slug", *MERGED)] for line in lines if line.slug not in there}
    wrong |= dict(_unknown([line for line in lines if line.number not in wrong], there))
    return Placed([line for line in lines if line.number not in wrong], _errors(wrong))


def _required(line: Line | None, slug: str, known: Known) -> Mapping[str, int]:
    """Return what a skill builds on when this line stands."""
    if line is None or line.cells.prerequisites is UNSET:
        return known.before.get(slug, {})
    return {one.slug: one.strength for one in line.cells.prerequisites}


def _alone(lines: Sequence[Line], plain_names: Mapping[int, str], known: Known) -> Wrong:
    """Return what is wrong with each line whatever becomes of the others."""
    wrong: Wrong = {}
    taken: dict[str, set[str]] = {}
    for slug, own in known.names.items():
        for name in own:
            taken.setdefault(name, set()).add(slug)
    slugs: dict[str, int] = {}
    names: dict[str, int] = {}
    for line in lines:
        name = plain_names[line.number]
        is_renamed = name not in known.names.get(line.slug, ())[:1]
        others = taken.get(name, set()) - {line.slug}
        reasons: list[tuple[str, str, str]] = []
        if line.slug in slugs:
            reasons.append(("slug", "repeated", f"Line {slugs[line.slug]} is about {line.slug} already."))
        elif name in names:
            reasons.append(("name", "repeated", f"Line {names[name]} has this name already."))
        elif is_renamed and others:
            reasons.append(("name", "exists", f"There is a skill of that name: {min(others)}."))
        slugs.setdefault(line.slug, line.number)
        names.setdefault(name, line.number)
        if known.states.get(line.slug) == "merged":
            reasons.append(("slug", *MERGED))
        reasons += _misplaced(line, known)
        if reasons:
            wrong[line.number] = reasons
    return wrong


def _errors(wrong: Wrong) -> list[LineError]:
    return [
        LineError(line=number, column=column, code=code, message=message)
        for number, reasons in sorted(wrong.items()) for column, code, message in reasons
    ]  # fmt: skip


def _misplaced(line: Line, known: Known) -> Iterator[tuple[str, str, str]]:
    cells = line.cells
    if known.categories.get(cells.category, "") is not None:
        yield "category", "unknown_category", f"There is no category {cells.category}."
    elif cells.subcategory and known.categories.get(cells.subcategory) != cells.category:
        yield "subcategory", "unknown_category", f"{cells.category} has no part {cells.subcategory}."
    for column, links in (("prerequisites", cells.prerequisites), ("related", cells.related)):
        slugs = [link.slug for link in links or ()]
        if line.slug in slugs:
            yield column, "itself", "A skill cannot be linked to itself."
        for slug in dict.fromkeys(slug for slug in slugs if slugs.count(slug) > 1):
            yield column, "repeated", f"{slug} is named twice."


def _unknown(lines: Iterable[Line], there: Collection[str]) -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
    for line in lines:
        reasons = [
            (column, "unknown_skill", f"There is no skill {link.slug}, neither stored nor in a line that can be imported.")
            for column, links in (("prerequisites", line.cells.prerequisites), ("related", line.cells.related))
            for link in links or ()
            if link.slug not in there
        ]
        if reasons:
            yield line.number, reasons


def _circles(standing: Mapping[str, Line], known: Known) -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
    graph = _graph(standing, known)
    rest = graph.keys() - _depths(graph).keys()
    for circle in _components({slug: [to for to in graph[slug] if to in rest] for slug in rest}):
        for slug in circle:
            if slug in standing:
                others = ", ".join(sorted(circle - {slug})[:5])
                yield standing[slug].number, [("prerequisites", "circle", f"{slug} would come before itself, by way of {others}.")]


def _too_deep(standing: Mapping[str, Line], known: Known) -> Iterator[tuple[int, list[tuple[str, str, str]]]]:
    graph = _graph(standing, known)
    depths = _depths(graph)
    for slug, depth in depths.items():
        if depth == DEEPEST + 1:
            while slug not in standing:
                slug = max(graph[slug], key=lambda to: depths[to])  # noqa: PLW2901 - walks down the chain to the first line of the file
            yield standing[slug].number, [("prerequisites", "chain_too_long", f"Prerequisites may stand {DEEPEST} deep.")]


def _graph(standing: Mapping[str, Line], known: Known) -> dict[str, Mapping[str, int]]:
    graph = {slug: _required(standing.get(slug), slug, known) for slug in {*known.before, *standing}}
    for slug in [to for below in graph.values() for to in below]:
        graph.setdefault(slug, {})
    return graph


def _depths(graph: Graph) -> dict[str, int]:
    """Return how deep each skill's prerequisites go; those that come to a circle are left out."""
    above: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    for slug, below in graph.items():
        missing[slug] = len(below)
        for to in below:
            above.setdefault(to, []).append(slug)
    depths = {slug: 0 for slug, count in missing.items() if not count}
    ready = list(depths)
    while ready:
        low = ready.pop()
        for slug in above.get(low, ()):
            missing[slug] -= 1
            if not missing[slug]:
                depths[slug] = 1 + max(depths[to] for to in graph[slug])
                ready.append(slug)
    return depths


def _components(graph: Mapping[str, Sequence[str]]) -> Iterator[set[str]]:
    """Yield the sets of skills that lead to one another (Kosaraju), if they are more than one."""
    order: list[str] = []
    seen: set[str] = set()
    for start in sorted(graph):
        stack = [(start, iter(graph[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            slug, onward = stack[-1]
            to = next((to for to in onward if to not in seen), None)
            if to is None:
                order.append(stack.pop()[0])
            else:
                seen.add(to)
                stack.append((to, iter(graph[to])))
    back: dict[str, list[str]] = {}
    for slug, onward in graph.items():
        for to in onward:
            back.setdefault(to, []).append(slug)
    done: set[str] = set()
    for start in reversed(order):
        if start in done:
            continue
        found, left = {start}, [start]
        while left:
            left += [to for to in back.get(left.pop(), ()) if to not in done and to not in found and not found.add(to)]
        done |= found
        if len(found) > 1:
            yield found
