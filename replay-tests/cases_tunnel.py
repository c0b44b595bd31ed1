"""Tunnels: sizes and MTU, decapsulation, and the spreading of flows (RFC 2784, 2890, 1191, 8201, 4443)."""

from random import Random

from scapy.all import ICMP, TCP, UDP, Raw

from frames import (
    ACME,
    ACME_V6,
    ENDPOINT,
    OWN,
    STRANGER,
    STRANGER_V6,
    Case,
    changed,
    echo4,
    ether,
    gre4,
    ip4,
    ip6,
    tagged,
    tcp,
    udp,
    udp4,
    unique,
)
from validation import internet_checksum

SECOND = 1000
KEYED, KEYED_V6 = "198.18.7.7", "2001:db8:bee::7"
KEYED_REMOTE, KEYED_LOCAL, KEY = "172.20.0.2", "198.51.100.2", 0xFFFFFFFE


def fit():
    """Around each tunnel's MTU: 1476 plain, 1472 with a key, 1300 configured."""
    cases = []
    for name, v4, v6, mtu in (
        ("plain", ACME, ACME_V6, 1476),
        ("keyed", KEYED, KEYED_V6, 1472),
        ("narrow", "198.51.101.9", "2001:db8:cab::9", 1300),
    ):
        for length in (mtu - 1, mtu, mtu + 1, 1500):
            fits = length <= mtu
            wait = 1 if fits else SECOND
            cases += [
                Case(f"{name}-df-{length}", udp4(length - 28, dst=v4, flags="DF"), "delivered" if fits else "answered", "RFC 1191", wait),
                Case(f"{name}-no-df-{length}", udp4(length - 28, dst=v4), "delivered", "RFC 791 3.2: cut where it has to be", wait),
                Case(f"{name}-v6-{length}", ether(ip6(udp(length - 48), dst=v6)), "delivered" if fits else "answered", "RFC 8201, RFC 4443 3.2", wait),
            ]
    quiet = "dropped mtu-exceeded"
    error = ICMP(type=3, code=1) / Raw(bytes(1464))
    cases += [
        Case("too-big-icmp-error", ether(ip4(error, flags="DF")), quiet, "RFC 1812 4.3.2.7"),
        Case("too-big-icmp-echo", ether(echo4(1472, flags="DF")), "answered", "", SECOND),
        Case("too-big-later-fragment", ether(ip4(Raw(unique(1480)), flags="DF", frag=185, proto=17)), quiet, "RFC 1812 4.3.2.7"),
        Case("too-big-first-fragment", ether(ip4(udp(1472), flags="DF+MF")), "answered", "", SECOND),
        Case("too-big-tcp", ether(ip4(tcp(1460), flags="DF")), "answered", "", SECOND),
        Case("too-big-options", ether(ip4(udp(1450), flags="DF", options=b"\x01" * 8)), "answered", "", SECOND),
        Case("too-big-padded", udp4(1449, flags="DF") + bytes(20), "answered", "1477 bytes and padding", SECOND),
        Case("fits-with-padding", udp4(1448, flags="DF") + bytes(20), "delivered", "padding does not count"),
        Case("too-big-tagged", tagged(udp4(1472, flags="DF"), (0x8100, 5)), "answered", "", SECOND),
        Case("too-big-from-link", ether(ip4(udp(1472), flags="DF", src="192.0.2.77"), src="02:00:00:00:0a:0a"), "answered", "", SECOND),
    ]
    return cases


def sizes():
    """Payloads of every kind of length, with and without Ethernet padding."""
    lengths = sorted(
        set(range(28, 80)) | set(range(80, 1400, 37)) | set(range(1300, 1310)) | set(range(1465, 1480))
    )
    cases = [
        Case(f"ipv4-{n}", udp4(n - 28), "delivered") for n in lengths if n <= 1476
    ]
    cases += [
        Case(f"ipv6-{n}", ether(ip6(udp(n - 48))), "delivered") for n in lengths if 48 <= n <= 1476
    ]
    cases += [
        Case(f"trailer-{n}", udp4(22) + b"\xa5" * n, "delivered", "what follows the packet is not part of it")
        for n in (*range(0, 70), 200, 700, 1000, 1440)
    ]
    return cases


