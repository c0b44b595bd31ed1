"""What a frame that leaves the appliance must look like, built and compared with scapy.

Each class is one kind of expected output. `fingerprint` says which input an output answers (it reads
nothing that the appliance changes); `problems` compares field by field and returns sentences, none if
all is well. Where an RFC leaves a choice (how much an ICMP error quotes, its IP identification), every
choice passes; where PRODUCT.md or the RFC is exact, one value does.
"""

from dataclasses import dataclass, replace
from ipaddress import ip_address

from scapy.all import ARP, GRE, IP, Ether, ICMP, IPv6, Raw

from appliance import PORT_MAC
from validation import internet_checksum, ones_complement_sum, u16

VLAN_TYPES = (0x8100, 0x88A8)
ETHERNET_MIN = 60
ICMPV4_ERROR_MAX = 576
"""RFC 1812 4.3.2.3: the whole ICMP error datagram is at most this long."""
ICMPV6_ERROR_MAX = 1280
"""RFC 4443 2.4(c): never more than the minimum IPv6 MTU."""


def split_ethernet(frame):
    """(destination, source, tags as raw bytes, ethertype, rest)."""
    offset, tags = 12, b""
    while u16(frame, offset) in VLAN_TYPES and offset + 6 <= len(frame):
        tags += frame[offset : offset + 4]
        offset += 4
    return frame[0:6], frame[6:12], tags, u16(frame, offset), frame[offset + 2 :]


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def mac_text(mac):
    return ":".join(f"{byte:02x}" for byte in mac)


def identity(packet, limit=None):
    """An IP packet without what a router changes: TTL and header checksum, or hop limit."""
    packet = packet[:limit] if limit else packet
    if packet[:1] and packet[0] >> 4 == 6:
        return packet[:7] + packet[8:]
    return packet[:8] + packet[9:10] + packet[12:]


def quote_identity(packet):
    """The header and eight bytes more: what every ICMP error quotes at least."""
    if packet[:1] and packet[0] >> 4 == 6:
        return identity(packet, 48)
    return identity(packet, (packet[0] & 15) * 4 + 8)


def fingerprint(frame, appliance):
    """Which expected output this frame can be."""
    _, _, _, ethertype, rest = split_ethernet(frame)
    if ethertype == 0x0806:
        return ("arp", rest[24:28])
    if ethertype == 0x0800 and len(rest) >= 20:
        source = ip_address(rest[12:16])
        rest = rest[: max(20, u16(rest, 2))]
        l4 = rest[(rest[0] & 15) * 4 :]
        if rest[9] == 47 and l4[:1] and source in appliance.endpoint_set:
            return carried_fingerprint(l4, appliance)
        if rest[9] == 1 and appliance.is_local(source) and l4[:1]:
            if l4[0] == 0:
                return ("echo", rest[16:20], l4[4:8])
            return ("error", quote_identity(l4[8:]))
    if ethertype == 0x86DD and len(rest) >= 40:
        source = ip_address(rest[8:24])
        rest = rest[: 40 + u16(rest, 4)]
        if rest[6] == 47 and rest[40:41] and source in appliance.endpoint_set:
            return carried_fingerprint(rest[40:], appliance)
        if rest[6] == 58 and appliance.is_local(source) and rest[40:41]:
            if rest[40] == 129:
                return ("echo", rest[24:40], rest[44:48])
            if rest[40] == 136:
                return ("advertisement", rest[24:40], rest[48:64])
            return ("error", quote_identity(rest[48:]))
    return ("plain", identity(rest))


def carried_fingerprint(gre, appliance):
    """Of what a GRE packet of ours carries."""
    inner = gre[4 + 4 * bool(gre[0] & 0x80) + 4 * bool(gre[0] & 0x20) :]
    kind = 0x0800 if inner[:1] and inner[0] >> 4 == 4 else 0x86DD
    carried = fingerprint(bytes(12) + kind.to_bytes(2, "big") + inner, appliance)
    return carried if carried[0] == "error" else ("gre", identity(inner))


