"""ICMP errors about packets that we sent into tunnels, over IPv4 and IPv6: what lowers a path's MTU, what is
told to inner senders, and what was forged."""

from scapy.all import GRE, ICMP, IP, UDP, ICMPv6EchoRequest, ICMPv6TimeExceeded, IPv6, IPv6ExtHdrFragment, Raw

from frames import ACME, ACME_V6, ENDPOINT, OWN, OWN_V6, STRANGER, STRANGER_V6, Case, ether, ip4, ip6, tcp, udp, udp4, unique
from replies import with_icmpv6_checksum
from validation import internet_checksum

SECOND = 1000
KEYED, KEYED_V6 = "198.18.7.7", "2001:db8:bee::7"
SIX, SIX_V6 = "198.51.103.9", "2001:db8:fee::9"
SIX_KEYED, SIX_KEYED_V6 = "198.51.104.9", "2001:db8:fed::9"
ENDPOINT_V6 = "2001:db8:a::1"
UNKNOWN = "dropped icmp-unknown-quote"
GRE_KEYED = {"key_present": 1, "key": 9}
OSAKA = {"dst": "2001:db8:fe::2", "gre": {"chksum_present": 1, **GRE_KEYED}}


def quoted4(inner=bytes(60), src=ENDPOINT, dst="172.20.0.1", gre=None, **fields):
    """An outer packet as a router sees it."""
    return bytes(IP(src=src, dst=dst, **{"flags": "DF", "proto": 47, **fields}) / carried(inner, gre))


def quoted6(inner=bytes(60), src=ENDPOINT_V6, dst="2001:db8:fe::1", gre=None, fragment=None):
    header, payload = IPv6(src=src, dst=dst, hlim=60, nh=47, fl=77), carried(inner, gre)
    if fragment is not None:
        header.nh = 44
        return bytes(header / IPv6ExtHdrFragment(nh=47, offset=fragment, m=1, id=7) / payload)
    return bytes(header / payload)


def carried(inner, gre):
    kind = 0x86DD if inner[:1] and inner[0] >> 4 == 6 else 0x0800
    return GRE(**{"proto": kind, **(gre or {})}) / Raw(inner)


def told4(quote, told=0, kind=(3, 4), quoted=None, keep=None, destination=None):
    """A router on the way to a tunnel's far end complains of an outer packet of `quoted` bytes."""
    quote = bytearray(quote)
    if quoted:
        quote[2:4] = quoted.to_bytes(2, "big")
    message = bytes(kind) + b"\0\0" + told.to_bytes(4, "big") + bytes(quote[:keep])
    message = message[:2] + internet_checksum(message).to_bytes(2, "big") + message[4:]
    destination = destination or ".".join(map(str, quote[12:16]))
    return ether(ip4(Raw(message), src="10.77.0.1", dst=destination, proto=1))


def told6(quote, told=0, kind=(2, 0), quoted=None, keep=None, destination=None, checksum=0):
    quote = bytearray(quote)
    if quoted:
        quote[4:6] = (quoted - 40).to_bytes(2, "big")
    message = bytes(kind) + b"\0\0" + told.to_bytes(4, "big") + bytes(quote[:keep])
    header = ip6(Raw(message), src="2001:db8:77::1", dst=destination or IPv6(bytes(quote[:40])).src, nh=58)[:40]
    packet = bytearray(header + with_icmpv6_checksum(header, message))
    packet[42] ^= checksum
    return ether(bytes(packet))


def probes(name, *destinations, lengths):
    """Sizes that show the MTUs of tunnels: with DF, without, IPv6; and what SYNs are clamped to."""
    cases = []
    for number, (v4, v6) in enumerate(destinations):
        for length in lengths:
            cases += [
                Case(f"{name}-{number}-df-{length}", udp4(length - 28, dst=v4, flags="DF"), None, "", SECOND),
                Case(f"{name}-{number}-cut-{length}", udp4(length - 28, dst=v4)),
                Case(f"{name}-{number}-v6-{length}", ether(ip6(udp(length - 48), dst=v6)), None, "", SECOND),
            ]
        syn = {"flags": "S", "options": [("MSS", 1460)]}
        cases += [Case(f"{name}-{number}-syn", ether(ip4(tcp(**syn), dst=v4)))]
        cases += [Case(f"{name}-{number}-syn-v6", ether(ip6(tcp(**syn), dst=v6)))]
    return cases


