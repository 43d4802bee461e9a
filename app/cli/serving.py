"""`minka serve`: one process of uvicorn over the application, ended gracefully."""

import contextlib
import signal
import socket
from collections.abc import Iterator
from types import FrameType
from typing import Any

import uvicorn

from app.kernel.errors import ConflictError
from app.kernel.settings import Settings
from app.main import build_app

GRACE_SECONDS = 8  # for requests under way when the server must end; then they are cut off
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PortTakenError(ConflictError):
    """Nobody can listen there: the port is taken, or the address is not this machine's."""


@contextlib.contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """Hold the address, before anything is told of it: links name the port that was found. Raises PortTakenError."""
    with _listener(settings) as listener:
        settings.found_port(listener.getsockname()[1])
        yield listener


def serve_on(listener: socket.socket, settings: Settings) -> None:
    """Serve until a signal comes. The database is ready and held by the caller."""
    config = uvicorn.Config(
        build_app(settings, **_of_the_demo(settings)),
        http="httptools",
        lifespan="on",
        log_config=None,  # the door logs each request, `kernel.logs` everything else
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _Server(config, settings, listener.getsockname()[1]).run(sockets=[listener])


def _of_the_demo(settings: Settings) -> dict[str, Any]:
    """The rows of this demo as the description's examples."""
    if not settings.demo:
        return {}
    from app.demo.command import examples_of

    return {"examples": examples_of(settings)}


def _listener(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise PortTakenError(host=settings.host, port=settings.port) from error


class _Server(uvicorn.Server):
    """uvicorn that says in Spanish where it is, and ends with 0 when it was asked to end."""

    def __init__(self, config: uvicorn.Config, settings: Settings, port: int) -> None:
        super().__init__(config)
        self._settings, self._port = settings, port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say where."""
        await super().startup(sockets)
        _greet(self._settings, self._port)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ask for a graceful end on SIGTERM and Ctrl-C; uvicorn's own version raises the signal again afterwards."""
        before = {number: signal.signal(number, self._end) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(number, frame)


def _greet(settings: Settings, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{port}"
    lines = [f"Minka atiende en {address}", f"  Para programar con ella: {address}/docs"]
    if settings.demo:
        from app.demo.cast import CAST

        lines.append("  Es la demostración; sus claves de prueba:")
        lines += [f"    {part.token}: {part.says}" for part in CAST]
    print(*lines, "  Para terminar: Ctrl-C", sep="\n", flush=True)
