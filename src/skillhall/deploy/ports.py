"""Opening the ports of this process, and the name of whoever has taken one."""

import errno
import socket

import psutil

from skillhall.kernel.config import Config

HIGHEST = 65_535
PYTHON = ("python", "Python")


class PortTakenError(Exception):
    """Another process listens there already; `free` is the next port that nobody has."""

    def __init__(self, port: int, holder: str, free: int) -> None:
        """Keep the port, the process's name and a way out."""
        super().__init__(f"Port {port} is taken by {holder}.")
        self.port = port
        self.holder = holder
        self.free = free


class CannotListenError(Exception):
    """This address is not ours to listen on; the text says why."""


def listen(config: Config) -> list[socket.socket]:
    """Return listening sockets: 127.0.0.1 and ::1 for `localhost`, else the given address."""
    try:
        return _listen(config.host, config.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(config.port, holder_of(config.port), _next_free(config)) from error
        raise CannotListenError(f"Cannot listen on {config.host}, port {config.port}: {error.strerror}.") from error


def _listen(host: str, port: int) -> list[socket.socket]:
    found: list[socket.socket] = []
    try:
        for address in ("127.0.0.1", "::1") if host == "localhost" else (host.strip("[]"),):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            try:
                found.append(_bound(family, address, port))
            except OSError as error:
                if not found or error.errno == errno.EADDRINUSE:  # a machine without IPv6 serves IPv4 alone
                    raise
    except OSError:
        for opened in found:
            opened.close()
        raise
    return found


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.listen(2048)
    except OSError:
        made.close()
        raise
    made.setblocking(False)  # noqa: FBT003 - the socket API takes it by position
    return made


def _next_free(config: Config) -> int:
    for port in range(config.port + 1, HIGHEST):
        try:
            for opened in _listen(config.host, port):
                opened.close()
        except OSError:
            continue
        return port
    return config.port


def holder_of(port: int) -> str:
    """Return "name (pid N)" of the process that listens on `port`, as far as this user may see it."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port and connection.pid:
                process = psutil.Process(connection.pid)
                name = " ".join(process.cmdline()[:4]) if process.name().startswith(PYTHON) else process.name()
                return f"{name} (pid {process.pid})"
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        pass
    return "another process"
