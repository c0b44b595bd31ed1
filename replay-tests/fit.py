"""How a packet is made to fit: the MSS clamp (RFC 9293 3.7.1), and fragments (RFC 791 3.2, RFC 8200 4.5).

Plain and slow, from the RFCs' text. What a router may choose, such as where it cuts, is left open only
where the RFC leaves it open; whole datagrams are also put together by scapy's own reassembly.
"""

from dataclasses import dataclass, replace

from scapy.all import GRE, IP, IPv6, IPv6ExtHdrFragment, Raw, defragment, defragment6, fragment, fragment6

from replies import Comparison, ExactFrame, LabelledFrame, ethernet_header, forwarded, split_ethernet
from validation import GRE as GRE_PROTOCOL
from validation import FRAGMENT, TCP, internet_checksum, u16

SYN = 0x02
TUNNEL_MTU_MIN = 576
PLATEAUS = (8166, 4352, 2002, 1492, 1006, 576)
"""RFC 1191 7.1: what is tried when a router does not name the next hop's MTU."""


def clamped(packet, limit):
    """The packet with its MSS lowered to `limit`; as it is where there is nothing to lower."""
    if limit is None or packet.protocol != TCP or packet.is_fragment:
        return packet
    l4 = bytearray(packet.l4)
    if len(l4) < 20 or not l4[13] & SYN:
        return packet
    at, end = 20, (l4[12] >> 4) * 4
    while at < end and l4[at] != 0:
        if l4[at] == 1:
            at += 1
            continue
        length = l4[at + 1] if at + 1 < end else 0
        if length < 2 or at + length > end:
            return packet
        if l4[at] == 2 and length == 4:
            if u16(l4, at + 2) <= limit:
                return packet
            before = bytes(l4)
            l4[at + 2 : at + 4] = limit.to_bytes(2, "big")
            l4[16:18] = updated_checksum(before, bytes(l4)).to_bytes(2, "big")
            whole = packet.data[: len(packet.data) - len(l4)] + bytes(l4)
            return replace(packet, data=whole, l4=bytes(l4))
        at += length
    return packet


def updated_checksum(before, after):
    """RFC 1624, equation 3, for every word that differs."""
    checksum = u16(before, 16)
    for at in range(0, len(before) & ~1, 2):
        old, new = u16(before, at), u16(after, at)
        if old != new:
            total = (~checksum & 0xFFFF) + (~old & 0xFFFF) + new
            while total > 0xFFFF:
                total = (total & 0xFFFF) + (total >> 16)
            checksum = ~total & 0xFFFF
    return checksum


def copied_options(options):
    """RFC 791 3.1: the options whose copy bit is set, padded to a multiple of four."""
    kept, at = b"", 0
    while at < len(options) and options[at] != 0:
        length = 1 if options[at] == 1 else options[at + 1]
        if options[at] & 0x80:
            kept += options[at : at + length]
        at += length
    return kept + bytes(-len(kept) % 4)


def fits_a_datagram(packet):
    """Whether its data ends where a datagram's may (65,535 bytes)."""
    data_bytes = len(packet.data) - (packet.data[0] & 15) * 4
    return packet.fragment_offset // 8 + data_bytes // 8 <= 0x1FFF


