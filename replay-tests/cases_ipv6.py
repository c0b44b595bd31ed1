"""IPv6 on its way to a tenant: RFC 8200, RFC 4443, RFC 4291, RFC 5095, RFC 2675."""

from scapy.all import ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, Raw

from frames import (
    ACME_V6,
    OWN_V6,
    STRANGER_V6,
    Case,
    changed,
    ether,
    ip6,
    next_port,
    tcp,
    udp,
    udp6,
    unique,
)

HOP_BY_HOP, ROUTING, FRAGMENT, ESP, AUTHENTICATION, NO_NEXT, DESTINATION = 0, 43, 44, 50, 51, 59, 60
TCP, UDP, ICMPV6 = 6, 17, 58


def chain(kinds, upper, last=UDP, src=STRANGER_V6, dst=ACME_V6, **fields):
    """A frame with these extension headers, given as (type, bytes behind the next-header byte)."""
    body = bytes(upper)
    following = last
    for kind, rest in reversed(kinds):
        body = bytes([following]) + rest + body
        following = kind
    return ether(ip6(Raw(body), src=src, dst=dst, nh=following, **fields))


PAD = b"\x00\x01\x04" + bytes(4)
"""An options header of 8 bytes, all of it PadN."""
ROUTING_2 = b"\x00\x02\x01" + bytes(4)
ROUTING_0 = b"\x02\x00\x01" + bytes(4) + bytes(16)
FIRST = b"\x00\x00\x01" + b"\x00\x00\x00\x07"
LATER = b"\x00\x00\xb9" + b"\x00\x00\x00\x07"
ATOMIC = b"\x00\x00\x00" + b"\x00\x00\x00\x08"
AH_16 = b"\x02" + bytes(14)


def plain_udp():
    """A UDP datagram as it stands behind a pseudo-header that scapy knows."""
    return ip6(udp())[40:]


def header():
    return [
        Case("version-4", changed(udp6(), 0, b"\x40"), "dropped ipv6-bad-version"),
        Case("version-0", changed(udp6(), 0, b"\x00"), "dropped ipv6-bad-version"),
        Case("version-15", changed(udp6(), 0, b"\xf0"), "dropped ipv6-bad-version"),
        Case("length-beyond-frame", changed(udp6(), 4, b"\x00\x1b"), "dropped ipv6-bad-length"),
        Case("length-65535", changed(udp6(), 4, b"\xff\xff"), "dropped ipv6-bad-length"),
        Case("length-0-udp", changed(udp6(), 4, b"\x00\x00"), "dropped udp-truncated"),
        Case("no-next-header", ether(ip6(b"", nh=NO_NEXT)), "delivered"),
        Case("no-next-header-with-data", ether(ip6(Raw(unique()), nh=NO_NEXT)), "delivered", "RFC 8200 4.7: octets behind it pass unchanged"),
        Case("traffic-class", ether(ip6(udp(), tc=0xB9)), "delivered", "copied to the outer TOS"),
        Case("congestion-experienced", ether(ip6(udp(), tc=3)), "delivered"),
        Case("flow-label", ether(ip6(udp(), fl=0xFEDCB)), "delivered", "unchanged, RFC 6437"),
        Case("unknown-next-header", ether(ip6(Raw(unique()), nh=253)), "delivered", "a router does not look further"),
        Case("esp", ether(ip6(Raw(unique()), nh=ESP)), "delivered"),
        Case("tcp", ether(ip6(tcp(flags="S"))), "delivered"),
        Case("udp-bad-checksum", changed(udp6(), 46, b"\x12\x34"), "delivered", "a router does not verify"),
        Case("udp-zero-checksum", changed(udp6(), 46, b"\x00\x00"), "delivered"),
        Case("echo-request", ether(ip6(ICMPv6EchoRequest(id=77, data=unique()))), "delivered"),
        Case("echo-reply", ether(ip6(ICMPv6EchoReply(id=78, data=unique()))), "delivered"),
        Case("neighbour-solicitation-to-tenant", ether(ip6(Raw(b"\x87" + bytes(23)), nh=ICMPV6)), "delivered", "not for us: a packet like any other"),
    ]