def is_own_question(frame):
    """An ARP request or neighbour solicitation that the appliance sends on its own initiative."""
    _, source, _, ethertype, rest = split_ethernet(frame)
    if source != mac_bytes(PORT_MAC):
        return False
    if ethertype == 0x0806:
        return u16(rest, 6) == 1
    return ethertype == 0x86DD and rest[6] == 58 and rest[40:41] == b"\x87"


class Comparison:
    """Collects what differs."""

    def __init__(self):
        self.problems = []

    def field(self, name, got, *allowed):
        if got not in allowed:
            self.problems.append(f"{name}: got {got!r}, expected {' or '.join(map(repr, allowed))}")


def compare_layers(expected, got, comparison):
    """Field by field over all layers of two scapy packets."""
    while expected or got:
        if type(expected) is not type(got):
            comparison.problems.append(
                f"layer: got {type(got).__name__}, expected {type(expected).__name__}"
            )
            return
        if isinstance(expected, Raw):
            if expected.load != got.load:
                comparison.problems.append(
                    f"payload: got {got.load.hex()}, expected {expected.load.hex()}"
                )
            return
        for description in expected.fields_desc:
            name = description.name
            comparison.field(
                f"{type(expected).__name__}.{name}", got.getfieldval(name), expected.getfieldval(name)
            )
        expected, got = expected.payload, got.payload


@dataclass(frozen=True)
class ExactFrame:
    """A frame known to the last byte: what is forwarded, in either direction, and ARP replies."""

    frame: bytes
    next_hop_macs: tuple = ()
    """Further Ethernet destinations that are right too."""

    def fingerprint(self, appliance):
        return fingerprint(self.frame, appliance)

    def problems(self, frame):
        if self.is_same(frame):
            return []
        comparison = Comparison()
        compare_layers(Ether(self.frame), Ether(frame), comparison)
        return comparison.problems or [
            f"bytes: got {frame.hex()}, expected {self.frame.hex()}"
        ]

    def is_same(self, frame):
        padding = frame[len(self.frame) :]
        if padding and (len(frame) > ETHERNET_MIN or any(padding)):
            return False
        if frame[6 : len(self.frame)] != self.frame[6:]:
            return False
        return frame[:6] == self.frame[:6] or mac_text(frame[:6]) in self.next_hop_macs

    def sample(self):
        return self.frame


@dataclass(frozen=True)
class LabelledFrame(ExactFrame):
    """A frame whose outer IPv6 flow label may be any but 0 (RFC 6437 section 2, RFC 6438)."""

    def problems(self, frame):
        label = flow_label(frame)
        if label is None:
            return super().problems(frame)
        if label == 0:
            return ["outer flow label: got 0"]
        return super().problems(with_flow_label(frame, flow_label(self.frame)))


def outer_ipv6_at(frame):
    """Where the IPv6 header of a frame begins; None if there is none."""
    _, _, tags, ethertype, rest = split_ethernet(frame)
    return 14 + len(tags) if ethertype == 0x86DD and len(rest) >= 40 else None


def flow_label(frame):
    at = outer_ipv6_at(frame)
    return None if at is None else int.from_bytes(frame[at : at + 4], "big") & 0xFFFFF


def with_flow_label(frame, label):
    at = outer_ipv6_at(frame)
    word = int.from_bytes(frame[at : at + 4], "big") & 0xFFF00000 | label
    return frame[:at] + word.to_bytes(4, "big") + frame[at + 4 :]


def forwarded(packet):
    """The packet one hop further: TTL or hop limit less one, IPv4 checksum computed anew."""
    data = bytearray(packet.data)
    if packet.version == 6:
        data[7] -= 1
        return bytes(data)
    data[8] -= 1
    data[10:12] = b"\0\0"
    header_bytes = (data[0] & 15) * 4
    data[10:12] = internet_checksum(bytes(data[:header_bytes])).to_bytes(2, "big")
    return bytes(data)


