"""HTTP: endpoints declared once, and the edge that serves, documents and protects them."""

from skillhall.kernel.http.call import Call, Match
from skillhall.kernel.http.endpoint import Endpoint, Key, delete, endpoints_of, get, patch, post, put
from skillhall.kernel.http.envelope import Answer, Deleted, Job, Raw, Redirect
from skillhall.kernel.http.gate import Gate
from skillhall.kernel.http.limits import RateLimited, StrictLimits, Verdict
from skillhall.kernel.http.request import Upload

__all__ = [
    "Answer",
    "Call",
    "Deleted",
    "Endpoint",
    "Gate",
    "Job",
    "Key",
    "Match",
    "RateLimited",
    "Raw",
    "Redirect",
    "StrictLimits",
    "Upload",
    "Verdict",
    "delete",
    "endpoints_of",
    "get",
    "patch",
    "post",
    "put",
]
