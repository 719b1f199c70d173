"""Shows a built site on this machine."""

from __future__ import annotations

import functools
import http.server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import UsageError

_HOST = "127.0.0.1"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Hands out files without a word about it."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the base calls it by
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: Where the site is.
    """

    url: str
    _server: http.server.ThreadingHTTPServer

    def wait(self) -> None:
        """Serve until the process is interrupted, or :meth:`end` is called from another thread."""
        self._server.serve_forever()

    def end(self) -> None:
        """End :meth:`wait`."""
        self._server.shutdown()


@contextmanager
def serving(folder: Path, *, port: int) -> Iterator[Server]:
    """Open a server for a site's folder, which only this machine reaches.

    Args:
        folder: The folder.
        port: The port; 0 takes any free one.

    Yields:
        The server.

    Raises:
        UsageError: If the port is taken.
    """
    handler = functools.partial(_Handler, directory=str(folder.resolve()))
    try:
        server = http.server.ThreadingHTTPServer((_HOST, port), handler)
    except OSError as error:
        raise UsageError(
            f"Port {port} cannot be used: {error.strerror}.", remedy="Name another one with --port."
        ) from error
    with server:
        yield Server(f"http://{_HOST}:{server.server_address[1]}/", server)
