"""Meeting rooms at Jitsi: the address of a room, and where a secret is configured a signed ticket as host or guest."""

from datetime import datetime
from urllib.parse import urlsplit

import jwt
from msgspec import Struct

from skillhall.kernel.config import Config
from skillhall.learning.model.session import Session
from skillhall.learning.model.terms import minutes


class Room(Struct, frozen=True):
    """Where to meet, and the ticket in the address where the room asks for one."""

    join_url: str
    token: str | None


def room_of(config: Config, session: Session, name: str, wall: datetime, *, is_host: bool) -> Room:
    """Return the room as one person enters it. The ticket is wall time: it is good from now for the length of the session and its grace."""
    room = f"skillhall-{session.room}"
    address = f"{config.jitsi_url.rstrip('/')}/{room}"
    if not (config.jitsi_app_id and config.jitsi_secret):
        return Room(address, None)
    terms = session.terms
    lasts = session.ends_at - session.starts_at + minutes(terms.open_minutes + terms.decide_minutes + terms.grace_minutes)
    claims = {
        "aud": "jitsi",
        "iss": config.jitsi_app_id,
        "sub": urlsplit(config.jitsi_url).hostname,
        "room": room,
        "nbf": int(wall.timestamp()) - 30,
        "exp": int((wall + lasts).timestamp()),
        "context": {"user": {"name": name, "affiliation": "owner" if is_host else "member", "moderator": is_host}},
        "moderator": is_host,
    }
    token = jwt.encode(claims, config.jitsi_secret, algorithm="HS256")
    return Room(f"{address}?jwt={token}", token)
