"""A server that answers whether it is well, for tests that start one: ``python health_server.py PORT [FLAG…]``.

Flags: ``ill`` answers 503, ``stubborn`` does not end when it is asked to.
"""

import http.server
import signal
import sys

PROGRAM = __file__


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if "ill" in sys.argv else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    if "stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()


if __name__ == "__main__":
    main()
