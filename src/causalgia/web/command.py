"""The command `causalgia serve`: listen, say where, and answer until told to stop."""

from __future__ import annotations

import importlib.util
import logging
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from causalgia.errors import InputError
from causalgia.web.access import Access, new_token
from causalgia.web.settings import COVERING_HOSTS, Settings

__all__ = ["run_serve"]

_NEEDED = ("fastapi", "uvicorn")
_MOST_CONNECTIONS, _KEEP_ALIVE_s, _PATIENCE_s, _HEADER_BYTES = 512, 15, 5, 16_384


def run_serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8420,
    token: str | None = None,
    jobs: Path | None = None,
    workers: int = 1,
    known: Sequence[str] = (),
    open: bool | None = None,
) -> int:
    """Serve the explorer until interrupted.

    **Arguments:** as of `Settings`; the `token` "new" has one made and printed; whether to `open`
    a browser (None: where a person started it at a terminal, on this machine alone).
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong option, or an address that is taken.
    """
    for name in _NEEDED:
        if not _is_installed(name):
            raise InputError(f"serve needs the package {name}: pip install {name}")
    made = new_token() if token == "new" else None
    settings = Settings(
        host=host,
        port=port,
        token=made or token,
        jobs=jobs,
        workers=workers,
        known=tuple(known),
    )
    listener = _listen(settings)
    try:
        return _serve(settings, listener, made, open)
    finally:
        listener.close()


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # it was taken out of what is loaded
        return False


def _listen(settings: Settings) -> socket.socket:
    """A socket at the address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host or None,
            settings.port,
            type=socket.SOCK_STREAM,
            proto=socket.IPPROTO_TCP,
            flags=socket.AI_PASSIVE,
        )[0]
    except (OSError, UnicodeError):
        raise InputError(f"--host: {settings.host!r} is no address of this machine") from None
    # Of a socket whose protocol is left open, asyncio would hold small answers back for 40 ms.
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # where it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise InputError(
            f"--port: cannot listen at {settings.host}:{settings.port}: "
            f"{error.strerror}; give another, or 0 for any that is free"
        ) from None
    return listener


def _serve(settings: Settings, listener: socket.socket, made: str | None, open: bool | None) -> int:
    import uvicorn

    from causalgia.web.app import make_app

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    access = Access(settings.token)
    server: uvicorn.Server | None = None
    app = make_app(
        settings, access=access, is_stopping=lambda: server is not None and server.should_exit
    )
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        # What a client says of itself is not believed.
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_s,
        timeout_graceful_shutdown=_PATIENCE_s,
        h11_max_incomplete_event_size=_HEADER_BYTES,
    )
    server = uvicorn.Server(config)
    address = _address(settings, listener)
    _say(address, access, made)
    is_at_terminal = sys.stdout.isatty() and access.is_open
    if is_at_terminal if open is None else open:
        link = address if access.key is None else f"{address}enter?key={access.key}"
        threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
    server.run(sockets=[listener])
    return 0 if server.started else 1


def _address(settings: Settings, listener: socket.socket) -> str:
    host = "localhost" if settings.host in COVERING_HOSTS else settings.host
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{host}:{listener.getsockname()[1]}/"


def _say(address: str, access: Access, made: str | None) -> None:
    print(f"Causalgia explorer: {address} (Ctrl+C stops it)")
    if access.key is not None:
        print(f"Link, good for one use: {address}enter?key={access.key}")
    if made is not None:
        print(f"Token for programs: {made}")
    sys.stdout.flush()
