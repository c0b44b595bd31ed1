#!/usr/bin/env python3
"""The tenant's web server: GET /blob sends the file given, PUT /upload answers with what it received's SHA-256.

Listens on port 80, IPv4 and IPv6; one thread for each connection.
"""

import hashlib
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        with open(sys.argv[1], "rb") as blob:
            self.send_response(200)
            self.send_header("Content-Length", str(os.fstat(blob.fileno()).st_size))
            self.end_headers()
            self.connection.sendfile(blob)

    def do_PUT(self):
        left = int(self.headers["Content-Length"])
        digest = hashlib.sha256()
        while left > 0:
            piece = self.rfile.read(min(left, 1 << 16))
            if not piece:
                break
            digest.update(piece)
            left -= len(piece)
        answer = digest.hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class DualStackServer(ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


DualStackServer(("::", 80), Handler).serve_forever()
