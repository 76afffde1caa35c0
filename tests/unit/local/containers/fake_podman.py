"""An engine that is none: it runs a server of Python's where `--publish` says, and notes the rest.

Its first argument is the file to note in, so that two tests do not meet.
"""

import http.server
import os
import signal
import sys
from pathlib import Path

NOTES, *WORDS = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if asked == b"die":
            os._exit(9)
        body = os.environ["TEAM"].encode() + b" " + asked
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


with Path(NOTES).open("a") as notes:
    notes.write(" ".join(WORDS) + "\n")
if WORDS[0] == "run":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(WORDS[WORDS.index("--publish") + 1].split(":")[1])
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
