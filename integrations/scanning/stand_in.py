"""A scanner of our own that speaks as clamd does: it knows one piece of malware, the EICAR test file."""

import json
import socketserver
import struct
import time
from io import BufferedIOBase

from integrations.stand_in import CONTROL, HOST, Mood, arguments

# In two halves, so that no scanner takes this file for the test file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 25 * 1024 * 1024
VERSION = b"ClamAV 1.0.7/27450/Sat Nov 22 08:12:11 2025"


class Server(socketserver.ThreadingTCPServer):
    """Listens where it is told; `most` is clamd's StreamMaxLength."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, mood: Mood | None = None, most: int = MOST) -> None:
        self.mood, self.most = mood or Mood(), most
        super().__init__((HOST, port), _Handler)


class _Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        try:
            self._converse()
        except (OSError, struct.error):
            return  # whoever asked has gone away in the middle of a word

    def _converse(self) -> None:
        opening = self.rfile.peek(16)[:16]  # type: ignore[attr-defined]
        if opening.startswith((b"POST ", b"GET ")):
            self._control()
        elif self._well():
            self._serve()

    def _well(self) -> bool:
        mood = self.server.mood
        if mood.mode == "slow":
            time.sleep(mood.seconds)
        if mood.mode == "wrong":
            self.wfile.write(b"UNKNOWN COMMAND\0")
        return mood.mode in ("ok", "slow")

    def _serve(self) -> None:
        command = _word(self.rfile)
        if command == b"PING":
            self.wfile.write(b"PONG\0")
        elif command == b"VERSION":
            self.wfile.write(VERSION + b"\0")
        elif command == b"INSTREAM":
            self._scan()
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _scan(self) -> None:
        held = bytearray()
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            if len(held) + size > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            held += self.rfile.read(size)
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in held else b"stream: OK\0")

    def _control(self) -> None:
        """The same orders by HTTP as every stand-in takes."""
        method, path, *_rest = self.rfile.readline().split()
        length = 0
        while (line := self.rfile.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        obeyed = path.decode() == CONTROL and (method == b"GET" or self._order(self.rfile.read(length)))
        body = json.dumps(self.server.mood.told()).encode()
        self.wfile.write(b"HTTP/1.0 200 OK\r\n" if obeyed else b"HTTP/1.0 400 Bad Request\r\n")
        self.wfile.write(b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def _order(self, body: bytes) -> bool:
        try:
            return self.server.mood.order(json.loads(body))
        except ValueError:
            return False


def _word(stream: BufferedIOBase) -> bytes:
    """A command ends with NUL after "z", with a newline after "n" or nothing."""
    said = b""
    while (one := stream.read(1)) not in (b"\0", b"\n", b"") and len(said) < 32:
        said += one
    return said[1:] if said[:1] in (b"z", b"n") else said


if __name__ == "__main__":
    Server(arguments("Stand-in malware scanner").port).serve_forever()