def giants():
    """Frames beyond the port's MTU, up to 9,000 bytes and more: one fate each, whatever it is."""
    lengths = (1501, 1504, 1508, 1509, 1600, 1900, 2033, 2034, 2035, 2047, 2048, 2049, 2176, 2177)
    lengths += (2500, 3000, 4000, 4096, 6000, 8192, 8986, 9000, 9001, 9018, 9216)
    cases = []
    for length in lengths:
        cases += [
            Case(f"ipv4-{length}", udp4(length - 28), None, "", SECOND),
            Case(f"ipv4-df-{length}", udp4(length - 28, flags="DF"), None, "", SECOND),
            Case(f"ipv6-{length}", ether(ip6(udp(length - 48))), None, "", SECOND),
            Case(f"no-tenant-{length}", udp4(length - 28, dst="8.8.8.8")),
            Case(f"small-packet-in-giant-{length}", udp4(10) + bytes(length)),
        ]
    cases += [
        Case(f"giant-bad-checksum-{n}", changed(udp4(n), 10, b"\x12\x34", False)) for n in (1600, 4000, 8900)
    ]
    return cases


def jumbo():
    """A port of MTU 9000: what a standard port must refuse is forwarded here."""
    cases = []
    for length in (1476, 1477, 1500, 1514, 1518, 2000, 2048, 2049, 2200, 3000, 4096, 5000, 8000, 8900, 8970):
        cases += [
            Case(f"ipv4-{length}", udp4(length - 28, flags="DF"), "delivered"),
            Case(f"ipv6-{length}", ether(ip6(udp(length - 48))), "delivered"),
            Case(f"egress-{length}", gre4(ip4(udp(length - 28), src=ACME, dst=STRANGER)), "delivered"),
        ]
    for v4, mtu in ((ACME, 8976), (KEYED, 8972)):
        for length in (mtu - 1, mtu, mtu + 1):
            fits = length <= mtu
            cases.append(
                Case(f"df-{v4}-{length}", udp4(length - 28, dst=v4, flags="DF"), "delivered" if fits else "answered", "", 1 if fits else SECOND)
            )
    cases.append(Case("echo-8972", ether(echo4(8972, dst=OWN)), "answered", "", SECOND))
    return cases


def from_acme(upper=None, dst=STRANGER, **fields):
    return ip4(upper if upper is not None else udp(), src=ACME, dst=dst, **fields)


def from_acme_v6(upper=None, dst=STRANGER_V6, **fields):
    return ip6(upper if upper is not None else udp(), src=ACME_V6, dst=dst, **fields)


def keyed(inner, key=KEY, **fields):
    header = {"key_present": 1, "key": key}
    return gre4(inner, src=KEYED_REMOTE, dst=KEYED_LOCAL, gre=header, **fields)


def from_keyed():
    return ip4(udp(), src=KEYED, dst=STRANGER)


def raw_gre(header, inner, src="172.20.0.1", dst=ENDPOINT, **fields):
    return ether(ip4(Raw(header + inner), src=src, dst=dst, proto=47, **fields))


def with_gre_checksum(inner, error=0, key=None):
    """C set (RFC 2784 2.2), and K with it if a key is given (RFC 2890)."""
    flags = b"\x80\0\x08\0" if key is None else b"\xa0\0\x08\0"
    key_field = b"" if key is None else key.to_bytes(4, "big")
    blank = flags + bytes(4) + key_field
    checksum = (internet_checksum(blank + inner) + error) & 0xFFFF
    return flags + checksum.to_bytes(2, "big") + b"\0\0" + key_field


