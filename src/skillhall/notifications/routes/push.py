"""Browsers that take pushes."""

from skillhall.kernel.http import Answer, Call, Key, get, post
from skillhall.notifications.commands import subscribe as commands
from skillhall.notifications.model.push import DroppedView, DropSubscription, PushKeyView, Subscribe, SubscriptionView
from skillhall.notifications.outside.push import Pushes

EXAMPLE = {
    "endpoint": "https://push.example.org/send/f1a2b3c4",
    "expirationTime": None,
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


@get("/notifications/push-key", public=True)
async def read_push_key(call: Call) -> PushKeyView:
    """Return the key a browser needs to subscribe.

    The hall's VAPID public key, for `pushManager.subscribe({applicationServerKey})`. It is another one after the hall's secret has changed.
    """
    return PushKeyView(public_key=call.read.port(Pushes).public_key)


@post("/notifications/subscribe", key=Key.NATURAL, example=EXAMPLE)
async def subscribe_browser(call: Call, data: Subscribe) -> Answer[SubscriptionView]:
    """Let this browser take pushes.

    Takes the browser's PushSubscription as its `toJSON()` gives it. The endpoint is the natural key; a browser that another account
    signs in with next belongs to that. Signing out ends it.
    """
    return await call.run(commands.subscribe, data, call.header("user-agent") or "")


@post("/notifications/unsubscribe", key=Key.NATURAL, example={"endpoint": EXAMPLE["endpoint"]})
async def unsubscribe_browser(call: Call, data: DropSubscription) -> Answer[DroppedView]:
    """End a browser's pushes."""
    return await call.run(commands.drop_subscription, data)
