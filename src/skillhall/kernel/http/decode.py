"""Input decoded: JSON bodies and query strings, by decoders compiled once per operation."""

import types
from datetime import datetime
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from skillhall.kernel.http import fields, storable
from skillhall.kernel.http.problem import Malformed, WrongMedia
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery

DEEPEST_PAGE = 10_000
LISTS = (list, tuple, set, frozenset)
FROM_LIST = frozenset(ListQuery.__struct_fields__)


class BodyDecoder:
    """Decodes the JSON body of one operation."""

    def __init__(self, annotation: Any) -> None:  # noqa: ANN401 - any type msgspec knows
        """Compile the decoder once."""
        self._annotation = annotation
        self._decoder = msgspec.json.Decoder(annotation)
        self._may_be_absent = type(None) in get_args(annotation)

    def decode(self, raw: bytes, media: bytes) -> Any:  # noqa: ANN401
        """Return the body; no body at all is the empty object, or None where the operation takes that."""
        if not raw:
            if self._may_be_absent:
                return None
            raw = b"{}"
        elif not _is_json(media):
            raise WrongMedia(expected="application/json")
        try:
            storable.examine(raw)
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise self._invalid(raw, error) from error
        except RecursionError as error:
            raise Malformed(problem="it is nested too deeply") from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _malformed(error) from error

    def _invalid(self, raw: bytes, error: msgspec.ValidationError) -> Invalid:
        try:
            found = fields.collect(self._annotation, msgspec.json.decode(raw), "body")
        except RecursionError:
            return Malformed(problem="it is nested too deeply")
        except (msgspec.DecodeError, UnicodeDecodeError) as worse:
            return _malformed(worse)
        return Invalid(*(found or [FieldError("", "body", *fields.translated(str(error)))]))


class QueryDecoder:
    """Decodes the query string of one operation; an operation without a query Struct takes no key at all."""

    def __init__(self, struct: type[Struct] | None) -> None:
        """Compile what is known beforehand: names, which of them are lists, and the query that says nothing."""
        self._struct = struct
        taken = () if struct is None else msgspec.structs.fields(struct)
        self._lists: dict[str, bool] = {field.encode_name: _is(LISTS, field.type) for field in taken}
        self._times = frozenset(field.encode_name for field in taken if _is((datetime,), field.type))
        required = any(field.required for field in taken)
        self._silent = None if struct is None or required else msgspec.convert({}, struct)

    def decode(self, query: bytes) -> Any:  # noqa: ANN401
        """Return the query, or refuse with everything wrong in it."""
        if not query and (self._struct is None or self._silent is not None):
            return self._silent
        given = self._given(query)
        errors = [FieldError(name, "query", "unknown_field", "There is no such parameter.") for name in given if name not in self._lists]
        if "filter" in given and "filter" in self._lists:
            errors += self._merge(given)
        known = {name: self._timely(name, value) for name, value in given.items() if name in self._lists}
        if self._struct is None:
            return _or_refuse(None, errors)
        try:
            query_struct = msgspec.convert(known, self._struct, strict=False)
        except msgspec.ValidationError:
            raise Invalid(*errors, *fields.collect(self._struct, known, "query", strict=False)) from None
        if isinstance(query_struct, ListQuery) and query_struct.page * query_struct.limit > DEEPEST_PAGE:
            errors.append(FieldError("page", "query", "too_large", f"page times limit goes to {DEEPEST_PAGE}; follow nextCursor beyond."))
        return _or_refuse(query_struct, errors)

    def _timely(self, name: str, value: Any) -> Any:  # noqa: ANN401
        """Return the value; a bare number, which msgspec would take for seconds since 1970, becomes what it refuses."""
        return "" if name in self._times and isinstance(value, str | int | float) and ":" not in str(value) else value

    def _given(self, query: bytes) -> dict[str, Any]:
        try:
            pairs = parse_qsl(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=200)
        except ValueError as error:
            raise Invalid(FieldError("", "query", "malformed", "The query string is not valid.")) from error
        given: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, value in pairs:
            if problem := storable.unstorable(name) or storable.unstorable(value):
                errors.append(FieldError(name, "query", "not_storable", problem))
            if self._lists.get(name):
                given.setdefault(name, []).extend(value.split(",") if value else [])
            elif name in given:
                errors.append(FieldError(name, "query", "repeated", "Give this once."))
            else:
                given[name] = value
        return _or_refuse(given, errors)

    def _merge(self, given: dict[str, Any]) -> list[FieldError]:
        """Move the members of the JSON in `filter` among the named parameters."""
        raw = given.pop("filter").encode()
        try:
            storable.examine(raw)
            members = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            return [FieldError("filter", "query", "malformed", "Must be a JSON object.")]
        errors: list[FieldError] = []
        for name, value in members.items():
            if name not in self._lists or name in FROM_LIST:
                errors.append(FieldError(f"filter.{name}", "query", "unknown_field", "There is no such filter."))
            elif name in given:
                errors.append(FieldError(f"filter.{name}", "query", "repeated", "Give this once."))
            else:
                given[name] = [value] if self._lists[name] and not isinstance(value, list) else value
        return errors


def _or_refuse(value: Any, errors: list[FieldError]) -> Any:  # noqa: ANN401
    if errors:
        raise Invalid(*errors)
    return value


def _malformed(error: Exception) -> Malformed:
    text = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error).removeprefix("JSON is malformed: ")
    return Malformed(problem=text[:1].lower() + text[1:])


def _is_json(media: bytes) -> bool:
    kind = media.partition(b";")[0].strip().lower()
    return kind == b"application/json" or (kind.startswith(b"application/") and kind.endswith(b"+json"))


def _is(kinds: tuple[type, ...], annotation: Any) -> bool:  # noqa: ANN401
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        return any(_is(kinds, choice) for choice in get_args(annotation))
    return annotation in kinds or get_origin(annotation) in kinds
