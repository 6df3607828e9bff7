"""Every operation of our OpenAPI, as three roles: once by the book, then with whatever its schema allows. No 500, nothing undocumented."""

import os
import re
from collections.abc import Iterator
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
from tests.support import record

pytestmark = pytest.mark.slow
EXAMPLES: Final = 100 if os.environ.get("FULL") == "1" else 10
CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ALIKE: Final = {"hostId": "accountId", "toAccountId": "accountId"}
LAST: Final = ("signOut", "closeOwnAccount", "advanceClock")
ORDER: Final = ("get", "put", "patch", "post", "delete")
SETTINGS: Final = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, verbosity=Verbosity.quiet,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large], phases=[Phase.generate],
)  # fmt: skip


class Fuzz:
    """One run: what it sends, and what it finds."""

    def __init__(self, hall: Populated, document: dict[str, Any]) -> None:
        self.hall = hall
        schema: Any = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=hall.served.base)
        found = [result.ok() for result in schema.get_all_operations()]
        self.operations = sorted(found, key=lambda one: (name_of(one) in LAST, ORDER.index(one.method), one.path))
        self.succeeded: set[str] = set()
        self.failures: dict[tuple[str, str], str] = {}
        self.requests = 0

    def by_the_book(self, operation: Any, role: Role) -> None:
        """Send what the document gives as the example, about things that exist."""
        raw = operation.definition.raw
        required = [one["name"] for one in raw.get("parameters", []) if one.get("required") and one["in"] == "query"]
        content = raw.get("requestBody", {}).get("content", {}).get("application/json")
        body = {} if content is None else {"body": self.real(content.get("example", {}), 0), "media_type": "application/json"}
        path = {name: self.value(name, 0) or "none" for name in re.findall(r"\{(\w+)\}", operation.path)}
        query = {name: self.value(name, 0) for name in required}
        self.send(
            operation.Case(path_parameters=path, query=query, headers={"Idempotency-Key": f"{role.name}-{name_of(operation)}"}, **body),
            role,
        )

    def at_random(self, operation: Any, role: Role) -> None:
        """Send what the schema allows and what it does not, mostly about things that exist."""

        kinds = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

        @SETTINGS
        @given(case=st.one_of(*kinds), choice=st.integers(0, 9))
        def attempt(case: Any, choice: int) -> None:
            if choice:
                case.path_parameters = {name: self.value(name, choice) or value for name, value in (case.path_parameters or {}).items()}
                case.body = self.real(case.body, choice)
                case.headers = {name: value for name, value in (case.headers or {}).items() if name not in {"X-Profile-Id", "If-Match"}}
            if name_of(operation) == "advanceClock":
                case.body = {"minutes": choice + 1}
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

    def value(self, name: str, choice: int) -> Any:
        """Return something that exists for this path or query parameter, or nothing."""
        ids = self.hall.known.get(ALIKE.get(name, name))
        if ids:
            return ids[choice % len(ids)]
        soon = datetime.now(UTC) + timedelta(days=90)
        days = {"on": soon, "from": soon, "to": soon + timedelta(days=3)}
        words = {"category": "music", "slug": "cello", "search": "cello", "role": "support", "reason": "As agreed."}
        return f"{days[name]:%Y-%m-%d}" if name in days else words.get(name)

    def real(self, body: Any, choice: int) -> Any:
        """Return a body whose ids name things that exist."""
        if isinstance(body, list):
            return [self.real(one, choice) for one in body]
        if not isinstance(body, dict):
            return body
        changed = {
            name: self.value(name, choice) if name.endswith("Id") and isinstance(value, str) else value for name, value in body.items()
        }
        return {name: self.real(value, choice) for name, value in changed.items()}

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


@pytest.mark.timeout(3600)
def test_whatever_is_sent_the_answer_is_documented(populated: Populated, capsys: pytest.CaptureFixture[str]):
    document = requests.get(f"{populated.served.base}/api/openapi.json", timeout=10).json()
    fuzz = Fuzz(populated, document)
    for role in populated.roles:
        for send in (fuzz.by_the_book, fuzz.at_random):
            for operation in fuzz.operations:
                role.ready()
                send(operation, role)
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
    for send in (fuzz.by_the_book, fuzz.at_random):
        send(fuzz.operations[0], populated.roles[0])
    return {kind for _, kind in fuzz.failures}
