"""Real HTTP servers on 127.0.0.1 that behave as well or as badly as a test asks."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Plan = Callable[["Request"], None]


@dataclass
class Mirror:
    """One server. ``plans`` are used up request by request, the last one for all that follow."""

    data: bytes
    plans: list[Plan] = field(default_factory=list)
    etag: str = '"one"'
    asked: list[dict[str, str]] = field(default_factory=list)
    leaving: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def next_plan(self) -> Plan:
        with self.lock:
            return self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]


class Request(BaseHTTPRequestHandler):
    """One request being answered."""

    protocol_version = "HTTP/1.1"
    mirror: Mirror

    def do_GET(self) -> None:
        self.mirror.asked.append({"path": self.path, **{key.lower(): value for key, value in self.headers.items()}})
        self.close_connection = True
        with contextlib.suppress(OSError):  # the other side may leave at any moment
            self.mirror.next_plan()(self)

    def log_message(self, *_: object) -> None:
        pass

    def head(self, status: int, **headers: str | int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Connection", "close")
        self.end_headers()

    @property
    def start(self) -> int:
        """The first byte asked for, 0 where If-Range names another version."""
        wanted = self.headers.get("Range")
        if wanted is None or self.headers.get("If-Range", self.mirror.etag) != self.mirror.etag:
            return 0
        return int(wanted.removeprefix("bytes=").rstrip("-"))

    def begin(self, length: int | None = None) -> bytes:
        """Send the headers of a well-behaved answer; what is to be sent."""
        data, start = self.mirror.data, self.start
        if start >= len(data):
            self.head(416, Content_Range=f"bytes */{len(data)}", Content_Length=0)
            return b""
        rest = data[start:]
        known = {"Content_Length": len(rest) if length is None else length, "ETag": self.mirror.etag}
        if start:
            self.head(206, Content_Range=f"bytes {start}-{len(data) - 1}/{len(data)}", **known)
        else:
            self.head(200, **known)
        return rest


def well(request: Request) -> None:
    """As it should be."""
    request.wfile.write(request.begin())


def cut_after(count: int) -> Plan:
    """Close the connection after so many bytes of the body."""

    def plan(request: Request) -> None:
        request.wfile.write(request.begin()[:count])

    return plan


def no_range(request: Request) -> None:
    """Send everything whatever was asked for."""
    request.head(200, Content_Length=len(request.mirror.data), ETag=request.mirror.etag)
    request.wfile.write(request.mirror.data)


def no_range_cut_after(count: int) -> Plan:
    """Send everything from the start, and not to the end."""

    def plan(request: Request) -> None:
        request.head(200, Content_Length=len(request.mirror.data))
        request.wfile.write(request.mirror.data[:count])

    return plan


def no_length(count: int | None = None) -> Plan:
    """Say nothing of the length; end by closing."""

    def plan(request: Request) -> None:
        request.head(200)
        request.wfile.write(request.mirror.data[:count])

    return plan


def says_length(length: int) -> Plan:
    """Lie about the length, send the truth."""

    def plan(request: Request) -> None:
        rest = request.begin(length)
        request.wfile.write(rest)

    return plan


def status(code: int) -> Plan:
    """Refuse."""

    def plan(request: Request) -> None:
        request.head(code, Content_Length=5)
        request.wfile.write(b"sorry")

    return plan


def page(request: Request) -> None:
    """Answer with the login page of a hotel."""
    body = b"<html>Please accept our terms</html>"
    request.head(200, Content_Length=len(body), Content_Type="text/html")
    request.wfile.write(body)


def redirect(target: str) -> Plan:
    """Somewhere else."""

    def plan(request: Request) -> None:
        request.head(302, Location=target, Content_Length=0)

    return plan


def silent(request: Request) -> None:
    """Take the request and say nothing until the test is over."""
    request.mirror.leaving.wait(30)


def stall_after(count: int) -> Plan:
    """Begin well, then fall silent with the connection open."""

    def plan(request: Request) -> None:
        request.wfile.write(request.begin()[:count])
        request.wfile.flush()
        request.mirror.leaving.wait(30)

    return plan


def drip(request: Request) -> None:
    """Ten bytes at a time, a hundred times a second."""
    rest = request.begin()
    for place in range(0, len(rest), 10):
        if request.mirror.leaving.wait(0.01):
            return
        request.wfile.write(rest[place : place + 10])
        request.wfile.flush()


def other_range(request: Request) -> None:
    """Answer a range with another one."""
    if "Range" not in request.headers:
        return cut_after(len(request.mirror.data) // 2)(request)
    data = request.mirror.data
    request.head(206, Content_Range=f"bytes 5-{len(data) - 1}/{len(data)}", Content_Length=len(data) - 5)
    request.wfile.write(data[5:])
    return None


@contextlib.contextmanager
def serve(data: bytes, *plans: Plan, tls: ssl.SSLContext | None = None, etag: str = '"one"') -> Iterator[Mirror]:
    """Run a server; end it, with all its threads, on leaving."""
    mirror = Mirror(data, list(plans) or [well], etag)
    handler = type("Bound", (Request,), {"mirror": mirror})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler, bind_and_activate=True)
    server.daemon_threads = False
    if tls:
        # Handshakes happen in the thread of each connection, so that a refused one does not stop the server.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    mirror.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}/weights.safetensors"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="mirror")
    thread.start()
    try:
        yield mirror
    finally:
        mirror.leaving.set()
        server.shutdown()
        thread.join()
        server.server_close()
