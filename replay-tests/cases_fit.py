"""Making packets fit: fragments, the MSS clamp, and errors about tenants' flows."""

from random import Random

from scapy.all import GRE, ICMP, IP, TCP, UDP, ICMPv6PacketTooBig, ICMPv6TimeExceeded, IPv6, Raw

from frames import ACME, ACME_V6, ENDPOINT, STRANGER, STRANGER_V6, Case, changed, ether, gre4, gre6, ip4, ip6, tcp, udp, udp4, unique
from validation import internet_checksum

SECOND = 1000
OUTER, OUTER_V6 = "198.18.7.7", "2001:db8:bee::7"
NARROW, NARROW_OUTER = "198.51.101.9", "198.51.102.9"
OVER_IPV6, OVER_IPV6_V6, NARROW_OVER_IPV6 = "198.51.103.9", "2001:db8:fee::9", "198.51.104.9"
NARROW_OUTER_OVER_IPV6 = "198.51.106.9"
CHECKED, CHECKED_V6 = "198.51.105.9", "2001:db8:fed::9"
OPTIONS = {
    "router-alert": b"\x94\x04\x00\x00",
    "record-route": b"\x07\x07\x04\x00\x00\x00\x00\x00",
    "both": b"\x07\x07\x04\x00\x00\x00\x00\x94\x04\x00\x00\x00",
    "copied-odd": b"\x82\x0b\x01\x02\x03\x04\x05\x06\x07\x08\x09\x00",
    "nops": b"\x01" * 8,
    "end-first": b"\x00\x94\x04\x00",
    "full": b"\x82\x28" + bytes(range(38)),
}


def sizes():
    """Each byte from 1,400 to 1,520, into tunnels that cut inside and outside."""
    cases = []
    for length in range(1400, 1521):
        for name, v4, v6, mtu in (("inner", ACME, ACME_V6, 1476), ("outer", OUTER, OUTER_V6, 1472)):
            fits = length <= mtu
            # Longer frames than a port of 1,500 bytes can have may also be refused.
            whole = "delivered" if length <= 1508 else None
            df = "delivered" if fits else "answered" if whole else None
            cases += [
                Case(f"{name}-{length}", udp4(length - 28, dst=v4), whole),
                Case(f"{name}-df-{length}", udp4(length - 28, dst=v4, flags="DF"), df, "", 1 if fits else SECOND),
                Case(f"{name}-v6-{length}", ether(ip6(udp(length - 48), dst=v6)), df, "", 1 if fits else SECOND),
            ]
    return cases


def narrow():
    """Tunnels of 576 bytes: up to three fragments, sizes around each place where one more begins."""
    lengths = sorted({*range(560, 600), *range(1120, 1140), *range(1490, 1501), *range(600, 1500, 53)})
    return [
        Case(f"{name}-{length}", udp4(length - 28, dst=destination), "delivered")
        for name, destination in (("inner", NARROW), ("outer", NARROW_OUTER))
        for length in lengths
    ]


def over_ipv6():
    """Tunnels over IPv6, one of which cuts outside, and tunnels with a checksum."""
    cases = []
    for name, v4, v6, mtu in (("over-ipv6", OVER_IPV6, OVER_IPV6_V6, 1448), ("checked", CHECKED, CHECKED_V6, 1472)):
        for length in (mtu - 9, mtu - 1, mtu, mtu + 1, mtu + 9, 1500):
            told = {} if length <= mtu else {"after_ms": SECOND}
            df = "delivered" if length <= mtu else "answered"
            cases += [
                Case(f"{name}-{length}", udp4(length - 28, dst=v4), "delivered"),
                Case(f"{name}-ecn-{length}", ether(ip4(udp(length - 28), dst=v4, tos=0xBA)), "delivered"),
                Case(f"{name}-df-{length}", udp4(length - 28, dst=v4, flags="DF"), df, **told),
                Case(f"{name}-v6-{length}", ether(ip6(udp(length - 48), dst=v6)), df, **told),
            ]
    return cases + [
        Case(f"{name}-{length}", udp4(length - 28, dst=destination), "delivered")
        for name, destination in (("narrow-over-ipv6", NARROW_OVER_IPV6), ("narrow-outer-over-ipv6", NARROW_OUTER_OVER_IPV6))
        for length in (575, 576, 577, *range(1124, 1145), 1500)
    ]