def paths():
    """A tunnel's MTU follows what routers say, down only; what they can't say about us is dropped."""

    def seen(name):
        return probes(name, (ACME, ACME_V6), (KEYED, KEYED_V6), lengths=(1257, 1400, 1401, 1476, 1477))

    def outer_error(told, quoted=1500, kind=(3, 4), keep=28, **quote):
        return told4(quoted4(**quote), told, kind, quoted, keep)

    keyed = {"src": "198.51.100.2", "dst": "172.20.0.2", "gre": GRE_KEYED}
    return [
        *seen("before"),
        Case("as-large-as-quoted", outer_error(1500), "consumed", "RFC 5927: nothing is learned"),
        Case("larger-than-quoted", outer_error(1450, quoted=1400), "consumed"),
        Case("unreachable", outer_error(1300, kind=(3, 1)), "consumed", "says nothing of the MTU"),
        Case("time-exceeded", outer_error(1300, kind=(11, 0)), "consumed"),
        Case("source-quench", outer_error(1300, kind=(4, 0)), "consumed"),
        Case("later-fragment", outer_error(1300, frag=100), "consumed", "the first tells as much"),
        Case("other-remote", outer_error(1300, dst="172.20.0.99"), UNKNOWN),
        Case("other-key", outer_error(1300, gre=GRE_KEYED), UNKNOWN),
        Case("other-flags", outer_error(1300, gre={"seqnum_present": 1}, keep=40), UNKNOWN),
        Case("other-local", outer_error(1300, src="198.51.100.2"), UNKNOWN),
        Case("other-protocol", outer_error(1300, proto=17), UNKNOWN),
        Case("quote-of-27", outer_error(1300, keep=27), UNKNOWN),
        Case("no-quote", outer_error(1300, keep=0), UNKNOWN),
        *seen("still"),
        Case("told-1424", outer_error(1424), "consumed"),
        *seen("told-1424"),
        Case("told-1450-after", outer_error(1450), "consumed", "never up"),
        *seen("told-1450-after"),
        Case("told-1280", outer_error(1280), "consumed"),
        *seen("told-1280"),
        Case("told-0", outer_error(0, **keyed), "consumed", "RFC 1191 7.1: the next plateau, 1492"),
        *seen("told-0"),
        Case("told-1000", outer_error(1000, **keyed), "consumed", "IPv6 of 1,280 bytes is cut outside"),
        *seen("told-1000"),
        Case("told-68", outer_error(68), "consumed", "576 inside is the least"),
        *seen("told-68"),
        Case("echo-still", ether(ip4(ICMP(type=8, id=9) / Raw(unique()), dst=ENDPOINT)), "answered"),
    ]