def plain_frame(packet, next_hop_mac, tags):
    """A decapsulated packet on its way out."""
    ethertype = 0x0800 if packet.version == 4 else 0x86DD
    return ExactFrame(ethernet_header(next_hop_mac, tags, ethertype) + forwarded(packet))


def tunnel_frame(packet, tunnel, next_hop_mac, tags):
    """RFC 2784, RFC 2890; over IPv4 DF set and ID 0, over IPv6 RFC 7676."""
    inner_type = 0x0800 if packet.version == 4 else 0x86DD
    gre = GRE(proto=inner_type)
    if tunnel.key is not None:
        gre.key_present, gre.key = 1, tunnel.key
    if tunnel.checksum:
        gre.chksum_present = 1
    tos = tunnel.outer_tos(packet.tos)
    payload = gre / Raw(forwarded(packet))
    if tunnel.is_ipv6:
        outer = IPv6(src=tunnel.local, dst=tunnel.remote, hlim=tunnel.ttl, tc=tos, nh=47, fl=1)
        header = ethernet_header(next_hop_mac, tags, 0x86DD)
        return LabelledFrame(header + bytes(outer / payload))
    outer = IP(
        src=tunnel.local, dst=tunnel.remote, ttl=tunnel.ttl, tos=tos, flags="DF", id=0, proto=47
    )
    return ExactFrame(ethernet_header(next_hop_mac, tags, 0x0800) + bytes(outer / payload))


def arp_reply(request, tags, own_address, asker_mac, asker_address):
    """RFC 826: swap, fill in our own address, opcode reply, to the one who asked."""
    reply = ARP(
        op=2, hwsrc=PORT_MAC, psrc=str(own_address), hwdst=asker_mac, pdst=str(asker_address)
    )
    ethernet = mac_bytes(asker_mac) + mac_bytes(PORT_MAC) + tags + b"\x08\x06"
    return ExactFrame(ethernet + bytes(reply), (mac_text(request[6:12]),))


@dataclass(frozen=True)
class EchoReply:
    """RFC 792, RFC 4443 4.2: data, identifier and sequence unchanged, source the address that was pinged."""

    packet: object
    tags: bytes
    macs: tuple

    def fingerprint(self, appliance):
        source = self.packet.source.packed
        return ("echo", source, self.packet.l4[4:8])

    def problems(self, frame):
        destination, source, tags, _, rest = split_ethernet(frame)
        comparison = Comparison()
        comparison.field("Ethernet destination", mac_text(destination), *self.macs)
        comparison.field("Ethernet source", mac_text(source), PORT_MAC)
        comparison.field("VLAN tags", tags.hex(), self.tags.hex())
        if self.packet.version == 4:
            ip = IP(rest)
            header_bytes = ip.ihl * 4
            l4 = rest[header_bytes : ip.len]
            comparison.field("IP.chksum sum", ones_complement_sum(rest[:header_bytes]), 0xFFFF)
            comparison.field("IP.len", ip.len, header_bytes + len(self.packet.l4))
            comparison.field("IP.proto", ip.proto, 1)
            comparison.field("IP.ttl", ip.ttl, 64)
            comparison.field("IP.tos", ip.tos, self.packet.tos, 0)
            comparison.field("IP.frag", ip.frag, 0)
            comparison.field("IP.flags", str(ip.flags), "", "DF")
            comparison.field("ICMP checksum sum", ones_complement_sum(l4), 0xFFFF)
            # RFC 792: code 0; who takes another code for an echo request may give it back.
            comparison.field("ICMP type", l4[0], 0)
            comparison.field("ICMP code", l4[1], 0, self.packet.l4[1])
        else:
            ip = IPv6(rest)
            l4 = rest[40 : 40 + ip.plen]
            comparison.field("IPv6.plen", ip.plen, len(self.packet.l4))
            comparison.field("IPv6.nh", ip.nh, 58)
            comparison.field("IPv6.hlim", ip.hlim, 64)
            comparison.field("ICMPv6 checksum sum", icmpv6_sum(rest, l4), 0xFFFF)
            comparison.field("ICMPv6 type", l4[0], 129)
            comparison.field("ICMPv6 code", l4[1], 0, self.packet.l4[1])
        comparison.field("IP.src", ip.src, str(self.packet.destination))
        comparison.field("IP.dst", ip.dst, str(self.packet.source))
        comparison.field("ICMP identifier, sequence, data", l4[4:].hex(), self.packet.l4[4:].hex())
        return comparison.problems

    def sample(self):
        """A frame that passes, for the self-test."""
        l4 = (b"\0\0" if self.packet.version == 4 else b"\x81\0") + b"\0\0" + self.packet.l4[4:]
        return sample_frame(
            self.packet, self.packet.destination, self.macs[0], self.tags, l4, self.packet.tos
        )