def decapsulate():
    unknown, wrong_key = "dropped gre-unknown-tunnel", "dropped gre-wrong-key"
    bits = [
        Case(f"reserved-bit-{bit}", raw_gre((0x8000 >> bit).to_bytes(2, "big") + b"\x08\0", from_acme()), "dropped gre-reserved-bits", "RFC 2784 2.3")
        for bit in (1, 4, 5)
    ]
    ignored = [
        Case(f"ignored-bit-{bit}", raw_gre((0x8000 >> bit).to_bytes(2, "big") + b"\x08\0", from_acme()), "delivered", "RFC 2784 2.3: bits 6-12 are ignored on receipt")
        for bit in range(6, 13)
    ]
    versions = [
        Case(f"version-{version}", raw_gre(bytes([0, version]) + b"\x08\0", from_acme()), "dropped gre-bad-version", "RFC 2784 2.3.1")
        for version in range(1, 8)
    ]
    checked, checked_odd = from_acme(), from_acme(udp(17))
    lost_key = from_keyed()
    cut = raw_gre(b"", b"")
    return bits + ignored + versions + [
        Case("ipv4", gre4(from_acme()), "delivered"),
        Case("ipv6", gre4(from_acme_v6(), proto=0x86DD), "delivered"),
        Case("tcp", gre4(from_acme(tcp(200, flags="SA"))), "delivered"),
        Case("icmp", gre4(from_acme(ICMP(type=0, id=31) / Raw(unique()))), "delivered"),
        Case("key", keyed(from_keyed()), "delivered"),
        Case("key-v6", keyed(ip6(udp(), src=KEYED_V6, dst=STRANGER_V6), proto=0x86DD), "delivered"),
        Case("checksum", raw_gre(with_gre_checksum(checked), checked), "delivered"),
        Case("checksum-odd-length", raw_gre(with_gre_checksum(checked_odd), checked_odd), "delivered"),
        Case("checksum-bad", raw_gre(with_gre_checksum(checked, 1), from_acme()), "dropped gre-bad-checksum"),
        Case("checksum-and-key", raw_gre(with_gre_checksum(lost_key, 0, KEY), lost_key, src=KEYED_REMOTE, dst=KEYED_LOCAL), "delivered", "key behind checksum, RFC 2890 section 2"),
        Case("sequence", raw_gre(b"\x10\0\x08\0" + b"\0\0\0\x09", from_acme()), "delivered", "RFC 2890: a receiver may ignore order"),
        Case("key-and-sequence", raw_gre(b"\x30\0\x08\0" + KEY.to_bytes(4, "big") + b"\xff" * 4, from_keyed(), src=KEYED_REMOTE, dst=KEYED_LOCAL), "delivered"),
        Case("outer-ttl-1", gre4(from_acme(), ttl=1), "delivered", "the outer packet ends here"),
        Case("outer-options", gre4(from_acme(), options=b"\x01\x01\x01\x01"), "delivered", "an outer header of 24 bytes"),
        Case("outer-tagged", tagged(gre4(from_acme()), (0x8100, 12)), "delivered", "goes out untagged"),
        Case("outer-padded", gre4(from_acme(udp(1))) + bytes(9), "delivered"),
        Case("outer-first-fragment", gre4(from_acme(), flags="MF"), "dropped gre-outer-fragment"),
        Case("outer-later-fragment", gre4(from_acme(), frag=100), "dropped gre-outer-fragment"),
        Case("outer-bad-checksum", changed(gre4(from_acme()), 10, b"\x12\x34", False), "dropped ipv4-bad-checksum"),
        Case("empty", raw_gre(b"", b""), "dropped gre-truncated"),
        Case("header-of-1", raw_gre(b"\0", b""), "dropped gre-truncated"),
        Case("header-of-3", raw_gre(b"\0\0\x08", b""), "dropped gre-truncated"),
        Case("key-missing", raw_gre(b"\x20\0\x08\0\xff\xff\xff", b"", src=KEYED_REMOTE, dst=KEYED_LOCAL), "dropped gre-truncated"),
        Case("checksum-missing", raw_gre(b"\x80\0\x08\0\0\0\0", b""), "dropped gre-truncated"),
        Case("sequence-missing", raw_gre(b"\x10\0\x08\0\0\0\0", b""), "dropped gre-truncated"),
        Case("all-three-missing-one-byte", raw_gre(b"\xb0\0\x08\0" + bytes(11), b""), "dropped gre-truncated"),
        Case("header-only", raw_gre(b"\0\0\x08\0", b""), "dropped ipv4-truncated"),
        Case("header-only-v6", raw_gre(b"\0\0\x86\xdd", b""), "dropped ipv6-truncated"),
        Case("protocol-arp", raw_gre(b"\0\0\x08\x06", bytes(28)), "dropped gre-unsupported-protocol"),
        Case("protocol-bridge", raw_gre(b"\0\0\x65\x58", bytes(60)), "dropped gre-unsupported-protocol"),
        Case("protocol-0", raw_gre(b"\0\0\0\0", b""), "dropped gre-unsupported-protocol"),
        Case("protocol-erspan", raw_gre(b"\0\0\x88\xbe", bytes(40)), "dropped gre-unsupported-protocol"),
        Case("unknown-remote", gre4(from_acme(), src="172.20.0.99"), unknown),
        Case("unknown-local", gre4(from_acme(), dst="198.51.100.2"), unknown, "the tunnel ends at the other endpoint"),
        Case("unknown-key", keyed(from_keyed(), key=1), wrong_key),
        Case("key-left-out", gre4(from_keyed(), src=KEYED_REMOTE, dst=KEYED_LOCAL), wrong_key),
        Case("key-added", gre4(from_acme(), gre={"key_present": 1, "key": 0}), wrong_key, "key 0 is not 'no key'"),
        Case("key-0-expected", gre4(ip4(udp(), src="198.51.101.9", dst=STRANGER), src="172.20.0.3"), wrong_key, "no key is not key 0"),
        Case("spoofed-stranger", gre4(ip4(udp(), src=STRANGER, dst="8.8.8.8")), "dropped spoofed-inner-source"),
        Case("spoofed-other-tenant", gre4(ip4(udp(), src=KEYED, dst="8.8.8.8")), "dropped spoofed-inner-source"),
        Case("spoofed-below-prefix", gre4(ip4(udp(), src="203.0.112.255", dst="8.8.8.8")), "dropped spoofed-inner-source"),
        Case("spoofed-v6", gre4(ip6(udp(), src=STRANGER_V6, dst="2001:4860::1"), proto=0x86DD), "dropped spoofed-inner-source"),
        Case("spoofed-connected", gre4(ip4(udp(), src="192.0.2.77", dst="8.8.8.8")), "dropped spoofed-inner-source"),
        Case("egress-disabled", gre4(ip4(udp(), src="198.51.101.9", dst=STRANGER), src="172.20.0.3", gre={"key_present": 1, "key": 0}), "dropped egress-disabled"),
        Case("egress-disabled-v6", gre4(ip6(udp(), src="2001:db8:cab::1"), src="172.20.0.3", proto=0x86DD, gre={"key_present": 1, "key": 0}), "dropped egress-disabled"),
        Case("inner-is-v6-in-v4-type", gre4(from_acme_v6()), "dropped ipv4-bad-version"),
        Case("inner-is-v4-in-v6-type", gre4(from_acme(udp(40)), proto=0x86DD), "dropped ipv6-bad-version"),
        Case("inner-truncated", gre4(from_acme()[:19]), "dropped ipv4-truncated"),
        Case("inner-bad-checksum", gre4(bad_checksum(from_acme())), "dropped ipv4-bad-checksum"),
        Case("inner-total-beyond", gre4(from_acme()[:-1]), "dropped ipv4-bad-length"),
        Case("inner-trailer", gre4(from_acme() + bytes(7)), "delivered", "trimmed to its total length"),
        Case("inner-martian-source", gre4(ip4(udp(), src="127.0.0.1", dst="8.8.8.8")), "dropped martian-source"),
        Case("inner-martian-destination", gre4(from_acme(dst="127.0.0.1")), "dropped martian-destination"),
        Case("inner-source-is-endpoint", gre4(ip4(udp(), src=ENDPOINT, dst="8.8.8.8")), "dropped martian-source"),
        Case("inner-multicast", gre4(from_acme(dst="224.1.1.1")), "dropped multicast-not-forwarded"),
        Case("inner-land", gre4(from_acme(dst=ACME)), "dropped land"),
        Case("inner-source-route", gre4(from_acme(options=b"\x83\x07\x04\x08\x08\x08\x08\x00")), "dropped ipv4-source-route"),
        Case("inner-tcp-truncated", gre4(from_acme(Raw(bytes(10)), proto=6)), "dropped tcp-truncated"),
        Case("inner-ttl-2", gre4(from_acme(ttl=2)), "delivered"),
        Case("inner-ttl-1", gre4(from_acme(ttl=1)), None, "dropped or answered", SECOND),
        Case("inner-ttl-0", gre4(from_acme(ttl=0)), None, "", SECOND),
        Case("inner-hop-limit-1", gre4(from_acme_v6(hlim=1), proto=0x86DD), None, "", SECOND),
        Case("inner-fragment", gre4(from_acme(Raw(unique()), frag=9, proto=17, flags="MF")), "delivered"),
        Case("inner-to-other-tenant", gre4(from_acme(dst=KEYED)), "delivered", "by the route, like any packet"),
        Case("inner-to-us", gre4(from_acme(echo4()[20:], dst=OWN, proto=1)), None, "the contract says nothing yet", SECOND),
        Case("inner-to-encapsulator", gre4(from_acme(dst="172.20.0.1")), "dropped gre-inner-to-encapsulator", "RFC 2784 3.1: it would loop"),
        Case("inner-v6-multicast", gre4(from_acme_v6(dst="ff0e::1"), proto=0x86DD), "dropped multicast-not-forwarded"),
        Case("inner-v6-link-local", gre4(from_acme_v6(dst="fe80::1"), proto=0x86DD), "dropped link-local-not-forwarded"),
        Case("inner-gre", gre4(from_acme(Raw(b"\0\0\x08\0" + from_acme()), proto=47, dst="8.8.8.8")), "delivered"),
        Case("largest", gre4(from_acme(udp(1448))), "delivered"),
        Case("endpoint-in-broadcast", b"\xff" * 6 + gre4(from_acme())[6:], None, "RFC 1812 5.3.4"),
        Case("cut-outer", cut[:33], "dropped ipv4-truncated"),
    ]


