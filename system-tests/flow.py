#!/usr/bin/env python3
"""Numbered datagrams that are echoed, and a traceroute: what the system tests measure packets with.

    flow.py echo ADDRESS                       echoes each datagram with the device it arrived by
    flow.py send ADDRESS --source A --device D --rate N
                                               sends N a second until SIGTERM, waits for the last echoes,
                                               prints counts as JSON; exits 1 if one datagram was lost,
                                               repeated, altered or arrived by another device than D;
                                               tells on stderr when 1, 10, 100, ... have been echoed
    flow.py spread ADDRESS --source A --flows F --rate N
                                               sends N a second in turn over F flows until SIGTERM, then one
                                               more on each flow, waits for the last echoes, and prints a line
                                               for each datagram: flow, time sent, time echoed, and the device
                                               it arrived by; or `-` for both if no echo came
    flow.py trace ADDRESS --source A           prints one address a line for each hop (the classic way:
                                               growing TTL, ICMP errors)
"""

import argparse
import ipaddress
import json
import select
import signal
import socket
import struct
import sys
import time

PORT = 9000
TRACE_PORT = 33434
HOPS_MAX = 8
HOP_TIMEOUT_MS = 20000
LAST_ECHO_TIMEOUT_S = 30.0
BUFFER_BYTES = 16 << 20
SO_RCVBUFFORCE = 33
IP_PKTINFO = 8
IP_RECVERR = 11
IPV6_RECVERR = 25
SOCK_EXTENDED_ERR = struct.Struct("=IBBBBII")
ORIGIN_ICMP = (2, 3)


def datagram_socket(address):
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    datagrams = socket.socket(family, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    return datagrams


def echo(arguments):
    datagrams = datagram_socket(arguments.address)
    datagrams.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    datagrams.bind((arguments.address, PORT))
    print("listening", flush=True)
    while True:
        payload, ancillary, _, sender = datagrams.recvmsg(2048, 256)
        index = next(struct.unpack_from("=i", data)[0]
                     for level, kind, data in ancillary if kind == IP_PKTINFO)
        datagrams.sendto(payload + socket.if_indextoname(index).encode(), sender)


class Flow:
    """One flow: the numbers sent, and what each echo says of its datagram."""

    def __init__(self, device):
        self.device = device.encode()
        self.sent = 0
        self.echoed = set()
        self.counts = dict.fromkeys(("repeated", "misdelivered", "altered"), 0)

    def datagram(self):
        number = struct.pack("!I", self.sent)
        self.sent += 1
        return number + b"breakwater" * 8

    def receive(self, payload):
        number, text, device = payload[:4], payload[4:84], payload[84:]
        if text != b"breakwater" * 8:
            self.counts["altered"] += 1
        elif device != self.device:
            self.counts["misdelivered"] += 1
        elif number in self.echoed:
            self.counts["repeated"] += 1
        self.echoed.add(number)

    def result(self):
        return {"sent": self.sent, "lost": self.sent - len(self.echoed), **self.counts}


def send(arguments):
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    datagrams = datagram_socket(arguments.address)
    datagrams.bind((arguments.source, 0))
    datagrams.connect((arguments.address, PORT))
    datagrams.setblocking(False)
    flow = Flow(arguments.device)
    interval = 1.0 / arguments.rate
    told = 1
    due = time.monotonic()
    deadline = None
    while deadline is None or (time.monotonic() < deadline and len(flow.echoed) < flow.sent):
        now = time.monotonic()
        if stopping and deadline is None:
            deadline = now + LAST_ECHO_TIMEOUT_S
        # After a pause of this process the pace goes on; the datagrams it missed are not made up for.
        if deadline is None and now >= due:
            datagrams.send(flow.datagram())
            due = max(due + interval, now)
        if select.select([datagrams], [], [], 0.001 if deadline else max(0.0, due - now))[0]:
            flow.receive(datagrams.recv(2048))
            if len(flow.echoed) == told:
                print(f"echoed {told}", file=sys.stderr, flush=True)
                told *= 10
    result = flow.result()
    print(json.dumps(result))
    return 0 if result.pop("sent") > 0 and not any(result.values()) else 1


def spread(arguments):
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    poll = select.epoll()
    flows = {}
    for index in range(arguments.flows):
        datagrams = datagram_socket(arguments.address)
        datagrams.bind((arguments.source, 0))
        datagrams.connect((arguments.address, PORT))
        datagrams.setblocking(False)
        flows[datagrams.fileno()] = datagrams
        poll.register(datagrams, select.EPOLLIN)
    order = list(flows)
    sent = []  # by number: flow, time
    echoes = {}  # by number: time, device

    def send_next():
        index = len(sent) % len(order)
        sent.append((index, time.time()))
        flows[order[index]].send(struct.pack("!I", len(sent) - 1) + b"breakwater" * 8)

    due = time.time()
    deadline = None
    while deadline is None or (time.time() < deadline and len(echoes) < len(sent)):
        now = time.time()
        if stopping and deadline is None:
            for _ in order:
                send_next()
            deadline = now + LAST_ECHO_TIMEOUT_S
        if deadline is None and now >= due:
            send_next()
            due = max(due + 1 / arguments.rate, now - 0.1)
        for descriptor, _ in poll.poll(max(0.0, min(0.001, due - time.time()))):
            payload = flows[descriptor].recv(2048)
            echoes[struct.unpack("!I", payload[:4])[0]] = time.time(), payload[84:].decode()
    for number, (index, when) in enumerate(sent):
        echoed, device = echoes.get(number, ("-", "-"))
        print(index, when, echoed, device)
    return 0


def hop(arguments, ttl):
    """The address that answers a datagram of this TTL, or `*`; and whether it is the host itself."""
    datagrams = datagram_socket(arguments.address)
    is_ipv6 = datagrams.family == socket.AF_INET6
    if is_ipv6:
        datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
        datagrams.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        datagrams.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        datagrams.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    datagrams.bind((arguments.source, 0))
    datagrams.sendto(b"breakwater", (arguments.address, TRACE_PORT + ttl))
    poll = select.poll()
    poll.register(datagrams, 0)  # an error is always reported
    if not poll.poll(HOP_TIMEOUT_MS):
        return "*", False
    _, ancillary, _, _ = datagrams.recvmsg(2048, 512, socket.MSG_ERRQUEUE)
    for _, kind, data in ancillary:
        if kind in (IP_RECVERR, IPV6_RECVERR):
            _, origin, _, _, _, _, _ = SOCK_EXTENDED_ERR.unpack_from(data)
            if origin in ORIGIN_ICMP:
                offender = data[SOCK_EXTENDED_ERR.size:]
                packed = offender[8:24] if is_ipv6 else offender[4:8]
                address = str(ipaddress.ip_address(packed))
                return address, address == str(ipaddress.ip_address(arguments.address))
    return "*", False


def trace(arguments):
    for ttl in range(1, HOPS_MAX + 1):
        address, is_host = hop(arguments, ttl)
        print(address, flush=True)
        if is_host:
            return 0
    return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=("echo", "send", "spread", "trace"))
    parser.add_argument("address")
    parser.add_argument("--source")
    parser.add_argument("--device", default="")
    parser.add_argument("--flows", type=int, default=1)
    parser.add_argument("--rate", type=float, default=100.0)
    arguments = parser.parse_args()
    return {"echo": echo, "send": send, "spread": spread, "trace": trace}[arguments.job](arguments)


sys.exit(main())