def options():
    """RFC 791 3.1: which options later fragments have."""
    return [
        Case(f"{name}-{where}-{length}", ether(ip4(udp(length), dst=destination, options=raw)), "delivered")
        for name, raw in OPTIONS.items()
        for where, destination in (("inner", NARROW), ("outer", NARROW_OUTER))
        for length in (520, 700, 1130)
    ]


def again():
    """Fragments that are cut once more."""
    cases = []
    for where, destination in (("inner", NARROW), ("outer", NARROW_OUTER), ("wide", ACME)):
        for offset in (0, 1, 185, 4000):
            for flags in (0, "MF"):
                body = udp(1472) if offset == 0 else Raw(unique(1480))
                packet = ip4(body, dst=destination, frag=offset, flags=flags, proto=17)
                cases.append(Case(f"{where}-at-{offset}-{'more' if flags else 'last'}", ether(packet), "delivered"))
    beyond = ip4(Raw(unique(1480)), dst=NARROW, frag=8191 - 184, proto=17)
    reserved = udp4(1472, dst=NARROW)
    return cases + [
        Case("beyond-a-datagram", ether(beyond), "dropped mtu-exceeded", "it would wrap around"),
        Case("to-the-end-of-a-datagram", ether(ip4(Raw(unique(1480)), dst=NARROW, frag=8191 - 185, proto=17)), "delivered"),
        Case("reserved-flag", changed(reserved, 6, b"\x80\x00"), "delivered"),
    ]


def egress():
    """Out of a tunnel and too big for the port."""
    cases = []
    for length in (1499, 1500, 1501, 1502, 1600, 1900):
        cases += [
            Case(f"{length}", gre4(ip4(udp(length - 28), src=ACME, dst=STRANGER))),
            Case(f"df-{length}", gre4(ip4(udp(length - 28), src=ACME, dst=STRANGER, flags="DF")), None, "", SECOND),
            Case(f"v6-{length}", gre4(ip6(udp(length - 48), src=ACME_V6, dst=STRANGER_V6), proto=0x86DD), None, "", SECOND),
        ]
    return cases


def syn_packets(name, **segment):
    """A SYN and its answer: into each tunnel and out of it, over IPv4 and IPv6."""
    into = [
        ether(ip4(tcp(flags="S", **segment), dst=destination))
        for destination in (ACME, OUTER, NARROW, NARROW_OUTER, OVER_IPV6, NARROW_OVER_IPV6, NARROW_OUTER_OVER_IPV6, CHECKED)
    ]
    into += [
        ether(ip6(tcp(flags="S", **segment), dst=destination))
        for destination in (ACME_V6, OUTER_V6, OVER_IPV6_V6, CHECKED_V6)
    ]
    key_9, key_0, key_5 = ({"key_present": 1, "key": key} for key in (9, 0, 5))
    out = [
        gre4(ip4(tcp(flags="SA", **segment), src=ACME, dst=STRANGER)),
        gre4(ip6(tcp(flags="SA", **segment), src=ACME_V6, dst=STRANGER_V6), proto=0x86DD),
        gre4(ip4(tcp(flags="SA", **segment), src=OUTER, dst=STRANGER), src="172.20.0.2", dst="198.51.100.2", gre=key_9),
        gre4(ip4(tcp(flags="SA", **segment), src=NARROW, dst=STRANGER), src="172.20.0.3", gre=key_0),
        gre4(ip4(tcp(flags="SA", **segment), src=NARROW_OUTER, dst=STRANGER), src="172.20.0.4"),
        gre4(ip4(tcp(flags="S", **segment), src=ACME, dst=NARROW)),
        gre4(ip4(tcp(flags="S", **segment), src=ACME, dst=OVER_IPV6)),
        gre6(ip4(tcp(flags="SA", **segment), src=OVER_IPV6, dst=STRANGER), src="2001:db8:fe::33", gre=key_5),
        gre6(ip6(tcp(flags="SA", **segment), src=OVER_IPV6_V6, dst=STRANGER_V6), src="2001:db8:fe::33", gre=key_5),
        gre6(ip4(tcp(flags="SA", **segment), src=NARROW_OVER_IPV6, dst=STRANGER), src="2001:db8:fe::34"),
        gre6(ip4(tcp(flags="S", **segment), src=NARROW_OVER_IPV6, dst=ACME), src="2001:db8:fe::34"),
    ]
    frames = [*(("into", frame) for frame in into), *(("out", frame) for frame in out)]
    return [Case(f"{name}-{way}-{number}", frame, "delivered") for number, (way, frame) in enumerate(frames)]


