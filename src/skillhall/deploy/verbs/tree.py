"""All verbs of the `skillhall` command. Each attaches to the running hall's database, never a second server on one data folder."""

import ast
import importlib
from pathlib import Path
from typing import Final

import typer

VERBS: Final = {
    "up": "run:up",
    "serve": "run:serve",
    "work": "run:work",
    "migrate": "data:migrate",
    "verify": "operate:verify",
    "reconcile": "reconcile:reconciliation",
    "fund": "fund:fund",
    "catalogue": "catalogue:catalogue",
    "demo": "data:demo",
    "tour": "tour:tour",
    "doctor": "show:doctor",
    "backup": "data:backup",
    "restore": "data:restore",
    "accounts": "operate:accounts",
    "jobs": "operate:jobs",
    "events": "operate:events",
    "clock": "operate:clock",
    "mail": "mail:mail",
    "skills": "skills:skills",
    "gateway": "show:gateway",
    "openapi": "show:openapi",
}
"""Verb or group of verbs → module of this folder and its function or `Typer`."""


def tree(verb: str) -> typer.Typer:
    """Return the command with this verb alone, so that nothing but its module is loaded; for any other word, with what each verb is for."""
    app = typer.Typer(
        help="Skillhall: the backend for communities where people teach, hire and help each other.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # else a single verb would be the whole command
    if verb not in VERBS:
        for name in VERBS:
            app.command(name, help=_about(name))(lambda: None)
        return app
    module, _, attribute = VERBS[verb].partition(":")
    found = getattr(importlib.import_module(f"skillhall.deploy.verbs.{module}"), attribute)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=verb)
    else:
        app.command(verb)(found)
    return app


def _about(verb: str) -> str:
    """Return what the source says about a verb or a group, without loading it: that takes ten times as long as reading."""
    module, _, attribute = VERBS[verb].partition(":")
    for statement in ast.parse(Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")).body:
        match statement:
            case ast.FunctionDef(name=name) if name == attribute:
                return ast.get_docstring(statement) or ""
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(keywords=[ast.keyword(value=ast.Constant(value=about)), *_])) if (
                name == attribute
            ):
                return str(about)
            case _:
                pass
    raise AssertionError(f"{module}.py has no {attribute}")