@dataclass(frozen=True)
class IcmpError:
    """RFC 792 and 1812 4.3.2, RFC 1191, RFC 4443: time exceeded, fragmentation needed, packet too big; and
    unreachable about what was lost in a tunnel (RFC 2003 section 4, RFC 2473 8.2)."""

    packet: object
    own_address: object
    macs: tuple
    tag_choices: tuple
    kind: str
    mtu: int = 0
    ttls: tuple = (64, 255)

    TYPES = {
        ("time-exceeded", 4): (11, 0),
        ("too-big", 4): (3, 4),
        ("time-exceeded", 6): (3, 0),
        ("too-big", 6): (2, 0),
        ("unreachable", 4): (3, 1),
        ("unreachable", 6): (1, 3),
    }

    def fingerprint(self, appliance):
        return ("error", quote_identity(self.packet.data))

    def problems(self, frame):
        destination, source, tags, _, rest = split_ethernet(frame)
        version = self.packet.version
        comparison = Comparison()
        comparison.field("Ethernet destination", mac_text(destination), *self.macs)
        comparison.field("Ethernet source", mac_text(source), PORT_MAC)
        comparison.field("VLAN tags", tags.hex(), *(choice.hex() for choice in self.tag_choices))
        if version == 4:
            ip = IP(rest)
            comparison.field("IP.version", ip.version, 4)
            comparison.field("IP.ihl", ip.ihl, 5)
            comparison.field("IP.chksum sum", ones_complement_sum(rest[:20]), 0xFFFF)
            comparison.field("IP.proto", ip.proto, 1)
            comparison.field("IP.ttl", ip.ttl, *self.ttls)
            comparison.field("IP.frag", ip.frag, 0)
            # RFC 1812 4.3.2.5: precedence as in the original, 6 or 7; TOS bits as in the original.
            comparison.field("IP.tos", ip.tos, 0, 0xC0, 0xE0, self.packet.tos)
            total, header_bytes, limit = ip.len, 20, ICMPV4_ERROR_MAX
            l4 = rest[20:total]
            comparison.field("ICMP checksum sum", ones_complement_sum(l4), 0xFFFF)
        else:
            ip = IPv6(rest)
            comparison.field("IPv6.version", ip.version, 6)
            comparison.field("IPv6.nh", ip.nh, 58)
            comparison.field("IPv6.hlim", ip.hlim, *self.ttls)
            total, header_bytes, limit = 40 + ip.plen, 40, ICMPV6_ERROR_MAX
            l4 = rest[40:total]
            comparison.field("ICMPv6 checksum sum", icmpv6_sum(rest, l4), 0xFFFF)
        comparison.field("IP length within the frame", total <= len(rest), True)
        comparison.field("IP length within the limit for errors", total <= limit, True)
        comparison.field("IP.src", ip.src, str(self.own_address))
        comparison.field("IP.dst", ip.dst, str(self.packet.source))
        comparison.field("ICMP type and code", tuple(l4[:2]), self.TYPES[self.kind, version])
        # IPv4 has 16 unused bits before the next-hop MTU (RFC 1191 section 4), IPv6 a 32-bit MTU.
        comparison.field("ICMP unused and MTU", int.from_bytes(l4[4:8], "big"), self.mtu)
        self.compare_quote(comparison, l4[8:], limit - header_bytes - 8)
        return comparison.problems

    def compare_quote(self, comparison, quote, room):
        """RFC 1812 4.3.2.4: as received, but a decremented TTL need not be undone."""
        original = self.packet.data
        header_bytes = (original[0] & 15) * 4 if self.packet.version == 4 else 40
        comparison.field(
            "quote has header and 8 bytes", len(quote) >= min(len(original), header_bytes + 8), True
        )
        # RFC 1812 4.3.2.3 (SHOULD) and RFC 4443 3.2: as much of the packet as fits.
        if self.packet.version == 6:
            comparison.field("quote length", len(quote), min(len(original), room))
        choices = [original[: len(quote)]]
        if self.packet.ttl > 0:
            choices.append(forwarded(self.packet)[: len(quote)])
        comparison.field("quote", quote.hex(), *(choice.hex() for choice in choices))

    def sample(self):
        kind = bytes(self.TYPES[self.kind, self.packet.version])
        limit = ICMPV4_ERROR_MAX - 28 if self.packet.version == 4 else ICMPV6_ERROR_MAX - 48
        l4 = kind + b"\0\0" + self.mtu.to_bytes(4, "big") + self.packet.data[:limit]
        return sample_frame(self.packet, self.own_address, self.macs[0], self.tag_choices[0], l4, 0)


