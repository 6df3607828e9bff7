"""The Socket.IO server without the rest of its library.

`import socketio` loads its clients and every message queue it knows (requests, redis, aio-pika): 0.9 s of CPU that nobody here needs.
So the two packages are entered without their `__init__`, for the modules of the asyncio server only: 0.09 s. Afterwards they are as if
never seen, and who imports them gets them whole.
"""

import importlib
import logging
import sys
from importlib.util import find_spec, module_from_spec
from typing import Any, Final

PACKAGES: Final = ("engineio", "socketio")


def load() -> tuple[Any, Any, Any, Any, type[Exception]]:
    """Return the classes of the server, the transport's packets and its own, the module of exceptions, what the transport raises."""
    found = {name: sys.modules.get(name) for name in PACKAGES}
    for name, module in found.items():
        spec = find_spec(name)
        if module is None and spec is not None:
            sys.modules[name] = module_from_spec(spec)
    try:
        engine = sys.modules["engineio"]
        engine.AsyncServer = importlib.import_module("engineio.async_server").AsyncServer  # pyright: ignore[reportAttributeAccessIssue]
        engine.Server = importlib.import_module("engineio.server").Server  # pyright: ignore[reportAttributeAccessIssue]
        packet = importlib.import_module("engineio.packet").Packet
        broken = importlib.import_module("engineio.exceptions").EngineIOError
        own = importlib.import_module("socketio.packet").Packet
        exceptions = importlib.import_module("socketio.exceptions")
        server = importlib.import_module("socketio.async_server").AsyncServer
    finally:
        for name, module in found.items():
            if module is None:
                del sys.modules[name]
    for name in PACKAGES:  # they log every packet, and what clients do wrong as errors of ours
        logging.getLogger(f"{name}.server").setLevel(logging.CRITICAL)
    return server, packet, own, exceptions, broken
