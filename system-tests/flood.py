#!/usr/bin/env python3
"""A flood of datagrams with one payload, from many source ports, until SIGTERM.

    flood.py ADDRESS --source A --rate N       sends about N a second; prints how many as JSON
"""

import argparse
import json
import signal
import socket
import time

PORTS = 200
STEP_S = 0.01
PAYLOAD = b"\xff\xff\xff\xffgetstatus flood flood flood"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--source", required=True)
    parser.add_argument("--rate", type=int, required=True)
    options = parser.parse_args()
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    senders = []
    for port in range(PORTS):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.bind((options.source, 20000 + port))
        sender.setblocking(False)
        senders.append(sender)
    sent = 0
    begin = time.monotonic()
    while not stopped:
        while sent < (time.monotonic() - begin) * options.rate and not stopped:
            try:
                senders[sent % PORTS].sendto(PAYLOAD, (options.address, 27960))
            except (BlockingIOError, ConnectionError):
                pass  # a full queue, or the host's word that nobody listens there
            sent += 1
        time.sleep(STEP_S)
    print(json.dumps({"sent": sent}))


main()
