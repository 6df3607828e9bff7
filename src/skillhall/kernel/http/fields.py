"""What is wrong with input: every wrong field at once, with a code and a sentence.

The first pass (msgspec) stops at the first error. Here the same types are applied field by field; what msgspec says about
one field is translated by `SENTENCES`, the one place where a catalogue of other languages would start.
"""

import re
import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from msgspec import Meta, Struct, UnsetType

from skillhall.kernel.refusals import FieldError

NAMES = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list", "object": "an object",
    "null": "nothing", "datetime": "a date and time", "date": "a date", "time": "a time", "uuid": "an id", "decimal": "a decimal number",
    "bytes": "base64 text", "duration": "a duration",
}  # fmt: skip
SENTENCES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), code, sentence)
    for pattern, code, sentence in (
        (r"^Expected `datetime` with a timezone component", "timezone_missing", "Give the time zone: 2026-11-20T10:30:00Z or +01:00."),
        (r"^Expected `datetime` with no timezone component", "timezone_given", "Give a local time without a time zone."),
        (r"^Expected `(?:str|bytes|array|object)` of length >= (\S+)", "too_short", "Must have at least {0} characters or items."),
        (r"^Expected `(?:str|bytes|array|object)` of length <= (\S+)", "too_long", "Must have at most {0} characters or items."),
        (r"^Expected `(?:int|float|decimal)` >= (\S+)", "too_small", "Must be {0} or more."),
        (r"^Expected `(?:int|float|decimal)` > (\S+)", "too_small", "Must be more than {0}."),
        (r"^Expected `(?:int|float|decimal)` <= (\S+)", "too_large", "Must be {0} or less."),
        (r"^Expected `(?:int|float|decimal)` < (\S+)", "too_large", "Must be less than {0}."),
        (r"^Expected `\w+` that's a multiple of (\S+)", "not_a_multiple", "Must be a multiple of {0}."),
        (r"^Expected `str` matching regex (.+)", "pattern", "Must match the pattern {0}."),
        (r"^Invalid enum value (.+)", "not_an_option", "{0} is not one of the options."),
        (r"^Invalid RFC3339 encoded (datetime|date|time)", "not_a_time", "Must be a valid {0} in RFC 3339."),
        (r"^Invalid UUID", "not_an_id", "Must be an id (UUID)."),
        (r"^(?:Number|Integer value|Decimal) out of range", "out_of_range", "The number is too large."),
        (r"^Object missing required field", "missing", "This field is required."),
        (r"^Object contains unknown field", "unknown_field", "There is no such field."),
        (r"^Expected `([^`]+)`, got `null`", "null", "Must be {0}, not null."),
        (r"^Expected `([^`]+)`, got `(?:\w+)`", "wrong_type", "Must be {0}."),
    )
)


def collect(annotation: Any, value: object, location: str, *, strict: bool = True) -> list[FieldError]:  # noqa: ANN401 - any type
    """Return every field of `value` that does not fit; empty when all of it fits."""
    return [FieldError(path, location, code, message) for path, code, message in _wrong(annotation, value, "", strict)]


def translated(text: str) -> tuple[str, str]:
    """Return code and sentence for what msgspec says about one value."""
    said = text.split(" - at `", maxsplit=1)[0]
    for pattern, code, sentence in SENTENCES:
        if found := pattern.match(said):
            words = (group.strip("'") if code not in {"wrong_type", "null"} else _named(group) for group in found.groups())
            return code, sentence.format(*words)
    return "invalid", said[:1].upper() + said[1:]


def _told(error: msgspec.ValidationError, annotation: Any) -> tuple[str, str]:  # noqa: ANN401
    """Return code and sentence; in the words of the type where it knows more: what a pattern means, which options there are."""
    code, sentence = translated(str(error))
    kinds = tuple(_kinds(annotation))
    match code:
        case "pattern":
            metas = (meta for _, meta in kinds if meta and meta.pattern and meta.description)
            texts = [f"{meta.description}, such as {meta.examples[0]}" if meta.examples else str(meta.description) for meta in metas]
        case "not_an_option":
            texts = [f"Must be one of: {', '.join(options)}" for kind, _ in kinds if (options := _options(kind))]
        case "wrong_type" if sentence == "Must be an object.":
            structs = (msgspec.structs.fields(kind) for kind, _ in kinds if isinstance(kind, type) and issubclass(kind, Struct))
            needed = (" and ".join(field.encode_name for field in struct if field.required) for struct in structs)
            texts = [f"Must be an object with {names}" for names in needed if names]
        case _:
            texts = []
    return code, f"{texts[0][0].upper()}{texts[0][1:]}." if texts else sentence


def _kinds(annotation: Any, meta: Meta | None = None) -> Iterator[tuple[Any, Meta | None]]:  # noqa: ANN401
    """Yield every type a value may have, with what constrains it."""
    if get_origin(annotation) is Annotated:
        for one in (one for one in annotation.__metadata__ if isinstance(one, Meta)):
            yield from _kinds(get_args(annotation)[0], one)
    elif get_origin(annotation) in (Union, types.UnionType):
        for choice in get_args(annotation):
            yield from _kinds(choice, meta)
    else:
        yield annotation, meta


def _options(kind: Any) -> list[str]:  # noqa: ANN401
    if get_origin(kind) is Literal:
        return [str(option) for option in get_args(kind)]
    return [str(option.value) for option in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _named(kinds: str) -> str:
    return " or ".join(NAMES.get(kind.strip(), kind.strip()) for kind in kinds.split("|"))


def _wrong(annotation: Any, value: object, path: str, strict: bool) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401, FBT001
    try:
        msgspec.convert(value, annotation, strict=strict)
    except msgspec.ValidationError as error:
        below = list(_below(annotation, value, path, strict))
        yield from below or [(path, *_told(error, annotation))]


def _below(annotation: Any, value: object, path: str, strict: bool) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401, FBT001
    """Yield what is wrong inside a container; nothing when the fault is in the value as a whole."""
    inner = _bare(annotation)
    dot = f"{path}." if path else ""
    origin, arguments = get_origin(inner), get_args(inner)
    if isinstance(value, dict):
        found = cast("dict[str, object]", value)
        if isinstance(inner, type) and issubclass(inner, Struct):
            yield from _in_struct(inner, found, dot, strict)
        elif origin is dict:
            for key, item in found.items():
                yield from _wrong(arguments[1], item, f"{dot}{key}", strict)
    elif isinstance(value, list) and origin in (list, set, frozenset, tuple):
        if origin is tuple and arguments[-1:] != (...,):
            return
        for index, item in enumerate(cast("list[object]", value)):
            yield from _wrong(arguments[0], item, f"{dot}{index}", strict)


def _in_struct(struct: type[Struct], value: dict[str, object], dot: str, strict: bool) -> Iterator[tuple[str, str, str]]:  # noqa: FBT001
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name, field in fields.items():
        if name in value:
            yield from _wrong(field.type, value[name], dot + name, strict)
        elif field.required:
            yield dot + name, *translated("Object missing required field")
    if struct.__struct_config__.forbid_unknown_fields:
        for name in value:
            if name not in fields:
                yield dot + name, *translated("Object contains unknown field")


def _bare(annotation: Any) -> Any:  # noqa: ANN401
    """Return the type without constraints; of a union, its one container."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        choices = [_bare(choice) for choice in get_args(annotation) if choice not in (type(None), UnsetType)]
        containers = [one for one in choices if get_origin(one) is not None or (isinstance(one, type) and issubclass(one, Struct))]
        return containers[0] if len(containers) == 1 else choices[0] if len(choices) == 1 else annotation
    return annotation
