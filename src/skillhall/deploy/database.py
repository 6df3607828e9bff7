"""Which database a verb works on: the operator's server, or the embedded one of the data folder, shared with a running hall."""

from collections.abc import Generator
from contextlib import contextmanager

from skillhall.deploy import embedded
from skillhall.kernel.config import Config


@contextmanager
def attached(config: Config, *, own: bool = False, linger: float = 0.0) -> Generator[str]:
    """Yield the DSN. An embedded server that runs is shared; else it is started for as long as the verb takes.

    A hall starts its `own`: it waits for a short verb to end rather than share a server that ends with it. Whoever started the server
    waits at the end at most `linger` seconds for those who share it.
    """
    if config.database_url:
        yield config.database_url
        return
    server = embedded.start(config.data / "postgres", adopt=not own)
    try:
        yield server.dsn
    finally:
        server.stop(linger=linger)
