"""Every operation of our OpenAPI, as three roles: once by the book, then with whatever its schema allows. No 500, nothing undocumented."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.fuzz.conftest import PASSWORD, Populated, Role
from tests.fuzz.filling import FOUND, IDS, meant
from tests.support import record
from tests.support.server import ROOT

pytestmark = pytest.mark.slow
EXAMPLES: Final = 100 if os.environ.get("FULL") == "1" else 1
PARTS: Final = 4  # so that the workers share it
CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WORDS: Final = {
    "category": "music", "key": "headline", "provider": "sandbox", "reason": "As agreed.", "role": "support", "search": "cello",
    "slug": "cello", "type": "application/pdf",
}  # fmt: skip
DAYS: Final = {"on": 90, "from": 90, "to": 93}
LAST: Final = ("signOut", "closeOwnAccount", "advanceClock")
ORDER: Final = ("get", "put", "patch", "post", "delete")
SETTINGS: Final = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, verbosity=Verbosity.quiet,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large], phases=[Phase.generate],
)  # fmt: skip


class Fuzz:
    """One run: what it sends, and what it finds."""

    def __init__(self, hall: Populated, document: dict[str, Any], part: int = 0, parts: int = 1) -> None:
        self.hall = hall
        schema: Any = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=hall.served.base)
        found = [one for result in schema.get_all_operations() if name_of(one := result.ok()) != "openStream"]  # it does not end
        self.operations = sorted(found, key=lambda one: (ORDER.index(one.method), one.path))[part::parts]
        self.succeeded: set[str] = set()
        self.failures: dict[tuple[str, str], str] = {}
        self.requests = 0

    def by_the_book(self, operation: Any, role: Role) -> None:
        """Send what the document gives as the example, about things that exist."""
        raw = operation.definition.raw
        required = [one["name"] for one in raw.get("parameters", []) if one.get("required") and one["in"] == "query"]
        content = raw.get("requestBody", {}).get("content", {}).get("application/json")
        body = {} if content is None else {"body": self.real(content.get("example", {}), 0), "media_type": "application/json"}
        path = {name: self.value(name, 0, operation.path) for name in re.findall(r"\{(\w+)\}", operation.path)}
        query = {name: self.value(name, 0) for name in required}
        self.send(
            operation.Case(path_parameters=path, query=query, headers={"Idempotency-Key": f"{role.name}-{name_of(operation)}"}, **body),
            role,
        )

    def at_random(self, operation: Any, roles: Sequence[Role], how: settings = SETTINGS) -> None:
        """Send what the schema allows and what it does not, mostly about things that exist: each case as all these roles."""

        kinds = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

        @how
        @given(case=st.one_of(*kinds), choice=st.integers(0, 9))
        def attempt(case: Any, choice: int) -> None:
            if choice:
                case.path_parameters = {name: self.value(name, choice, operation.path) for name in case.path_parameters or {}}
                case.body = self.real(case.body, choice)
                case.headers = {name: value for name, value in (case.headers or {}).items() if name not in {"X-Profile-Id", "If-Match"}}
            if name_of(operation) == "advanceClock":
                case.body = {"minutes": choice + 1}
            for role in roles:
                self.send(case, role)

        attempt()

    def send(self, case: Any, role: Role) -> None:
        """Send one request and note what is wrong with its answer."""
        operation = case.operation
        case.body = self.unlocked(case.body)
        self.requests += 1
        answer = case.call(session=role.session)
        if answer.status_code < 300:
            self.succeeded.add(name_of(operation))
        if answer.headers.get("content-type", [""])[0].startswith("application/json") and answer.status_code >= 400:
            record.note("refusal", answer.json()["error"]["reason"])
        try:
            case.validate_response(answer, checks=CHECKS)
        except (FailureGroup, Failure) as failure:
            for one in getattr(failure, "exceptions", [failure]):
                told = f"as {role.name}: {case.as_curl_command()}\n  -> {answer.status_code} {answer.text[:600]}\n  {one}"
                self.failures.setdefault((name_of(operation), type(one).__name__), told)

    def value(self, name: str, choice: int, path: str = "") -> Any:
        """Return something that exists for this parameter or field, or nothing."""
        ids = self.hall.known.get(meant(name, path))
        if ids:
            return ids[choice % len(ids)]
        return f"{datetime.now(UTC) + timedelta(days=DAYS[name]):%Y-%m-%d}" if name in DAYS else WORDS.get(name)

    def real(self, body: Any, choice: int) -> Any:
        """Return a body whose ids name things that exist."""
        if isinstance(body, list):
            return [self.real(one, choice) for one in body]
        if not isinstance(body, dict):
            return body
        return {name: self.named(name, value, choice) for name, value in body.items()}

    def named(self, name: str, value: Any, choice: int) -> Any:
        """Return a field's value, of something that exists if it is an id or a list of them."""
        if name.endswith("Id") and isinstance(value, str):
            return self.value(name, choice) or value
        if name.endswith("Ids") and isinstance(value, list):
            return [self.named(name[:-1], one, choice + number) for number, one in enumerate(value)]
        return self.real(value, choice)

    def unlocked(self, body: Any) -> Any:
        """Return a body with the password the roles have: five wrong ones would lock them out."""
        if not isinstance(body, dict):
            return body
        if set(body) == {"email", "password"}:
            return {"email": self.hall.roles[1].email, "password": PASSWORD}
        return body | {"currentPassword": PASSWORD, "newPassword": PASSWORD} if "newPassword" in body else body


