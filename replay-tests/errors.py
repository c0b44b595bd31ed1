"""ICMP errors about packets that we sent into tunnels: RFC 792 and 1191 over IPv4, RFC 4443 and 8201 over
IPv6, and what their quotes let us tell the inner sender (RFC 2003 section 4, RFC 2473 section 8).

Plain and slow, as the rest of the model. Where a quote ends early, what it shows has to be right.
"""

from dataclasses import dataclass
from ipaddress import ip_address

import fit
import validation
from validation import FRAGMENT, GRE, ICMP, ICMPV6, u16

ICMPV4_ERRORS = {3, 4, 5, 11, 12}
IPV6_MTU_MIN = 1280
LOST_V4 = {(3, code) for code in range(256) if code not in (3, 4, 5)} | {(11, 0)}
"""RFC 2003 4.1: not port unreachable, too big (5.1 has its own rule), source route failed; 4.4."""
LOST_V6 = {(1, code) for code in range(256) if code != 4} | {(3, 0)}
"""RFC 2473 8.2: unreachable, and hop limit exceeded in transit."""


@dataclass(frozen=True)
class Quote:
    """What an error quotes of a packet that its destination sent."""

    local: object
    remote: object
    protocol: int
    total_bytes: int
    is_later_fragment: bool
    carried: bytes
    """What follows the IP header and a fragment header, as far as it is quoted."""


def is_error(packet):
    """Whether a packet is an ICMP error; of ICMPv6, one that ends here and not behind options that are bad."""
    if packet.is_fragment:
        return False
    if packet.version == 4:
        return packet.protocol == ICMP and packet.l4[0] in ICMPV4_ERRORS
    if packet.protocol != ICMPV6 or any(validation.destination_headers(packet.data)):
        return False
    return packet.l4[0] < 128


def quote_of(packet):
    """What it quotes, if that is a packet as we write them: no options, no headers but a fragment's."""
    data = packet.l4[8:]
    if packet.version == 4:
        if len(data) < 28 or data[0] != 0x45 or data[12:16] != packet.destination.packed:
            return None
        later = u16(data, 6) & 0x1FFF > 0
        return Quote(packet.destination, ip_address(data[16:20]), data[9], u16(data, 2), later, data[20:])
    if len(data) < 48 or data[0] >> 4 != 6 or data[8:24] != packet.destination.packed:
        return None
    protocol, carried, later = data[6], data[40:], False
    if protocol == FRAGMENT:
        protocol, later, carried = carried[0], u16(carried, 2) >> 3 > 0, carried[8:]
    return Quote(packet.destination, ip_address(data[24:40]), protocol, 40 + u16(data, 4), later, carried)


def gre_bytes(flags):
    return 4 + 4 * sum(bool(flags & bit) for bit in (0x8000, 0x2000, 0x1000))


def tunnel_of(quote, appliance):
    """(tenant, tunnel) that the quoted packet was sent into; None: into none of ours."""
    if quote.protocol != GRE:
        return None
    first = appliance.first_between(quote.remote, quote.local)
    if quote.is_later_fragment:
        return first
    if len(quote.carried) < 4:
        return None
    flags = u16(quote.carried, 0)
    if len(quote.carried) < gre_bytes(flags):
        found = first
    else:
        at = 8 if flags & 0x8000 else 4
        key = int.from_bytes(quote.carried[at : at + 4], "big") if flags & 0x2000 else None
        tenant, tunnel = appliance.tunnel_from(quote.remote, quote.local, key)
        found = tenant and (tenant, tunnel)
    if found is None or flags != 0x8000 * found[1].checksum + 0x2000 * (found[1].key is not None):
        return None
    return found


def told_mtu(packet, quote):
    """The MTU of the path, if it is believed; else None."""
    if quote.is_later_fragment:
        return None
    if packet.version == 4:
        if packet.l4[0:2] != b"\x03\x04":
            return None
        told = u16(packet.l4, 6)
        if told == 0:
            told = next((p for p in fit.PLATEAUS if p < quote.total_bytes), fit.TUNNEL_MTU_MIN)
    else:
        told = int.from_bytes(packet.l4[4:8], "big")
        # RFC 8201 section 4: less than the minimum of IPv6 is to be discarded.
        if packet.l4[0] != 2 or told < IPV6_MTU_MIN:
            return None
    # RFC 5927 7.2: not about this packet.
    return told if told < quote.total_bytes else None


def lost_packet(packet, quote):
    """The inner packet, cut off as it is, if the error says that it was lost and shows enough of it."""
    lost = LOST_V4 if packet.version == 4 else LOST_V6
    if quote.is_later_fragment or (packet.l4[0], packet.l4[1]) not in lost:
        return None
    flags, protocol = u16(quote.carried, 0), u16(quote.carried, 2)
    data = quote.carried[gre_bytes(flags) :]
    if protocol == 0x0800:
        return cut_off_ipv4(data)
    return cut_off_ipv6(data) if protocol == 0x86DD else None


def cut_off_ipv4(data):
    header_bytes = (data[0] & 15) * 4 if data else 0
    if len(data) < 28 or data[0] >> 4 != 4 or header_bytes < 20 or len(data) < header_bytes + 8:
        return None
    if u16(data, 2) < header_bytes:
        return None
    data = data[: u16(data, 2)]
    source, destination = ip_address(data[12:16]), ip_address(data[16:20])
    # A TTL of 0 says that it is to be quoted as it is here.
    return validation.Packet(
        4, data, source, destination, data[9], data[header_bytes:], 0, data[1],
        fragment_offset=(u16(data, 6) & 0x1FFF) * 8,
    )


def cut_off_ipv6(data):
    if len(data) < 48 or data[0] >> 4 != 6:
        return None
    data = data[: 40 + u16(data, 4)]
    source, destination = ip_address(data[8:24]), ip_address(data[24:40])
    next_header, at, offset = data[6], 40, 0
    while next_header in validation.EXTENSION_HEADERS and offset == 0 and at + 8 <= len(data):
        if next_header == FRAGMENT:
            offset = u16(data, at + 2) & 0xFFF8
        length = 8 if next_header == FRAGMENT else (data[at + 1] + 1) * 8
        if next_header == validation.AUTHENTICATION:
            length = (data[at + 1] + 2) * 4
        next_header, at = data[at], at + length
    ends_early = next_header in validation.EXTENSION_HEADERS or next_header == ICMPV6 and at >= len(data)
    if offset == 0 and ends_early:
        # It may be an ICMPv6 error.
        return None
    return validation.Packet(
        6, data, source, destination, next_header, data[at:], 0, u16(data, 0) >> 4 & 0xFF, fragment_offset=offset
    )