def bad_checksum(packet):
    return packet[:10] + bytes([packet[10] ^ 0x5A]) + packet[11:]


def flows(seed=20, count=2400):
    """Flows to a tenant with weights 3 and 1: the same flow always takes the same tunnel."""
    random = Random(seed)
    cases = []
    for number in range(count):
        version6 = number % 4 == 3
        port, protocol = random.randrange(1024, 65536), random.choice((6, 17))
        upper_type = TCP if protocol == 6 else UDP
        for repeat in range(2 if number % 3 == 0 else 1):
            upper = upper_type(sport=port, dport=4660) / Raw(unique(24))
            if version6:
                source, destination = f"2620:fe::{number:x}", f"2001:db8:dad::{random_of(seed, number):x}"
                packet = ip6(upper, src=source, dst=destination)
            else:
                source = f"9.{number >> 8}.{number & 255}.{1 + random_of(seed, number) % 250}"
                packet = ip4(upper, src=source, dst=f"100.{64 + number % 64}.{number >> 6}.1")
            cases.append(Case(f"flow-{number}-{repeat}", ether(packet), "delivered", "", 0, f"flow-{number}"))
    return cases


def random_of(seed, number):
    """The same value for each repeat of a flow."""
    return Random(seed * 100_000 + number).randrange(1, 65536)