def name_of(operation: Any) -> str:
    return operation.definition.raw["operationId"]


def told(fuzz: Fuzz) -> Iterator[str]:
    """Yield the summary's lines."""
    total, well = len(fuzz.operations), len(fuzz.succeeded)
    yield f"schemathesis: {fuzz.requests} requests; {well} of {total} operations got a 2xx ({well / total:.0%})."
    yield "Without one: " + ", ".join(sorted({name_of(one) for one in fuzz.operations} - fuzz.succeeded))


def test_there_is_something_for_every_path():
    document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    wanted = {(path, name) for path in document["paths"] for name in re.findall(r"\{(\w+)\}", path)}
    assert len(wanted) > 100
    assert sorted((path, name) for path, name in wanted if meant(name, path) not in {*IDS, *FOUND, *WORDS, *DAYS}) == []


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.full) for part in range(1, PARTS))])
def test_whatever_is_sent_the_answer_is_documented(populated: Populated, part: int, capsys: pytest.CaptureFixture[str]):
    document = requests.get(f"{populated.served.base}/api/openapi.json", timeout=10).json()
    fuzz = Fuzz(populated, document, part, PARTS)
    for is_last in (False, True):
        operations = [one for one in fuzz.operations if (name_of(one) in LAST) == is_last]
        for role in populated.roles:
            for operation in operations:
                role.ready()
                fuzz.by_the_book(operation, role)
        for operation in operations:
            for role in populated.roles:
                role.ready()
            fuzz.at_random(operation, populated.roles)
    with capsys.disabled():
        print("\n" + "\n".join(told(fuzz)))
    assert list(fuzz.failures.values()) == [], "\n\n".join(fuzz.failures.values())
    assert len(fuzz.succeeded) >= len(fuzz.operations) / 2
    assert planted(populated, document) == {"UndefinedStatusCode", "JsonSchemaError"}


def planted(populated: Populated, document: dict[str, Any]) -> set[str]:
    """Return what is found when the document keeps a refusal to itself and promises a field that does not come."""
    page = document["paths"]["/api/v1/skills"]["get"]
    del page["responses"]["400"]
    listed = page["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    document["components"]["schemas"][listed]["required"].append("weather")
    document["paths"] = {"/api/v1/skills": {"get": page}}
    fuzz = Fuzz(populated, document)
    fuzz.by_the_book(fuzz.operations[0], populated.roles[0])
    fuzz.at_random(fuzz.operations[0], populated.roles[:1], settings(SETTINGS, max_examples=10))
    return {kind for _, kind in fuzz.failures}
