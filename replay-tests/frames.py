"""Builders of frames for the catalogue: whole ones with scapy, broken ones by changing bytes of whole ones."""

from dataclasses import dataclass
from itertools import count

from scapy.all import GRE, ICMP, IP, TCP, UDP, Ether, ICMPv6EchoRequest, IPv6, Raw

from appliance import PORT_MAC
from validation import internet_checksum

ROUTER_MAC = "02:00:00:00:00:01"
"""The neighbour most frames come from: the gateway of a replay."""
STRANGER = "9.9.9.9"
STRANGER_V6 = "2620:fe::9"
ACME = "203.0.113.5"
ACME_V6 = "2001:db8:acc::5"
OWN = "192.0.2.2"
OWN_V6 = "2001:db8:1::2"
ENDPOINT = "198.51.100.1"

numbers = count(1)


@dataclass(frozen=True)
class Case:
    """One input frame and what must become of it.

    `expected` is "fate" or "dropped reason", stated by hand and independent of the model; None where
    a generated frame has no hand-written answer and the model's alone counts. `after_ms` is the
    capture's clock since the previous frame. `tag` groups the frames of one flow or one datagram.
    """

    name: str
    frame: bytes
    expected: str | None = None
    why: str = ""
    after_ms: int = 1
    tag: str = ""


def unique(size=18):
    """A payload that no other case has, so that an output shows its input."""
    text = f"case {next(numbers)} "
    return (text.encode() * (size // len(text) + 1))[:size] if size >= 12 else bytes(size)


def next_port():
    """A source port that no recent case has, for packets without room for a unique payload."""
    return 20000 + next(numbers) % 20000


def ether(packet, dst=PORT_MAC, src=ROUTER_MAC, kind=None):
    if kind is None:
        kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return bytes(Ether(dst=dst, src=src, type=kind)) + packet


def ip4(upper, src=STRANGER, dst=ACME, options=b"", **fields):
    """The bytes of an IPv4 packet; `options` are raw and need not be right."""
    fields.setdefault("id", next(numbers) & 0xFFFF)
    packet = bytes(IP(src=src, dst=dst, **fields) / upper)
    if not options:
        return packet
    header = bytearray(packet[:20])
    header[0] = 0x40 | (5 + len(options) // 4)
    header[2:4] = (len(packet) + len(options)).to_bytes(2, "big")
    header[10:12] = b"\0\0"
    header[10:12] = internet_checksum(bytes(header) + options).to_bytes(2, "big")
    return bytes(header) + options + packet[20:]


def ip6(upper, src=STRANGER_V6, dst=ACME_V6, **fields):
    return bytes(IPv6(src=src, dst=dst, **fields) / upper)


def udp(size=18, sport=40000, dport=4660):
    return UDP(sport=sport, dport=dport) / Raw(unique(size))


def tcp(size=0, sport=40000, dport=4661, **fields):
    fields.setdefault("seq", next(numbers))
    segment = TCP(sport=sport, dport=dport, **fields)
    return segment / Raw(unique(size)) if size else segment


def udp4(size=18, **fields):
    return ether(ip4(udp(size), **fields))


def udp6(size=18, **fields):
    return ether(ip6(udp(size), **fields))


def echo4(size=18, **fields):
    number = next(numbers)
    return ip4(ICMP(type=8, id=number >> 16, seq=number & 0xFFFF) / Raw(unique(size)), **fields)


def echo6(size=18, **fields):
    number = next(numbers)
    echo = ICMPv6EchoRequest(id=number >> 16, seq=number & 0xFFFF, data=unique(size))
    return ip6(echo, **fields)


def gre4(inner, src="172.20.0.1", dst=ENDPOINT, proto=0x0800, gre=None, **fields):
    """`inner` in a GRE packet from a tenant's router; `gre` replaces the header's fields."""
    return ether(ip4(GRE(proto=proto, **(gre or {})) / Raw(inner), src=src, dst=dst, **fields))


def gre6(inner, src="2001:db8:f::1", dst="2001:db8:a::1", gre=None, extensions=(), **fields):
    """`inner` in a GRE packet over IPv6; `extensions` are (type, all bytes behind its next header)."""
    kind = 0x0800 if inner[:1] and inner[0] >> 4 == 4 else 0x86DD
    header = {"proto": kind, **(gre or {})}
    payload, following = bytes(GRE(**header) / Raw(inner)), 47
    for extension, rest in reversed(extensions):
        payload, following = bytes([following]) + rest + payload, extension
    return ether(ip6(Raw(payload), src=src, dst=dst, nh=following, **fields))


def changed(frame, offset, new, fix_checksum=True):
    """`frame` with bytes from `offset` of the IPv4 or IPv6 header replaced."""
    data = bytearray(frame)
    data[14 + offset : 14 + offset + len(new)] = new
    return with_header_checksum(bytes(data)) if fix_checksum else bytes(data)


def with_header_checksum(frame):
    """The IPv4 header checksum of an untagged frame computed anew; other frames unchanged."""
    if frame[12:14] != b"\x08\x00" or len(frame) < 34:
        return frame
    header_bytes = (frame[14] & 15) * 4
    data = bytearray(frame)
    data[24:26] = b"\0\0"
    data[24:26] = internet_checksum(bytes(data[14 : 14 + header_bytes])).to_bytes(2, "big")
    return bytes(data)


def tagged(frame, *tags):
    """VLAN tags (ethertype, identifier) inserted behind the addresses, outermost first."""
    raw = b"".join(kind.to_bytes(2, "big") + vid.to_bytes(2, "big") for kind, vid in tags)
    return frame[:12] + raw + frame[12:]


def addressed(frame, dst=None, src=None):
    """The frame with other Ethernet addresses."""
    dst = bytes.fromhex(dst.replace(":", "")) if dst else frame[:6]
    src = bytes.fromhex(src.replace(":", "")) if src else frame[6:12]
    return dst + src + frame[12:]