def syns():
    cases = []
    for mss in (0, 1, 535, 536, 537, 1000, 1220, 1221, 1416, 1417, 1436, 1437, 1460, 8960, 65535):
        cases += syn_packets(f"mss-{mss}", options=[("MSS", mss)])
    cases += syn_packets("odd-place", options=[("NOP", None), ("MSS", 1460)])
    cases += syn_packets("last", options=[("Timestamp", (1, 0)), ("SAckOK", b""), ("WScale", 7), ("MSS", 1460)])
    cases += syn_packets("without-mss", options=[("WScale", 7)])
    cases += syn_packets("without-options")
    cases += syn_packets("twice", options=[("MSS", 1460), ("MSS", 1461)])
    cases += syn_packets("wrong-checksum", options=[("MSS", 1460)], chksum=0x1234)
    data = TCP(sport=4000, dport=4661, flags="S") / Raw(b"\x02\x04\x05\xb4" + unique())
    cases.append(Case("data-is-no-option", ether(ip4(data)), "delivered"))
    for flags in ("A", "PA", "FA", "R", "SR", "SF", "SUEC"):
        cases += [Case(f"flags-{flags}", ether(ip4(tcp(flags=flags, options=[("MSS", 1460)]))), "delivered")]
    fragment = ip4(tcp(flags="S", options=[("MSS", 1460)]) / Raw(unique(64)), flags="MF")
    cases.append(Case("fragment", ether(fragment), "delivered", "a fragment's options are left alone"))
    return cases


def random_syns(seed=30, count=1500):
    """SYNs whose options are random bytes, mostly of the kinds that there are."""
    random = Random(seed)
    cases = []
    for number in range(count):
        options = bytes(
            random.choice((0, 1, 2, 4, 5, 8, random.randrange(256))) for _ in range(4 * random.randrange(11))
        )
        header = bytearray(bytes(TCP(sport=number, dport=4661, flags="S", seq=number)))
        header[12] = (5 + len(options) // 4) << 4
        segment = Raw(bytes(header) + options)
        packet = ip6(segment, nh=6) if number % 3 == 0 else ip4(segment, proto=6)
        cases.append(Case(f"{number}", ether(packet), "delivered"))
    return cases


def flow_errors(seed=31, count=300):
    """RFC 7690: an error takes the tunnel of the flow that it is about."""
    random = Random(seed)
    cases = []
    for number in range(count):
        port, protocol = random.randrange(1024, 65536), random.choice((TCP, UDP))
        tag = f"error-{number}"
        router = f"9.{random.randrange(1, 200)}.{random.randrange(256)}.7"
        if number % 2:
            client, host = f"2620:fe::{number:x}", f"2001:db8:dad::{number:x}"
            inbound = ip6(protocol(sport=port, dport=4660) / Raw(unique(24)), src=client, dst=host)
            sent = bytes(IPv6(src=host, dst=client) / protocol(sport=4660, dport=port) / Raw(unique(300)))
            kind = random.choice((ICMPv6PacketTooBig(mtu=1400), ICMPv6TimeExceeded()))
            error = ip6(kind / Raw(sent[: random.choice((48, 100, 348))]), src=f"2620:fe:9::{number:x}", dst=host)
        else:
            client, host = f"9.201.{number >> 8}.{number & 255}", f"100.101.{number >> 8}.{number & 255}"
            inbound = ip4(protocol(sport=port, dport=4660) / Raw(unique(24)), src=client, dst=host)
            sent = bytes(IP(src=host, dst=client) / protocol(sport=4660, dport=port) / Raw(unique(300)))
            kind, code = random.choice(((3, 4), (11, 0), (3, 3), (12, 0)))
            error = ip4(ICMP(type=kind, code=code, seq=number) / Raw(sent[: random.choice((28, 100, 328))]), src=router, dst=host)
        cases += [
            Case(f"flow-{number}", ether(inbound), "delivered", "", 0, tag),
            Case(f"error-{number}", ether(error), "delivered", "", 0, tag),
        ]
    return cases
