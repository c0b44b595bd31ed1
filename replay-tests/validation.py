"""What makes an IP packet acceptable, in wire order: the lead's rules over RFC 791, 1812, 8200, 9293, 768, 792.

`ipv4` and `ipv6` take the bytes behind the Ethernet header (padding included) and return a Packet,
or raise Refused with the drop reason. They look at bytes, not at scapy's dissection: scapy repairs
and guesses where a packet is broken, and broken packets are the point.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network

ICMP, TCP, UDP, GRE, ICMPV6 = 1, 6, 17, 47, 58
HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS = 0, 43, 44, 51, 60
EXTENSION_HEADERS = {HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS}
EXTENSION_HEADERS_MAX = 8
JUMBO_OPTION = 0xC2

THIS_NETWORK_V4 = ip_network("0.0.0.0/8")
LOOPBACK_V4 = ip_network("127.0.0.0/8")
MULTICAST_V4 = ip_network("224.0.0.0/4")
CLASS_E_V4 = ip_network("240.0.0.0/4")
LIMITED_BROADCAST = IPv4Address("255.255.255.255")
MULTICAST_V6 = ip_network("ff00::/8")
MAPPED_V4 = ip_network("::ffff:0:0/96")
LINK_LOCAL_V6 = ip_network("fe80::/10")
UNSPECIFIED, LOOPBACK_V6 = IPv6Address("::"), IPv6Address("::1")


class Refused(Exception):
    """A packet that validation refuses; `reasons` are the names that may be given for it."""

    def __init__(self, *reasons):
        super().__init__(*reasons)
        self.reasons = reasons


@dataclass(frozen=True)
class Packet:
    """An accepted packet. `data` is the packet without Ethernet padding, `l4` what follows the last header."""

    version: int
    data: bytes
    source: object
    destination: object
    protocol: int
    l4: bytes
    ttl: int
    tos: int
    fragment_offset: int = 0
    more_fragments: bool = False
    dont_fragment: bool = False

    @property
    def is_fragment(self):
        return self.more_fragments or self.fragment_offset > 0

    @property
    def is_later_fragment(self):
        return self.fragment_offset > 0


def u16(data, offset):
    return int.from_bytes(data[offset : offset + 2], "big")


def ones_complement_sum(data):
    """RFC 1071: 0xffff for a block that carries its own correct checksum."""
    if len(data) % 2:
        data += b"\0"
    total = sum(u16(data, i) for i in range(0, len(data), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def internet_checksum(data):
    return 0xFFFF - ones_complement_sum(data)


def ipv4(data, appliance):
    """RFC 1812 5.2.2: length, checksum, version, header length, total length; then addresses, options, L4."""
    if len(data) < 20:
        raise Refused("ipv4-truncated")
    if data[0] >> 4 != 4:
        raise Refused("ipv4-bad-version")
    header_bytes = (data[0] & 15) * 4
    if header_bytes < 20 or header_bytes > len(data):
        raise Refused("ipv4-bad-header-length")
    total_bytes = u16(data, 2)
    if total_bytes < header_bytes or total_bytes > len(data):
        raise Refused("ipv4-bad-length")
    if ones_complement_sum(data[:header_bytes]) != 0xFFFF:
        raise Refused("ipv4-bad-checksum")
    data = data[:total_bytes]
    source, destination = IPv4Address(data[12:16]), IPv4Address(data[16:20])
    if (
        any(source in network for network in (THIS_NETWORK_V4, LOOPBACK_V4, MULTICAST_V4, CLASS_E_V4))
        or appliance.is_local(source)
    ):
        raise Refused("martian-source")
    if destination in THIS_NETWORK_V4 or destination in LOOPBACK_V4:
        raise Refused("martian-destination")
    if destination in CLASS_E_V4 and destination != LIMITED_BROADCAST:
        raise Refused("martian-destination")
    if source == destination:
        raise Refused("land")
    check_ipv4_options(data[20:header_bytes])
    fragment_field = u16(data, 6)
    packet = Packet(
        version=4,
        data=data,
        source=source,
        destination=destination,
        protocol=data[9],
        l4=data[header_bytes:],
        ttl=data[8],
        tos=data[1],
        fragment_offset=(fragment_field & 0x1FFF) * 8,
        more_fragments=bool(fragment_field & 0x2000),
        dont_fragment=bool(fragment_field & 0x4000),
    )
    check_l4(packet)
    return packet


def check_ipv4_options(options):
    """RFC 791 3.1: type, length, value; types 0 and 1 are alone. Nothing after type 0 is read."""
    offset = 0
    while offset < len(options):
        kind = options[offset]
        if kind == 0:
            return
        if kind == 1:
            offset += 1
            continue
        if offset + 1 >= len(options):
            raise Refused("ipv4-bad-options")
        length = options[offset + 1]
        if length < 2 or offset + length > len(options):
            raise Refused("ipv4-bad-options")
        if kind in (131, 137):
            raise Refused("ipv4-source-route")
        offset += length


def ipv6(data, appliance):
    if len(data) < 40:
        raise Refused("ipv6-truncated")
    if data[0] >> 4 != 6:
        raise Refused("ipv6-bad-version")
    payload_bytes = u16(data, 4)
    if payload_bytes > len(data) - 40:
        raise Refused("ipv6-bad-length")
    padding_free = data[: 40 + payload_bytes]
    source, destination = IPv6Address(data[8:24]), IPv6Address(data[24:40])
    # RFC 4861 4.3: a solicitation of duplicate address detection has no source yet.
    nameless_solicitation = (
        source == UNSPECIFIED
        and data[6] == ICMPV6
        and padding_free[40:41] == b"\x87"
        and destination in ip_network("ff02::1:ff00:0/104")
    )
    if source == UNSPECIFIED and not nameless_solicitation:
        is_solicitation = data[6] == ICMPV6 and padding_free[40:41] == b"\x87"
        # RFC 4861 7.1.1 names it for solicitations; which check sees it first is open.
        raise Refused("martian-source", *(["nd-malformed"] if is_solicitation else []))
    if (
        source == LOOPBACK_V6
        or source in MULTICAST_V6
        or source in MAPPED_V4
        or appliance.is_local(source)
    ):
        raise Refused("martian-source")
    if destination in (UNSPECIFIED, LOOPBACK_V6):
        raise Refused("martian-destination")
    if payload_bytes == 0 and data[6] == HOP_BY_HOP:
        # RFC 2675: a jumbogram (refused), or a header that is not there.
        jumbo = any(data[42 + i] == JUMBO_OPTION for i in range(min(6, max(0, len(data) - 42))))
        raise Refused("ipv6-bad-length", *(() if jumbo else ("ipv6-extension-truncated",)))
    data = padding_free
    protocol, l4_offset, fragment_field = walk_extensions(data)
    packet = Packet(
        version=6,
        data=data,
        source=source,
        destination=destination,
        protocol=protocol,
        l4=data[l4_offset:],
        ttl=data[7],
        tos=(u16(data, 0) >> 4) & 0xFF,
        fragment_offset=fragment_field & 0xFFF8,
        more_fragments=bool(fragment_field & 1),
        dont_fragment=True,
    )
    check_l4(packet)
    return packet


def walk_extensions(data):
    """RFC 8200 section 4. Returns the upper protocol, its offset, and the fragment field (0: none)."""
    protocol, offset, headers, fragment_field = data[6], 40, 0, 0
    while protocol in EXTENSION_HEADERS:
        headers += 1
        if headers > EXTENSION_HEADERS_MAX:
            raise Refused("ipv6-too-many-headers")
        if protocol == HOP_BY_HOP and headers > 1:
            raise Refused("ipv6-bad-extension-order")
        if offset + 8 > len(data):
            raise Refused("ipv6-extension-truncated")
        if protocol == FRAGMENT:
            fragment_field = u16(data, offset + 2)
            length = 8
        elif protocol == AUTHENTICATION:
            length = (data[offset + 1] + 2) * 4
        else:
            length = (data[offset + 1] + 1) * 8
        if offset + length > len(data):
            raise Refused("ipv6-extension-truncated")
        if protocol == ROUTING and data[offset + 2] == 0:
            raise Refused("ipv6-routing-type-0")
        is_fragment = protocol == FRAGMENT
        protocol = data[offset]
        offset += length
        if is_fragment and fragment_field & 0xFFF8:
            break
    return protocol, offset, fragment_field


def destination_headers(data):
    """What the extension headers of an IPv6 packet mean at its end: (led elsewhere, options are bad).

    RFC 8200 4.4: a routing header with segments left is for the next one. 4.2: an option that is not
    known is skipped only if the two high bits of its type are 0. An authentication header (RFC 4302)
    cannot be verified here.
    """
    protocol, offset, elsewhere, bad_options = data[6], 40, False, False
    while protocol in EXTENSION_HEADERS:
        next_protocol = data[offset]
        if protocol == AUTHENTICATION:
            elsewhere = True
            length = (data[offset + 1] + 2) * 4
        elif protocol == FRAGMENT:
            length = 8
            if u16(data, offset + 2) & 0xFFF8:
                break
        else:
            length = (data[offset + 1] + 1) * 8
            if protocol == ROUTING:
                elsewhere = elsewhere or data[offset + 3] != 0
            elif not are_skippable(data[offset + 2 : offset + length]):
                bad_options = True
        protocol = next_protocol
        offset += length
    return elsewhere, bad_options


def are_skippable(options):
    while options:
        if options[0] == 0:
            options = options[1:]
            continue
        if options[0] >> 6 or len(options) < 2 or 2 + options[1] > len(options):
            return False
        options = options[2 + options[1] :]
    return True


def check_l4(packet):
    """Lengths only: a router does not verify the checksums of what passes through it."""
    if packet.is_later_fragment:
        return
    data = packet.l4
    if packet.protocol == TCP:
        if len(data) < 20:
            raise Refused("tcp-truncated")
        header_bytes = (data[12] >> 4) * 4
        if header_bytes < 20 or header_bytes > len(data):
            raise Refused("tcp-bad-header-length")
    elif packet.protocol == UDP:
        if len(data) < 8:
            raise Refused("udp-truncated")
        # The first fragment of a datagram holds only a part of what its UDP length counts.
        if u16(data, 4) < 8 or (u16(data, 4) > len(data) and not packet.is_fragment):
            raise Refused("udp-bad-length")
    elif packet.protocol == (ICMP if packet.version == 4 else ICMPV6):
        if len(data) < 8:
            raise Refused("icmp-truncated")