def fragments(seed=21, count=120):
    """All fragments of a datagram take one tunnel, though only the first has ports."""
    random = Random(seed)
    cases = []
    for number in range(count):
        source, destination = f"9.200.{number}.1", f"100.100.{number}.2"
        port = random.randrange(1024, 65536)
        first = bytes(UDP(sport=port, dport=4660, len=8 + 64 + 64, chksum=0)) + unique(64)
        identification = 1000 + number
        parts = [(first, 0, "MF"), (unique(48), 9, "MF"), (unique(16), 15, 0)]
        if number % 2:
            parts.reverse()
        for body, offset, flags in parts:
            packet = ip4(Raw(body), src=source, dst=destination, id=identification, frag=offset, flags=flags, proto=17)
            cases.append(Case(f"datagram-{number}-at-{offset}", ether(packet), "delivered", "", 0, f"datagram-{number}"))
    for number in range(count // 2):
        source, destination = f"2620:fe:7::{number:x}", f"2001:db8:dad:7::{number:x}"
        for offset, more in ((0, 1), (64, 1), (128, 0)):
            body = b"\x12\x34\x12\x34\0\xd8\0\1" + unique(56) if offset == 0 else unique(64)
            header = b"\x11\0" + (offset | more).to_bytes(2, "big") + number.to_bytes(4, "big")
            packet = ip6(Raw(header + body), src=source, dst=destination, nh=44)
            cases.append(Case(f"datagram6-{number}-at-{offset}", ether(packet), "delivered", "", 0, f"datagram6-{number}"))
    return cases


def flood(count=3000):
    """More expired packets within a moment than any rate limit answers."""
    return [Case(f"expired-{number}", udp4(ttl=1, src=f"9.7.{number >> 8}.{number & 255}"), None, "", 0) for number in range(count)]


def flood_too_big(count=1500):
    return [
        Case(f"too-big-{number}", udp4(1472, flags="DF", src=f"9.8.{number >> 8}.{number & 255}"), None, "", 0)
        for number in range(count)
    ]
