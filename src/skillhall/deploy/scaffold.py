"""`make new-context NAME=gardening STOREY=5`: the skeleton of a context that passes `make check`, and its place in the lists."""

import keyword
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from skillhall.deploy.contexts import MODULES

FILES = {
    "__init__.py": '"""{Name}: say here what it owns, whom it asks, what it says."""\n',
    "module.py": (
        '"""The declaration of {name} on one screen."""\n\n'
        "from skillhall.kernel.module import Module\n\n"
        'MODULE = Module(name="{name}", storey={storey})\n'
    ),
    "api.py": '"""The face of {name}: what other contexts may use."""\n',
    "events.py": '"""What {name} says: facts, as ids and numbers."""\n',
    "migrations/{stamp}_{name}.sql": "-- Everything {name} stores.\nCREATE SCHEMA {name};\n",
}
TEST = (
    '"""The declaration of {name}."""\n\n'
    "from skillhall.deploy.contexts import MODULES\n\n\n"
    "def test_it_is_part_of_the_house() -> None:\n"
    '    assert [module.storey for module in MODULES if module.name == "{name}"] == [{storey}]\n'
)


class ScaffoldError(Exception):
    """The context cannot be made; the text says why."""


def scaffold(root: Path, name: str, storey: int) -> list[Path]:
    """Write the skeleton of context `name` below `root` and enter it in the lists; return the new files."""
    source = root / "src" / "skillhall"
    if not re.fullmatch(r"[a-z][a-z]+", name) or keyword.iskeyword(name):
        raise ScaffoldError(f"{name!r} is not a plain lower-case word.")
    if (source / name).exists():
        raise ScaffoldError(f"There is a context {name} already.")
    if not 1 <= storey <= 10:  # noqa: PLR2004 - the storeys of the house
        raise ScaffoldError("Storeys go from 1 to 10.")
    words = {"name": name, "Name": name.title(), "storey": storey, "stamp": f"{datetime.now(UTC):%Y%m%d%H%M}"}
    made = {source / name / path.format(**words): text.format(**words) for path, text in FILES.items()}
    made |= {
        root / "tests" / name / "__init__.py": f'"""Tests of {name}."""\n',
        root / "tests" / name / "test_module.py": TEST.format(**words),
    }
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _enter_in_contexts(source / "deploy" / "contexts.py", name, storey)
    _enter_in_contracts(root / ".importlinter", name, storey)
    return list(made)


def _enter_in_contexts(path: Path, name: str, storey: int) -> None:
    storeys = {module.name: module.storey for module in MODULES} | {name: storey}
    names = sorted(storeys, key=lambda context: (storeys[context], context))
    text = path.read_text(encoding="utf-8")
    imports = "".join(f"from skillhall.{context}.module import MODULE as {context.upper()}\n" for context in sorted(names))
    text = re.sub(r"(?:from skillhall\.\w+\.module import MODULE as \w+\n)+", imports, text)
    listed = "".join(f"    {context.upper()},\n" for context in names)
    text = re.sub(r"MODULES = \([A-Z_,\s]+\)", f"MODULES = (\n{listed})", text)
    path.write_text(text, encoding="utf-8")


def _enter_in_contracts(path: Path, name: str, storey: int) -> None:
    levels: dict[int, list[str]] = {}
    for module in MODULES:
        levels.setdefault(module.storey, []).append(module.name)
    levels.setdefault(storey, []).append(name)
    lines = "".join(f"    {' | '.join(levels[level])}\n" for level in sorted(levels, reverse=True))
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(layers =\n    deploy\n)(?:    .+\n)+?(    kernel\n)", lambda match: match[1] + lines + match[2], text, count=1)
    text = re.sub(r"(?:    skillhall\.[a-z]+(\.module)?\n)+", lambda match: f"{match[0]}    skillhall.{name}{match[1] or ''}\n", text)
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Make the context that the command line names, in the checkout this runs in, and write the generated documents anew."""
    if len(arguments) != 2 or not arguments[1].isdigit():  # noqa: PLR2004 - name and storey
        sys.exit("Say which: make new-context NAME=gardening STOREY=5")
    try:
        for new in scaffold(Path.cwd(), arguments[0], int(arguments[1])):
            print(f"  {new.relative_to(Path.cwd())}")
    except ScaffoldError as error:
        sys.exit(str(error))
    subprocess.run([sys.executable, "-m", "skillhall.deploy.docs"], check=True)  # a new process: this one knows the old list


if __name__ == "__main__":
    main(sys.argv[1:])