def six_paths():
    """The same over IPv6 (RFC 8201), where less than 1,280 bytes is not believed."""

    def seen(name):
        lengths = (1228, 1229, 1236, 1237, 1280, 1281, 1356, 1357, 1448, 1449, 1456, 1457)
        return probes(name, (SIX, SIX_V6), (SIX_KEYED, SIX_KEYED_V6), lengths=lengths)

    def outer_error(told, quoted=1500, kind=(2, 0), keep=48, checksum=0, destination=None, **quote):
        return told6(quoted6(**quote), told, kind, quoted, keep, destination, checksum)

    def behind(kind, header):
        """An error with an extension header in front, which tells as much as one without."""
        frame = outer_error(1500)
        length = (len(frame) - 54 + len(header)).to_bytes(2, "big")
        return ether(frame[14:18] + length + kind + frame[21:54] + header + frame[54:])

    return [
        *seen("before"),
        Case("as-large-as-quoted", outer_error(1500), "consumed", "RFC 5927: nothing is learned"),
        Case("larger-than-quoted", outer_error(1450, quoted=1400), "consumed"),
        Case("told-2-31", outer_error(1 << 31), "consumed"),
        Case("told-1279", outer_error(1279), "consumed", "RFC 8201 4: to be discarded"),
        Case("told-0", outer_error(0), "consumed", "RFC 8201 4"),
        Case("unreachable", outer_error(1300, kind=(1, 0)), "consumed", "too little is quoted to tell anyone"),
        Case("time-exceeded", outer_error(1300, kind=(3, 0)), "consumed"),
        Case("parameter-problem", outer_error(1300, kind=(4, 1)), "consumed"),
        Case("unknown-error", outer_error(1300, kind=(127, 0)), "consumed"),
        Case("later-fragment", outer_error(1300, fragment=100, keep=60), "consumed", "the first tells as much"),
        Case("other-remote", outer_error(1300, dst="2001:db8:fe::99"), UNKNOWN),
        Case("other-key", outer_error(1300, gre=GRE_KEYED), UNKNOWN),
        Case("other-flags", outer_error(1300, gre={"seqnum_present": 1}, keep=60), UNKNOWN),
        Case("key-left-out", outer_error(1300, dst="2001:db8:fe::2"), UNKNOWN),
        Case("other-local", outer_error(1300, src="2001:db8:a::2", destination=ENDPOINT_V6), UNKNOWN),
        Case("other-family", told6(quoted4(), 1300, destination=ENDPOINT_V6), UNKNOWN),
        Case("quote-of-47", outer_error(1300, keep=47), UNKNOWN),
        Case("no-quote", outer_error(1300, keep=0, destination=ENDPOINT_V6), UNKNOWN),
        Case("first-fragment-without-gre", outer_error(1300, fragment=0, keep=51), UNKNOWN),
        Case("bad-checksum", outer_error(1300, checksum=1), "dropped icmpv6-bad-checksum"),
        Case("behind-options", behind(b"\x3c", b"\x3a\0\x01\x04\0\0\0\0"), "consumed", "as without"),
        Case("behind-routing", behind(b"\x2b", b"\x3a\0\x04\0\0\0\0\0"), "consumed", "no segments left"),
        Case("behind-routing-on", behind(b"\x2b", b"\x3a\0\x04\x01\0\0\0\0"), "host", "it is for the next one"),
        Case("behind-unknown-option", behind(b"\x3c", b"\x3a\0\xc1\x04\0\0\0\0"), "host", "RFC 8200 4.2"),
        Case("behind-fragment", behind(b"\x2c", b"\x3a\0\0\x01\0\0\0\x07"), "host", "a first fragment"),
        Case("behind-atomic-fragment", behind(b"\x2c", b"\x3a\0\0\0\0\0\0\x07"), "consumed", "RFC 6946"),
        Case("about-an-echo-reply", told6(ip6(ICMPv6EchoRequest(type=129), src=ENDPOINT_V6, dst=STRANGER_V6) + bytes(8), kind=(1, 4)), "host"),
        *seen("still"),
        Case("told-1400", outer_error(1400), "consumed"),
        *seen("told-1400"),
        Case("told-1450-after", outer_error(1450), "consumed", "never up"),
        *seen("told-1450-after"),
        Case("told-1280", outer_error(1280), "consumed", "the least that there is; IPv6 is cut outside"),
        *seen("told-1280"),
        Case("first-fragment", outer_error(1400, fragment=0, keep=68, **OSAKA), "consumed"),
        *seen("first-fragment"),
        Case("key-not-quoted", outer_error(1280, **OSAKA), "consumed", "ends and flags say which tunnel"),
        *seen("key-not-quoted"),
    ]


