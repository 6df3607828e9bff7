"""Second names of endpoints: method and path only, the same body and answer (api.md section 1).

Each row maps (method, path) to the canonical (method, path), with the same parameter names.
"""

from typing import Final

RENAMES: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("POST", "/auth/refresh"): ("POST", "/auth/refresh-token"),
    ("GET", "/auth/sessions"): ("GET", "/auth/logins"),
    ("DELETE", "/auth/sessions/{login_id}"): ("DELETE", "/auth/logins/{login_id}"),
    ("GET", "/availability/worker/{account_id}"): ("GET", "/availability/{account_id}"),
    ("GET", "/availability/worker/{account_id}/slots"): ("GET", "/availability/{account_id}/slots"),
    ("PUT", "/availability"): ("PUT", "/users/me/availability"),
    ("POST", "/payments/create-intent"): ("POST", "/payments/intent"),
    ("POST", "/payments/create-order"): ("POST", "/payments/intent"),
    ("PATCH", "/notifications/{id}/read"): ("PUT", "/notifications/{id}/read"),
    ("PATCH", "/notifications/read-all"): ("PUT", "/notifications/read-all"),
    ("GET", "/notifications/settings"): ("GET", "/notifications/preferences"),
    ("PUT", "/notifications/settings"): ("PUT", "/notifications/preferences"),
}