@dataclass(frozen=True)
class TunnelledError:
    """An ICMP error towards a tenant's inside: back through one of the tenant's tunnels, or plainly."""

    error: IcmpError
    tenant: object

    def fingerprint(self, appliance):
        return self.error.fingerprint(appliance)

    def problems(self, frame):
        destination, _, tags, _, rest = split_ethernet(frame)
        macs = (mac_text(destination),)
        header = frame[: 14 + len(tags)]
        delivery = IP(rest) if rest[0] >> 4 == 4 else IPv6(rest)
        if (delivery.proto if delivery.version == 4 else delivery.nh) != 47:
            return replace(self.error, macs=macs, tag_choices=(tags,)).problems(frame)
        comparison = Comparison()
        tunnels = [t for t in self.tenant.best_tunnels() if t.remote == delivery.dst]
        comparison.field("a tunnel of the tenant's", len(tunnels), 1)
        if delivery.version == 4:
            comparison.field("IP.chksum sum", ones_complement_sum(rest[:20]), 0xFFFF)
        for tunnel in tunnels:
            comparison.field("IP.src", delivery.src, tunnel.local)
            packet = rest[tunnel.ip_bytes :]
            gre = packet[: tunnel.gre_bytes]
            key = b"" if tunnel.key is None else tunnel.key.to_bytes(4, "big")
            kind = b"\x08\x00" if self.error.packet.version == 4 else b"\x86\xdd"
            flags = (0x2000 * bool(key) | 0x8000 * tunnel.checksum).to_bytes(2, "big")
            checksum = gre[4:6] + b"\0\0" if tunnel.checksum else b""
            comparison.field("GRE header", gre.hex(), (flags + kind + checksum + key).hex())
            if tunnel.checksum:
                comparison.field("GRE checksum sum", ones_complement_sum(packet), 0xFFFF)
            inner = header[:-2] + kind + packet[tunnel.gre_bytes :]
            # On its way into the tunnel it is forwarded like any packet: one less may be left.
            bare = replace(self.error, macs=macs, tag_choices=(tags,), ttls=(64, 63, 255, 254))
            comparison.problems += bare.problems(inner)
        return comparison.problems

    def sample(self):
        return None


