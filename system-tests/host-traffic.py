#!/usr/bin/env python3
"""Traffic to the host's own stack: TCP sessions that must go on, and a flood that would end them.

    host-traffic.py serve PORT...              echoes lines on each TCP port, IPv4 and IPv6
    host-traffic.py talk ADDRESS PORT --until FILE
                                               one connection: a line every 50 ms, each awaited, until FILE is
                                               there; tells on stderr of every 100 answers; prints counts as
                                               JSON; exits 1 if the connection broke, or one line took more
                                               than --longest seconds
    host-traffic.py flood DEVICE --to MAC --ipv4 A --ipv6 A
                                               garbage of every kind from random sources to these addresses, as
                                               fast as it can, until SIGTERM; prints how much as JSON
"""

import argparse
import json
import os
import random
import signal
import socket
import struct
import sys
import threading
import time

PAUSE_S = 0.05
GARBAGE_FRAMES = 2000
SYN, ACK = 0x02, 0x10


def serve_one(connection):
    with connection, connection.makefile("rwb", buffering=0) as lines:
        for line in lines:
            lines.write(line)


def serve(arguments):
    listeners = []
    for port in arguments.port:
        listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        listeners.append(listener)
    print("listening", flush=True)

    def accept(listener):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    for listener in listeners[1:]:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    accept(listeners[0])


def talk(arguments):
    lines, longest_s = 0, 0.0
    error = None
    with socket.create_connection((arguments.address, arguments.port), timeout=10) as connection:
        print("connected", file=sys.stderr, flush=True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(arguments.longest)
        try:
            with connection.makefile("rwb", buffering=0) as stream:
                while not os.path.exists(arguments.until):
                    begin = time.monotonic()
                    line = b"%d\n" % lines
                    stream.write(line)
                    answer = stream.readline()
                    if answer != line:
                        raise OSError(f"answer to {line} is {answer}")
                    longest_s = max(longest_s, time.monotonic() - begin)
                    lines += 1
                    if lines % 100 == 0:
                        print(f"answers: {lines}", file=sys.stderr, flush=True)
                    time.sleep(PAUSE_S)
        except OSError as e:
            error = str(e)
    print(json.dumps({"lines": lines, "longest_s": round(longest_s, 3), "error": error}))
    sys.exit(error is not None)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip_packet(family, source, destination, protocol, payload):
    if family == socket.AF_INET6:
        pseudo = source + destination + struct.pack("!II", len(payload), protocol)
        header = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + source + destination
    else:
        pseudo = source + destination + struct.pack("!BBH", 0, protocol, len(payload))
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), random.getrandbits(16), 0, 64,
                             protocol, 0) + source + destination
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    at = {6: 16, 17: 6}[protocol]
    return header + payload[:at] + struct.pack("!H", checksum(pseudo + payload)) + payload[at + 2:]


def tcp(port, flags):
    return struct.pack("!HHIIBBHHH", random.randrange(1024, 65536), port, random.getrandbits(32),
                       random.getrandbits(32), 0x50, flags, 8192, 0, 0)


def udp(port):
    return struct.pack("!HHHH", random.randrange(1024, 65536), port, 26, 0) + random.randbytes(18)


def garbage(arguments, own_mac):
    ethernet = bytes.fromhex(arguments.to.replace(":", "")) + own_mac
    for _ in range(GARBAGE_FRAMES):
        protocol, payload = random.choice([
            (6, tcp(179, SYN)), (6, tcp(179, ACK)), (6, tcp(22, SYN)), (6, tcp(22, ACK)), (17, udp(53))])
        if random.getrandbits(1):
            source = bytes([random.randrange(1, 10)]) + random.randbytes(3)
            destination = socket.inet_pton(socket.AF_INET, arguments.ipv4)
            yield ethernet + b"\x08\x00" + ip_packet(socket.AF_INET, source, destination, protocol, payload)
        else:
            source = bytes.fromhex("2600") + random.randbytes(14)
            destination = socket.inet_pton(socket.AF_INET6, arguments.ipv6)
            yield ethernet + b"\x86\xdd" + ip_packet(socket.AF_INET6, source, destination, protocol, payload)


def flood(arguments):
    stopped = False

    def stop(*_):
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((arguments.device, 0))
        frames = list(garbage(arguments, link.getsockname()[4]))
        begin = time.monotonic()
        sent = 0
        while not stopped:
            for frame in frames:
                try:
                    link.send(frame)
                    sent += 1
                except OSError:
                    pass  # the queue is full
        seconds = time.monotonic() - begin
    print(json.dumps({"sent": sent, "per_second": round(sent / seconds)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("serve")
    command.add_argument("port", type=int, nargs="+")
    command.set_defaults(run=serve)
    command = commands.add_parser("talk")
    command.add_argument("address")
    command.add_argument("port", type=int)
    command.add_argument("--until", required=True)
    command.add_argument("--longest", type=float, default=60.0)
    command.set_defaults(run=talk)
    command = commands.add_parser("flood")
    command.add_argument("device")
    command.add_argument("--to", required=True)
    command.add_argument("--ipv4", required=True)
    command.add_argument("--ipv6", required=True)
    command.set_defaults(run=flood)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
