#!/usr/bin/python3
"""The Linux kernel as an oracle for firewalls: loads rulesets into nftables, sends frames through, tells what became
of each, and what every rule counted.

    outside ---- uplink [ this namespace: nftables, forwarding ] inside ---- tenant

Runs in a network namespace of its own (`unshare --net`), which ends with it. Frames are sent into `outside`. What is
for the tenant's prefixes leaves by `inside`, all else by `uplink`; the far ends have no addresses, and nobody there
answers. One packet socket sees both routers' ports in the order of things: a frame that comes in at `uplink`, then
what it causes. That order is certain because a veth hands a frame over on the CPU that sent it, we stay on one CPU while
we send, and the kernel takes one frame after the other through all of IP before it looks at the next.

Requests and answers go through stdin and stdout, each begun by its length (all numbers big-endian):

    request:  u32 length, the ruleset; u32 count, and for each frame u16 length, its bytes
    answer:   u32 length, lines of text:
        refused REASON                                    that is all, if nft did not take the ruleset
        packet VERDICT                                    for each frame, in order
        rule FAMILY TABLE CHAIN PACKETS BYTES             for each rule with a counter, in the order of its chain
        counter FAMILY TABLE NAME PACKETS BYTES           for each counter that has a name

A verdict is `forwarded`, `dropped`, `icmp TYPE CODE`, `icmpv6 TYPE CODE` or `tcp FLAGS`.
"""

import ctypes
import os
import select
import socket
import struct
import subprocess
import sys

import nftnetlink
from libnftables import Nftables

UPLINK_MAC = "02:00:00:00:00:02"
IPV4_PREFIX = "203.0.113.0/24"
IPV6_PREFIX = "2001:db8:acc::/48"

LINKS = f"""\
link add uplink address {UPLINK_MAC} type veth peer name outside
link add inside type veth peer name tenant
"""

ADDRESSES = f"""\
link set outside up
link set uplink up
link set tenant up
link set inside up
address add 192.0.2.2/32 dev uplink
address add 2001:db8:1::2/128 dev uplink nodad
neighbour add 192.0.2.1 lladdr 02:00:5e:00:00:01 dev uplink nud permanent
neighbour add 2001:db8:1::1 lladdr 02:00:5e:00:00:06 dev uplink nud permanent
neighbour add 198.18.0.1 lladdr 02:00:00:00:00:09 dev inside nud permanent
neighbour add 2600:6::1 lladdr 02:00:00:00:00:09 dev inside nud permanent
route add default via 192.0.2.1 dev uplink onlink
route add {IPV4_PREFIX} via 198.18.0.1 dev inside onlink
route add ::/0 via 2001:db8:1::1 dev uplink onlink
route add {IPV6_PREFIX} via 2600:6::1 dev inside onlink
"""

# What is forwarded is not judged by its source, and every error is answered.
SYSCTLS = {
    "net/ipv4/ip_forward": 1,
    "net/ipv4/conf/all/rp_filter": 0,
    "net/ipv4/conf/default/rp_filter": 0,
    "net/ipv4/conf/all/send_redirects": 0,
    "net/ipv4/conf/default/send_redirects": 0,
    "net/ipv4/icmp_ratelimit": 0,
    "net/ipv4/icmp_ratemask": 0,
    "net/ipv6/icmp/ratemask": 255,
    "net/ipv6/conf/all/forwarding": 1,
    "net/ipv6/conf/all/accept_redirects": 0,
    "net/ipv6/conf/default/addr_gen_mode": 1,
    "net/ipv6/icmp/ratelimit": 0,
}

LIBC = ctypes.CDLL(None)
SO_RCVBUFFORCE = 33
SO_ATTACH_FILTER = 26
ETH_P_ALL = 3
SKF_AD_IFINDEX = 0xFFFFF000 + 8
CAPTURED_BYTES = 128

# All frames before it have been dealt with when it comes in, at `inside`, where no ruleset hangs. It has an EtherType
# for experiments (IEEE 802).
FENCE = bytes.fromhex("0200000000090200000000ff88b5") + bytes(46)
ANSWER_TIMEOUT_S = 10


# The far ends say nothing by themselves: multicast listener reports would be counted by rules.
FAR_ENDS = {"net/ipv6/conf/outside/disable_ipv6": 1, "net/ipv6/conf/tenant/disable_ipv6": 1}


