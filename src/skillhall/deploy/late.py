"""What most processes never use is imported in name only, and loaded when it is first touched.

A server that reads no calendar and fills no demo neither waits for what that needs nor keeps it in memory. Source files import these
modules as they import any; the delay lasts where they write `import aiohttp`, and neither `from aiohttp import …` nor an annotation,
a constant or a base class of it at the top of a file. In tests and in programs that do not `install` it, everything is loaded at once.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any, Final

LATE: Final = frozenset(
    {
        "aiohttp",
        "apprise",
        "icalendar",
        "obstore",
        "py_vapid",
        "pywebpush",
        "skillhall.calendar.outside.fetch",
        "skillhall.deploy.backup",
        "skillhall.deploy.demo",
        "skillhall.notifications.words.speech",
        "typst",
    }
)
_LOADING: Final = RLock()


class LateModule(ModuleType):
    """A module that waits. `importlib.util.LazyLoader` would end its wait where a second file imports it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        """Load the module at the first look at something it holds, once, whatever thread looks; Python itself looks at `__names__`."""
        spec = None if name.startswith("__") else self.__spec__
        with _LOADING:
            if spec is not None and isinstance(spec.loader, LateLoader):
                spec.loader = self.__loader__ = spec.loader.real
                spec.loader.exec_module(self)
                self.__class__ = ModuleType  # pyright: ignore[reportAttributeAccessIssue] - Python allows it, for exactly this
        return ModuleType.__getattribute__(self, name)


class LateLoader(Loader):
    """Makes modules that wait for `real` to load them."""

    def __init__(self, real: Loader) -> None:
        """Load nothing."""
        self.real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return an empty one."""
        return LateModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


class LateFinder:
    """Finds these modules where Python finds them."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where the module is, or nothing for one that does not wait."""
        spec = PathFinder.find_spec(name, path, target) if name in LATE else None
        if spec is not None and spec.loader is not None:
            spec.loader = LateLoader(spec.loader)
        return spec


def install() -> None:
    """Let these modules wait in this process."""
    sys.meta_path.insert(0, LateFinder)