def addresses():
    def from_to(name, source, destination, expected, why=""):
        return Case(name, ether(ip6(udp(), src=source, dst=destination)), expected, why)

    martian, link_local = "dropped martian-source", "dropped link-local-not-forwarded"
    return [
        from_to("source-unspecified", "::", ACME_V6, martian, "RFC 4291 2.5.2: never forwarded"),
        from_to("source-loopback", "::1", ACME_V6, martian, "RFC 4291 2.5.3"),
        from_to("source-multicast", "ff02::1", ACME_V6, martian, "RFC 4291 2.7"),
        from_to("source-multicast-global", "ff0e::5", ACME_V6, martian),
        from_to("source-mapped", "::ffff:9.9.9.9", ACME_V6, martian),
        from_to("source-our-address", OWN_V6, ACME_V6, martian),
        from_to("source-our-endpoint", "2001:db8:a::1", ACME_V6, martian),
        from_to("source-link-local", "fe80::9", ACME_V6, link_local, "RFC 4291 2.5.6"),
        from_to("source-link-local-end", "febf:ffff::9", ACME_V6, link_local),
        from_to("source-after-link-local", "fec0::9", ACME_V6, "delivered"),
        from_to("source-unique-local", "fd00::9", ACME_V6, "delivered", "passes unless bogons: drop"),
        from_to("destination-unspecified", STRANGER_V6, "::", "dropped martian-destination"),
        from_to("destination-loopback", STRANGER_V6, "::1", "dropped martian-destination"),
        from_to("destination-link-local", STRANGER_V6, "fe80::77", link_local),
        from_to("destination-multicast-global", STRANGER_V6, "ff0e::5", "dropped multicast-not-forwarded"),
        from_to("destination-multicast-link", STRANGER_V6, "ff02::fb", "dropped multicast-not-forwarded"),
        from_to("destination-all-nodes", STRANGER_V6, "ff02::1", None, "RFC 4291 2.8: we are a member"),
        from_to("same-source-and-destination", ACME_V6, ACME_V6, None, "land is named for IPv4"),
        from_to("no-tenant", STRANGER_V6, "2001:4860::1", "dropped no-tenant"),
        from_to("no-tenant-below", STRANGER_V6, "2001:db8:acb:ffff:ffff:ffff:ffff:ffff", "dropped no-tenant"),
        from_to("no-tenant-above", STRANGER_V6, "2001:db8:acd::", "dropped no-tenant"),
        from_to("first-of-prefix", STRANGER_V6, "2001:db8:acc::", "delivered"),
        from_to("last-of-prefix", STRANGER_V6, "2001:db8:acc:ffff:ffff:ffff:ffff:ffff", "delivered"),
        from_to("keyed-64", STRANGER_V6, "2001:db8:bee::ffff", "delivered"),
        from_to("keyed-64-after", STRANGER_V6, "2001:db8:bee:1::", "dropped no-tenant"),
        from_to("narrow-56", STRANGER_V6, "2001:db8:cab:ff::1", "delivered"),
        from_to("narrow-56-after", STRANGER_V6, "2001:db8:cab:100::1", "dropped no-tenant"),
        from_to("first-of-16", STRANGER_V6, "2400::", "delivered"),
        from_to("last-of-16", STRANGER_V6, "2400:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "delivered"),
        from_to("single-address", STRANGER_V6, "2401::", "delivered"),
        from_to("next-single-address", STRANGER_V6, "2401::1", "delivered", "the other tenant's"),
        from_to("first-of-127", STRANGER_V6, "2401::2", "delivered"),
        from_to("last-of-127", STRANGER_V6, "2401::3", "delivered"),
        from_to("after-127", STRANGER_V6, "2401::4", "dropped no-tenant"),
        from_to("short-before", STRANGER_V6, "2fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "dropped no-tenant"),
        from_to("short-first", STRANGER_V6, "3000::", "delivered"),
        from_to("short-last", STRANGER_V6, "3000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "delivered"),
        from_to("short-after", STRANGER_V6, "3001::", "dropped no-tenant"),
    ]


def extensions():
    jumbo = b"\x00\xc2\x04\x00\x01\x00\x00"
    truncated, order = "dropped ipv6-extension-truncated", "dropped ipv6-bad-extension-order"
    cases = [
        Case("hop-by-hop", chain([(HOP_BY_HOP, PAD)], plain_udp()), "delivered"),
        Case("destination-options", chain([(DESTINATION, PAD)], plain_udp()), "delivered"),
        Case("routing-2", chain([(ROUTING, ROUTING_2)], plain_udp()), "delivered"),
        Case("authentication", chain([(AUTHENTICATION, AH_16)], plain_udp()), "delivered"),
        Case("atomic-fragment", chain([(FRAGMENT, ATOMIC)], plain_udp()), "delivered", "RFC 6946"),
        Case("first-fragment", chain([(FRAGMENT, FIRST)], plain_udp() + bytes(6)), "delivered"),
        Case("first-fragment-udp-counts-all", chain([(FRAGMENT, FIRST)], b"\x10\x01\x20\x02\x0b\xb8\x12\x34" + bytes(56)), "delivered"),
        Case("later-fragment", chain([(FRAGMENT, LATER)], unique(5)), "delivered", "no header here to check"),
        Case("later-fragment-of-hop-by-hop", chain([(FRAGMENT, LATER)], unique(3), last=HOP_BY_HOP), "delivered", "its payload is no header"),
        Case("recommended-order", chain([(HOP_BY_HOP, PAD), (DESTINATION, PAD), (ROUTING, ROUTING_2), (FRAGMENT, ATOMIC), (AUTHENTICATION, AH_16), (DESTINATION, PAD)], plain_udp()), "delivered", "RFC 8200 4.1"),
        Case("odd-order", chain([(DESTINATION, PAD), (AUTHENTICATION, AH_16), (DESTINATION, PAD)], plain_udp()), "delivered", "RFC 8200 4.1: any order is accepted, hop-by-hop first"),
        Case("eight-headers", chain([(DESTINATION, PAD)] * 8, plain_udp()), "delivered"),
        Case("nine-headers", chain([(DESTINATION, PAD)] * 9, plain_udp()), "dropped ipv6-too-many-headers"),
        Case("forty-headers", chain([(DESTINATION, PAD)] * 40, plain_udp()), "dropped ipv6-too-many-headers"),
        Case("hop-by-hop-second", chain([(DESTINATION, PAD), (HOP_BY_HOP, PAD)], plain_udp()), order),
        Case("hop-by-hop-twice", chain([(HOP_BY_HOP, PAD), (HOP_BY_HOP, PAD)], plain_udp()), order),
        Case("routing-0", chain([(ROUTING, ROUTING_0)], plain_udp()), "dropped ipv6-routing-type-0", "RFC 5095"),
        Case("routing-0-behind-options", chain([(HOP_BY_HOP, PAD), (DESTINATION, PAD), (ROUTING, ROUTING_0)], plain_udp()), "dropped ipv6-routing-type-0"),
        Case("routing-0-to-us", chain([(ROUTING, ROUTING_0)], plain_udp(), dst=OWN_V6), "dropped ipv6-routing-type-0"),
        Case("header-beyond-packet", chain([(DESTINATION, b"\x20" + PAD[1:])], plain_udp()), truncated),
        Case("header-length-255", chain([(HOP_BY_HOP, b"\xff" + PAD[1:])], plain_udp()), truncated),
        Case("authentication-beyond-packet", chain([(AUTHENTICATION, b"\xff" + bytes(14))], plain_udp()), truncated),
        Case("jumbogram", changed(chain([(HOP_BY_HOP, jumbo)], plain_udp()), 4, b"\0\0"), "dropped ipv6-bad-length", "RFC 2675 is not supported"),
        Case("hop-by-hop-without-payload", changed(chain([(HOP_BY_HOP, PAD)], plain_udp()), 4, b"\0\0"), None, "length 0, or a header that is missing"),
        Case("options-then-nothing", chain([(DESTINATION, PAD)], b"", last=NO_NEXT), "delivered"),
        Case("options-then-short-tcp", chain([(DESTINATION, PAD)], bytes(19), last=TCP), "dropped tcp-truncated"),
        Case("options-then-short-udp", chain([(DESTINATION, PAD)], bytes(7)), "dropped udp-truncated"),
        Case("fragment-then-short-udp", chain([(FRAGMENT, FIRST)], bytes(7)), "dropped udp-truncated"),
        Case("tcp-behind-authentication", chain([(AUTHENTICATION, AH_16)], bytes(12) + b"\x50\x02" + bytes(6), last=TCP), "delivered"),
    ]
    for kind, name in ((HOP_BY_HOP, "hop-by-hop"), (ROUTING, "routing"), (FRAGMENT, "fragment"), (DESTINATION, "destination"), (AUTHENTICATION, "authentication")):
        for length in range(1, 8):
            cases.append(Case(f"{name}-of-{length}", ether(ip6(Raw(b"\x3b" + bytes(length - 1)), nh=kind)), truncated))
    return cases


def upper():
    segment = bytes(12) + b"\x50\x02" + bytes(6)
    cases = [
        Case("udp-empty", ether(ip6(udp(0, sport=next_port()))), "delivered"),
        Case("udp-length-0", changed(udp6(), 44, b"\x00\x00"), "dropped udp-bad-length", "jumbo payloads are refused"),
        Case("udp-length-7", changed(udp6(), 44, b"\x00\x07"), "dropped udp-bad-length"),
        Case("udp-length-beyond", changed(udp6(), 44, b"\x00\x1b"), "dropped udp-bad-length"),
        Case("tcp-offset-4", ether(ip6(Raw(segment[:12] + b"\x40" + segment[13:]), nh=TCP)), "dropped tcp-bad-header-length"),
        Case("tcp-offset-6", ether(ip6(Raw(segment[:12] + b"\x60" + segment[13:]), nh=TCP)), "dropped tcp-bad-header-length"),
    ]
    for length in range(20):
        cases.append(Case(f"tcp-of-{length}", ether(ip6(Raw(segment[:length]), nh=TCP)), "dropped tcp-truncated"))
    for length in range(8):
        cases.append(Case(f"udp-of-{length}", ether(ip6(Raw(bytes(length)), nh=UDP)), "dropped udp-truncated"))
        cases.append(Case(f"icmpv6-of-{length}", ether(ip6(Raw(b"\x80\0\0\0\0\0\0"[:length]), nh=ICMPV6)), "dropped icmp-truncated"))
    return cases


def hop_limit():
    cases = [
        Case(
            f"hop-limit-{value}",
            ether(ip6(udp(), hlim=value)),
            "delivered" if value > 1 else "answered",
            "RFC 8200 section 3",
            1 if value > 1 else 1000,
        )
        for value in range(256)
    ]
    error = ICMPv6DestUnreach() / Raw(ip6(udp(), src=ACME_V6, dst=STRANGER_V6))
    return cases + [
        Case("expired-icmp-error", ether(ip6(error, hlim=1)), "dropped ttl-expired", "RFC 4443 2.4(e.1)"),
        Case("expired-redirect", ether(ip6(Raw(b"\x89" + bytes(39)), nh=ICMPV6, hlim=1)), "dropped ttl-expired", "RFC 4443 2.4(e.2)"),
        Case("expired-echo", ether(ip6(ICMPv6EchoRequest(id=79, data=unique()), hlim=1)), "answered", "", 1000),
        Case("expired-tcp", ether(ip6(tcp(), hlim=1)), "answered", "", 1000),
        Case("expired-with-options", chain([(HOP_BY_HOP, PAD), (DESTINATION, PAD)], plain_udp(), hlim=1), "answered", "", 1000),
        Case("expired-first-fragment", chain([(FRAGMENT, FIRST)], plain_udp() + bytes(6), hlim=1), "answered", "", 1000),
        Case("expired-later-fragment", chain([(FRAGMENT, LATER)], unique(16), hlim=1), None, "RFC 4443 has no rule on later fragments", 1000),
        Case("expired-large", ether(ip6(udp(1440), hlim=1)), "answered", "the error stays within 1280 bytes", 1000),
        Case("expired-to-us", ether(ip6(udp(), dst=OWN_V6, hlim=1)), "host"),
        Case("expired-no-tenant", ether(ip6(udp(), dst="2001:4860::1", hlim=0)), "dropped no-tenant"),
    ]