def build_network():
    set_sysctls(SYSCTLS)
    run_ip(LINKS)
    set_sysctls(FAR_ENDS)
    run_ip(ADDRESSES)


def set_sysctls(values):
    for name, value in values.items():
        with open(f"/proc/sys/{name}", "w", encoding="ascii") as sysctl:
            sysctl.write(str(value))


def run_ip(commands):
    subprocess.run(["ip", "-batch", "-"], input=commands, text=True, check=True)


def keep_only(sock, *interfaces):
    """A filter (classic BPF) for frames of these two interfaces."""
    first, second = (socket.if_nametoindex(name) for name in interfaces)
    program = [
        (0x20, 0, 0, SKF_AD_IFINDEX),
        (0x15, 1, 0, first),
        (0x15, 0, 1, second),
        (0x06, 0, 0, CAPTURED_BYTES),
        (0x06, 0, 0, 0),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(program), ctypes.addressof(buffer)))


def answer_of(packet):
    """What the router itself sends: its protocol, and what tells one answer from another."""
    if packet[0] >> 4 == 4:
        protocol, at = packet[9], (packet[0] & 15) * 4
    else:
        protocol, at = packet[6], 40
    if protocol == 6:
        return f"tcp {packet[at + 13]}"
    name = {1: "icmp", 58: "icmpv6"}.get(protocol, f"protocol-{protocol}")
    return f"{name} {packet[at]} {packet[at + 1]}"


class Network:
    """Sends frames in, and sees what comes out."""

    def __init__(self):
        self.outside = self.sender("outside")
        self.tenant = self.sender("tenant")
        self.watch = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.watch.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        keep_only(self.watch, "uplink", "inside")
        self.watch.setblocking(False)
        self.forget()

    @staticmethod
    def sender(interface):
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sender.bind((interface, 0))
        return sender

    def forget(self):
        """Drops what came before the filter was there."""
        try:
            while True:
                self.watch.recv(1)
        except BlockingIOError:
            return

    def verdicts(self, frames):
        everywhere = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {LIBC.sched_getcpu()})
        for frame in frames:
            self.outside.send(frame)
        self.tenant.send(FENCE)
        os.sched_setaffinity(0, everywhere)
        found = []
        for direction, interface, frame in self.events():
            if direction == socket.PACKET_HOST:
                found.append("dropped")
            elif not found:
                raise RuntimeError(f"a frame left before one came in: {frame.hex()}")
            elif found[-1] != "dropped":
                raise RuntimeError(f"one frame became two: {found[-1]} and {frame.hex()}")
            else:
                found[-1] = "forwarded" if interface == "inside" else answer_of(frame[14:])
        if len(found) != len(frames):
            raise RuntimeError(f"frames were lost: sent={len(frames)} came={len(found)}")
        return found

    def events(self):
        while True:
            try:
                frame, (interface, _, direction, *_) = self.watch.recvfrom(CAPTURED_BYTES)
            except BlockingIOError:
                if not select.select([self.watch], [], [], ANSWER_TIMEOUT_S)[0]:
                    raise RuntimeError("the last frame did not come in") from None
                continue
            if frame[0] & 1:
                continue  # The router's own multicast listener reports.
            if interface == "inside" and direction != socket.PACKET_OUTGOING:
                return
            yield direction, interface, frame


def read_exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) != count:
        sys.exit(0)
    return data


def read_number(form):
    return struct.unpack(form, read_exactly(struct.calcsize(form)))[0]


def read_request():
    ruleset = read_exactly(read_number(">I")).decode()
    return ruleset, [read_exactly(read_number(">H")) for _ in range(read_number(">I"))]


def respond(lines):
    text = "\n".join(lines).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(text)) + text)
    sys.stdout.buffer.flush()


def judge(nft, network, counters, ruleset, frames):
    refusal = nft.replace(ruleset)
    if refusal is not None:
        return ["refused " + refusal.replace("\n", " ")]
    verdicts = network.verdicts(frames)
    return [f"packet {verdict}" for verdict in verdicts] + counters.lines()


def main():
    build_network()
    nft, network, counters = Nftables(), Network(), nftnetlink.Counters()
    respond(["ready"])
    while True:
        respond(judge(nft, network, counters, *read_request()))


if __name__ == "__main__":
    main()
