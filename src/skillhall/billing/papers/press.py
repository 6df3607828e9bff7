"""The press: papers as PDF, set by typst in one family that has Latin, Devanagari and ₹; other scripts in what fonts the machine has.

The compiler and the fonts are loaded with the first paper a process prints, and kept.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from skillhall.billing.model.invoice import Paper
from skillhall.billing.papers.sheet import sheet

ONE_PAPER: Final = ThreadPoolExecutor(1, thread_name_prefix="press")
SHEET: Final = Path(__file__).with_name("invoice.typ")
FONTS: Final = files("fontpkg_mukta") / "files"


async def printed(paper: Paper, issued_at: datetime, community: str) -> bytes:
    """Return a paper as PDF: the same bytes whenever it is asked for."""
    return await asyncio.get_running_loop().run_in_executor(ONE_PAPER, _printed, paper, issued_at, community)


def _printed(paper: Paper, issued_at: datetime, community: str) -> bytes:
    inputs = {"sheet": msgspec.json.encode(sheet(paper, community)).decode()}
    return _compiler().compile(format="pdf", sys_inputs=inputs, timestamp=int(issued_at.timestamp()))


@cache
def _compiler() -> Any:  # noqa: ANN401 - naming its class here would load the library at the start
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(SHEET), root=str(SHEET.parent), font_paths=fonts)
