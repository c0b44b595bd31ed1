#!/usr/bin/env python3
"""One large datagram that may be fragmented, there and back.

    datagram.py echo                   echoes datagrams of any size on port 9001, IPv4 and IPv6
    datagram.py send ADDRESS BYTES     sends one with DF clear until its echo is whole, at most 10 times (IPv6
                                       learns the path's MTU by losing the first); exits 1 if none comes
"""

import os
import socket
import sys

PORT = 9001
ATTEMPTS_MAX = 10
TIMEOUT_S = 1.0
IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0


def bound():
    datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    datagrams.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
    return datagrams


def echo():
    datagrams = bound()
    datagrams.bind(("::", PORT))
    print("listening", flush=True)
    while True:
        payload, sender = datagrams.recvfrom(65535)
        datagrams.sendto(payload, sender)


def send(address, size):
    datagrams = bound()
    datagrams.settimeout(TIMEOUT_S)
    payload = os.urandom(size)
    to = address if ":" in address else "::ffff:" + address
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            datagrams.sendto(payload, (to, PORT))
            answer = datagrams.recv(65535)
        except TimeoutError:
            continue
        print(f"{size} bytes to {address}: attempt {attempt}")
        return 0 if answer == payload else 1
    return 1


sys.exit(echo() if sys.argv[1] == "echo" else send(sys.argv[2], int(sys.argv[3])))