ERRORS_V4 = ((3, 0), (3, 1), (3, 2), (3, 3), (3, 4), (3, 5), (3, 6), (3, 9), (3, 13), (4, 0), (5, 1), (11, 0), (11, 1), (12, 0))
ERRORS_V6 = ((1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (2, 0), (3, 0), (3, 1), (4, 0), (4, 1), (100, 0))
TOLD_V4 = {(3, 0), (3, 1), (3, 2), (3, 6), (3, 9), (3, 13), (11, 0)}
TOLD_V6 = {(1, 0), (1, 1), (1, 2), (1, 3), (1, 5), (1, 6), (3, 0)}


def quotes(name, v4, v6):
    """Errors of each kind about an inner packet of each version, over each version."""
    for kind in ERRORS_V4:
        inner = v4 if name == "inner4" else v6
        yield f"{name}-over4-{kind[0]}-{kind[1]}", told4(quoted4(inner(ACME, ACME_V6)), kind=kind), kind in TOLD_V4
    for kind in ERRORS_V6:
        inner = v4 if name == "inner4" else v6
        yield f"{name}-over6-{kind[0]}-{kind[1]}", told6(quoted6(inner(SIX, SIX_V6)), kind=kind), kind in TOLD_V6


def lost():
    """RFC 2003 section 4, RFC 2473 section 8: the inner sender hears of it, and nobody else does."""

    def inner4(v4, _, upper=None, **fields):
        return ip4(upper or udp(64), dst=v4, **{"ttl": 63, **fields})

    def inner6(_, v6, upper=None, **fields):
        return ip6(upper or udp(64), dst=v6, **{"hlim": 63, **fields})

    cases = []
    for name in ("inner4", "inner6"):
        for text, frame, told in quotes(name, inner4, inner6):
            cases.append(Case(text, frame, "answered" if told else "consumed", "", SECOND))
    unreachable = {"kind": (3, 1)}
    quote = bytes(IP(src=ACME, dst=STRANGER) / UDP(sport=1, dport=2))
    quote6 = bytes(IPv6(src=ACME_V6, dst=STRANGER_V6) / UDP(sport=1, dport=2))
    inners = {
        "large": (inner4(ACME, "", udp(1400)), "answered"),
        "large-v6": (inner6("", ACME_V6, udp(1400)), "answered"),
        "options": (inner4(ACME, "", options=b"\x94\x04\0\0"), "answered"),
        "echo": (inner4(ACME, "", ICMP(type=8) / Raw(unique())), "answered"),
        "first-fragment": (inner4(ACME, "", flags="MF"), "answered"),
        "later-fragment": (inner4(ACME, "", frag=9), "consumed"),
        "icmp-error": (inner4(ACME, "", ICMP(type=11) / Raw(quote)), "consumed"),
        "icmpv6-error": (inner6("", ACME_V6, ICMPv6TimeExceeded() / Raw(quote6)), "consumed"),
        "to-another-tenant": (inner4(SIX, ""), UNKNOWN),
        "to-another-tenant-v6": (inner6("", SIX_V6), UNKNOWN),
        "to-nobody": (inner4("9.9.9.10", ""), UNKNOWN),
        "probe": (inner4("9.9.9.10", "", src=OWN), "consumed"),
        "probe-reply-style": (inner4(OWN, "", src="9.9.9.10"), "consumed"),
        "of-ours": (inner4(ACME, "", src=OWN), "consumed"),
        "of-ours-v6": (inner6("", ACME_V6, src=OWN_V6), "consumed"),
        "of-an-endpoint": (inner4(ACME, "", src=ENDPOINT), "consumed"),
        "of-a-group": (inner4(ACME, "", src="224.0.0.9"), "consumed"),
        "of-all": (inner4(ACME, "", src="255.255.255.255"), "consumed"),
        "of-loopback": (inner4(ACME, "", src="127.0.0.1"), "consumed"),
        "of-loopback-v6": (inner6("", ACME_V6, src="::1"), "consumed"),
        "of-none-v6": (inner6("", ACME_V6, src="::"), "consumed"),
        "of-a-link-v6": (inner6("", ACME_V6, src="fe80::9"), "consumed"),
        "of-a-group-v6": (inner6("", ACME_V6, src="ff0e::9"), "consumed"),
        "of-another-tenant": (inner4(ACME, "", src=KEYED), "answered"),
        "of-another-tenant-v6": (inner6("", ACME_V6, src=SIX_KEYED_V6), "answered"),
        "of-the-same-tenant": (inner4(ACME, "", src="203.0.113.77"), "answered"),
        "nothing": (b"\x45" + bytes(40), "consumed"),
    }
    for name, (inner, expected) in inners.items():
        cases.append(Case(name, told4(quoted4(inner), **unreachable), expected, "", SECOND))
    forged = told4(quoted4(inner4(ACME, ""), gre=GRE_KEYED), **unreachable)
    wrong_type = told4(quoted4(inner4(ACME, ""), gre={"proto": 0x86DD}), **unreachable)
    return cases + [
        Case("other-key", forged, UNKNOWN),
        Case("other-type", wrong_type, "consumed", "what it says is not what it quotes"),
        Case("fragment", told6(quoted6(inner4(SIX, ""), fragment=0), kind=(1, 0)), "answered", "a first outer fragment"),
        Case("keyed", told6(quoted6(inner6("", SIX_KEYED_V6), **OSAKA), kind=(1, 0)), "answered"),
    ]


def cut_off():
    """Every length of a quote."""
    inner = bytes(IPv6(src=STRANGER_V6, dst=SIX_V6, hlim=63) / UDP(sport=7, dport=8) / Raw(bytes(24)))
    cases = []
    for keep in range(0, 44 + len(inner)):
        frame = told6(quoted6(inner), kind=(3, 0), keep=keep, destination=ENDPOINT_V6)
        expected = UNKNOWN if keep < 48 else "consumed" if keep < 44 + 48 else "answered"
        cases.append(Case(f"{keep}", frame, expected, "", SECOND))
    return cases


def flood_lost(count=400):
    """All within the same moment."""
    return [
        Case(f"{number}", told4(quoted4(ip4(udp(64, sport=number), dst=ACME, ttl=63)), kind=(3, 1)), None, "", 0)
        for number in range(1, count)
    ]