def cut(data, mtu):
    """RFC 791 3.2: (header, data) becomes the shortest row of fragments, each as large as it may be."""
    header_bytes = (data[0] & 15) * 4
    header, rest = data[:header_bytes], data[header_bytes:]
    word = u16(data, 6)
    later_header = header[:20] + copied_options(header[20:])
    pieces, offset = [], 0
    while rest:
        fits = len(rest) <= mtu - len(header)
        size = len(rest) if fits else (mtu - len(header)) // 8 * 8
        more = word & 0x2000 if fits else 0x2000
        piece = bytearray(header + rest[:size])
        piece[0] = 0x40 | len(header) // 4
        piece[2:4] = len(piece).to_bytes(2, "big")
        piece[6:8] = ((word & 0xC000) | more | (word & 0x1FFF) + offset // 8).to_bytes(2, "big")
        piece[10:12] = b"\0\0"
        piece[10:12] = internet_checksum(bytes(piece[: len(header)])).to_bytes(2, "big")
        pieces.append(bytes(piece))
        rest, offset, header = rest[size:], offset + size, later_header
    return pieces


def cut_ipv6(data, mtu, identification):
    """RFC 8200 4.5: all behind the IPv6 header is fragmentable, in the shortest row of fragments."""
    rest, pieces, offset = data[40:], [], 0
    while rest:
        fits = len(rest) <= mtu - 48
        size = len(rest) if fits else (mtu - 48) // 8 * 8
        header = data[:4] + (8 + size).to_bytes(2, "big") + b"\x2c" + data[7:40]
        fragment_header = data[6:7] + b"\0" + (offset | (not fits)).to_bytes(2, "big") + identification.to_bytes(4, "big")
        pieces.append(header + fragment_header + rest[:size])
        rest, offset = rest[size:], offset + size
    return pieces


def scapy_disagrees_ipv6(data, pieces, mtu):
    """What scapy's own fragmentation and reassembly of IPv6 say of the pieces."""
    together = bytes(defragment6([IPv6(piece) for piece in pieces]))
    if together[40:] != data[40:] or together[6] != data[6]:
        return ["scapy puts other data together"]
    identification = int.from_bytes(pieces[0][44:48], "big")
    whole = IPv6(data[:40]) / IPv6ExtHdrFragment(nh=data[6], id=identification) / Raw(data[40:])
    whole.nh, whole.plen = FRAGMENT, None
    own = [bytes(piece) for piece in fragment6(whole, mtu)]
    return [] if own == list(pieces) else [f"scapy cuts elsewhere: {[len(piece) for piece in own]}"]


def scapy_disagrees(data, pieces, mtu):
    """What scapy's own fragmentation and reassembly say of the pieces of a whole datagram."""
    problems = []
    if u16(data, 6) & 0x3FFF:
        return problems
    together = defragment([IP(piece) for piece in pieces])
    if len(together) != 1:
        return [f"scapy puts {len(together)} datagrams together"]
    header_bytes = (data[0] & 15) * 4
    whole = bytes(together[0])
    if whole[header_bytes:] != data[header_bytes:]:
        problems.append("scapy puts other data together")
    if header_bytes == 20:
        own = [IP(bytes(piece)) for piece in fragment(IP(data), fragsize=(mtu - 20) // 8 * 8)]
        # It rounds the room of the last piece down too, and so may need one more.
        if len(own) == len(pieces) and [(p.frag, p.len) for p in own] != [(IP(p).frag, IP(p).len) for p in pieces]:
            problems.append(f"scapy cuts elsewhere: {[(p.frag, p.len) for p in own]}")
    return problems


@dataclass(frozen=True)
class Pieces:
    """A packet that leaves as several frames. `where`: inner (cut, then encapsulated), outer, or plain."""

    where: str
    packet: object
    mtu: int
    mac: str
    tags: bytes
    tunnel: object = None

    @property
    def cuts_ipv6(self):
        """Whether what is cut is an outer packet of IPv6."""
        return self.where == "outer" and self.tunnel.is_ipv6

    @property
    def is_over_ipv6(self):
        return self.where != "plain" and self.tunnel.is_ipv6

    def whole(self):
        """The IP packet that is cut, as it would be if it fitted; an outer one has no identification."""
        data = forwarded(self.packet)
        if self.where != "outer":
            return data
        return self.encapsulated(data, 0x0800 if self.packet.version == 4 else 0x86DD)

    def encapsulated(self, data, ethertype, flags=""):
        gre = GRE(proto=ethertype)
        if self.tunnel.key is not None:
            gre.key_present, gre.key = 1, self.tunnel.key
        if self.tunnel.checksum:
            gre.chksum_present = 1
        ends = {"src": self.tunnel.local, "dst": self.tunnel.remote}
        tos = self.tunnel.outer_tos(self.packet.tos)
        if self.tunnel.is_ipv6:
            outer = IPv6(**ends, hlim=self.tunnel.ttl, tc=tos, nh=GRE_PROTOCOL, fl=1)
        else:
            outer = IP(**ends, ttl=self.tunnel.ttl, tos=tos, flags=flags, id=0, proto=GRE_PROTOCOL)
        return bytes(outer / gre / Raw(data))

    def frames(self, identification=0):
        """The frames, in order."""
        data = self.whole()
        header = ethernet_header(self.mac, self.tags, 0x86DD if self.is_over_ipv6 else 0x0800)
        if self.cuts_ipv6:
            return [header + piece for piece in cut_ipv6(data, self.mtu, identification)]
        if self.where == "outer":
            data = data[:4] + identification.to_bytes(2, "big") + data[6:]
        return [header + self.carried(piece) for piece in cut(data, self.mtu)]

    def carried(self, piece):
        if self.where != "inner":
            return piece
        return self.encapsulated(piece, 0x0800, "DF")

    def bare(self, frame):
        """The fragment in a frame."""
        data = split_ethernet(frame)[4]
        return data[self.tunnel.ip_bytes + self.tunnel.gre_bytes :] if self.where == "inner" else data

    def identification(self, bare):
        return bare[44:48] if self.cuts_ipv6 else bare[4:6]

    def offset(self, bare):
        return u16(bare, 42) >> 3 if self.cuts_ipv6 else u16(bare, 6) & 0x1FFF

    def ends(self, bare):
        return bare[8:40] if self.cuts_ipv6 else bare[12:20]

    def find(self, outputs, taken):
        """The numbers of the outputs that are its frames."""
        first = self.frames()[0]
        for number, frame in enumerate(outputs):
            if number in taken or len(frame) != len(first) or self.identity(frame) != self.identity(first):
                continue
            first_bare = self.bare(frame)
            identification = self.identification(first_bare)
            wanted = self.frames(int.from_bytes(identification, "big"))
            found = [number]
            for later in range(number + 1, len(outputs)):
                if len(found) == len(wanted):
                    break
                other = outputs[later]
                if later in taken or len(other) < 34 or other[12:14] != frame[12:14]:
                    continue
                bare = self.bare(other)
                is_later = len(bare) >= (48 if self.cuts_ipv6 else 20) and self.offset(bare) > self.offset(first_bare)
                is_own = self.identification(bare) == identification and self.ends(bare) == self.ends(first_bare)
                if is_later and is_own:
                    found.append(later)
            return found
        return []

    def identity(self, frame):
        """All of the first fragment but what tells outer packets apart."""
        data = self.bare(frame)
        if self.cuts_ipv6:
            # But for the flow label and the identification.
            return data[:1] + data[4:44] + data[48:]
        return data if self.where != "outer" else data[:4] + data[6:10] + data[12:]

    def problems_of(self, frames):
        comparison = Comparison()
        bare = [self.bare(frame) for frame in frames]
        expected = self.frames(int.from_bytes(self.identification(bare[0]), "big"))
        comparison.field("number of fragments", len(frames), len(expected))
        for number, (frame, wanted) in enumerate(zip(frames, expected)):
            comparison.problems += [f"fragment {number}: {text}" for text in self.as_expected(wanted).problems(frame)]
        if not comparison.problems:
            data = self.whole()
            if self.cuts_ipv6:
                labelled = bare[0][:4] + data[4:]
                comparison.problems += scapy_disagrees_ipv6(labelled, bare, self.mtu)
            else:
                whole = data[:4] + bare[0][4:6] + data[6:]
                comparison.problems += scapy_disagrees(whole, bare, self.mtu)
        return comparison.problems

    def as_expected(self, frame):
        return LabelledFrame(frame) if self.is_over_ipv6 else ExactFrame(frame)

    def samples(self):
        return self.frames(identification=1)