@dataclass(frozen=True)
class NeighbourAdvertisement:
    """RFC 4861 7.2.4: solicited advertisement for one of our addresses."""

    own_address: object
    asker: object
    asker_mac: str
    tags: bytes
    needs_option: bool
    is_anycast: bool = False

    ALL_NODES = ip_address("ff02::1")

    def destination(self):
        return self.ALL_NODES if self.asker == ip_address("::") else self.asker

    def fingerprint(self, appliance):
        return ("advertisement", self.destination().packed, self.own_address.packed)

    def problems(self, frame):
        destination, source, tags, _, rest = split_ethernet(frame)
        unsolicited = self.asker == ip_address("::")
        comparison = Comparison()
        comparison.field(
            "Ethernet destination",
            mac_text(destination),
            "33:33:00:00:00:01" if unsolicited else self.asker_mac,
        )
        comparison.field("Ethernet source", mac_text(source), PORT_MAC)
        comparison.field("VLAN tags", tags.hex(), self.tags.hex())
        ip = IPv6(rest)
        l4 = rest[40 : 40 + ip.plen]
        comparison.field("IPv6.src", ip.src, str(self.own_address))
        comparison.field("IPv6.dst", ip.dst, str(self.destination()))
        comparison.field("IPv6.hlim", ip.hlim, 255)
        comparison.field("IPv6.nh", ip.nh, 58)
        comparison.field("ICMPv6 checksum sum", icmpv6_sum(rest, l4), 0xFFFF)
        comparison.field("ICMPv6 type and code", l4[:2].hex(), "8800")
        flags = l4[4]
        comparison.field("solicited flag", bool(flags & 0x40), not unsolicited)
        if not self.is_anycast:
            comparison.field("override flag", bool(flags & 0x20), True)
        comparison.field("reserved bits", flags & 0x1F, 0)
        comparison.field("target", l4[8:24].hex(), self.own_address.packed.hex())
        option = b"\x02\x01" + mac_bytes(PORT_MAC)
        allowed = [option.hex()] if self.needs_option else [option.hex(), ""]
        comparison.field("target link-layer address option", l4[24:].hex(), *allowed)
        return comparison.problems

    def sample(self):
        unsolicited = self.asker == ip_address("::")
        flags = b"\xa0\0\0\0" if unsolicited else b"\xe0\0\0\0"
        option = b"\x02\x01" + mac_bytes(PORT_MAC)
        l4 = b"\x88\0\0\0" + flags + self.own_address.packed + option
        mac = "33:33:00:00:00:01" if unsolicited else self.asker_mac
        header = b"\x60\0\0\0" + len(l4).to_bytes(2, "big") + b"\x3a\xff"
        header += self.own_address.packed + self.destination().packed
        return ethernet_header(mac, self.tags, 0x86DD) + header + with_icmpv6_checksum(header, l4)


def icmpv6_sum(packet, l4):
    """RFC 8200 8.1: pseudo-header with addresses, upper-layer length, next header 58."""
    pseudo = packet[8:40] + len(l4).to_bytes(4, "big") + b"\0\0\0\x3a"
    return ones_complement_sum(pseudo + l4)


def with_icmpv6_checksum(header, l4):
    l4 = l4[:2] + b"\0\0" + l4[4:]
    return l4[:2] + (0xFFFF - icmpv6_sum(header, l4)).to_bytes(2, "big") + l4[4:]


def ethernet_header(mac, tags, ethertype):
    return mac_bytes(mac) + mac_bytes(PORT_MAC) + tags + ethertype.to_bytes(2, "big")


def sample_frame(packet, source, mac, tags, l4, tos):
    """A reply to `packet` from `source` with this ICMP message, checksums filled in."""
    if packet.version == 4:
        l4 = l4[:2] + internet_checksum(l4[:2] + b"\0\0" + l4[4:]).to_bytes(2, "big") + l4[4:]
        ip = IP(src=str(source), dst=str(packet.source), ttl=64, tos=tos, proto=1, id=0) / Raw(l4)
        return ethernet_header(mac, tags, 0x0800) + bytes(ip)
    header = b"\x60\0\0\0" + len(l4).to_bytes(2, "big") + b"\x3a\x40"
    header += source.packed + packet.source.packed
    return ethernet_header(mac, tags, 0x86DD) + header + with_icmpv6_checksum(header, l4)
