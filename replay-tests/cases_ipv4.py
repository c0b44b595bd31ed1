"""IPv4 and what it carries, on its way to a tenant: RFC 791, RFC 1812 chapters 4.2, 4.3 and 5, RFC 6864."""

from scapy.all import ICMP, TCP, UDP, Raw

from frames import (
    ACME,
    ENDPOINT,
    OWN,
    STRANGER,
    Case,
    changed,
    ether,
    ip4,
    next_port,
    tcp,
    udp,
    udp4,
    unique,
)


def header():
    options_header = ether(ip4(udp(), options=b"\x01" * 8))
    corner = checksum_corner()
    return [
        Case("version-0", changed(udp4(), 0, b"\x05"), "dropped ipv4-bad-version"),
        Case("version-5", changed(udp4(), 0, b"\x55"), "dropped ipv4-bad-version"),
        Case("version-6", changed(udp4(40), 0, b"\x65"), "dropped ipv4-bad-version"),
        Case("ihl-0", changed(udp4(), 0, b"\x40", False), "dropped ipv4-bad-header-length"),
        Case("ihl-4", changed(udp4(), 0, b"\x44", False), "dropped ipv4-bad-header-length"),
        Case("ihl-beyond-packet", changed(udp4(4), 0, b"\x4f", False), "dropped ipv4-bad-header-length"),
        Case("ihl-15-as-options", changed(udp4(60), 0, b"\x4f", False), "dropped ipv4-bad-checksum"),
        Case("total-below-header", changed(udp4(), 2, b"\x00\x13"), "dropped ipv4-bad-length"),
        Case("total-0", changed(udp4(), 2, b"\x00\x00"), "dropped ipv4-bad-length", "no offload reads 0 as 'the rest'"),
        Case("total-below-long-header", changed(options_header, 2, b"\x00\x1b"), "dropped ipv4-bad-length"),
        Case("total-beyond-frame", changed(udp4(), 2, b"\x00\x2f"), "dropped ipv4-bad-length"),
        Case("total-65535", changed(udp4(), 2, b"\xff\xff"), "dropped ipv4-bad-length"),
        Case("total-is-header", ether(ip4(b"", proto=253)), "delivered", "no payload at all"),
        Case("checksum-0", changed(udp4(), 10, b"\x00\x00", False), "dropped ipv4-bad-checksum"),
        Case("checksum-ffff", changed(udp4(), 10, b"\xff\xff", False), "dropped ipv4-bad-checksum"),
        Case("checksum-off-by-one", off_by_one(udp4()), "dropped ipv4-bad-checksum"),
        Case("checksum-sums-to-0", corner, "delivered", "a right checksum of 0x0000"),
        Case(
            "checksum-negative-zero",
            changed(corner, 10, b"\xff\xff", False),
            "delivered",
            "0xffff adds up as 0x0000 does: RFC 1071 accepts it",
        ),
        Case("reserved-flag", ether(ip4(udp(), flags="evil")), "delivered", "RFC 1812 5.3.9 says nothing; passed on"),
        Case("dont-fragment", ether(ip4(udp(), flags="DF")), "delivered"),
        Case("id-0-df", ether(ip4(udp(), flags="DF", id=0)), "delivered", "RFC 6864 atomic datagram"),
        Case("protocol-253", ether(ip4(Raw(unique()), proto=253)), "delivered", "an unknown protocol passes"),
        Case("protocol-0", ether(ip4(Raw(unique()), proto=0)), "delivered"),
        Case("protocol-255", ether(ip4(Raw(unique()), proto=255)), "delivered"),
        Case("sctp", ether(ip4(Raw(b"\x13\x88" * 2 + bytes(8)), proto=132)), "delivered"),
        Case("esp", ether(ip4(Raw(unique()), proto=50)), "delivered"),
        Case("gre-to-tenant", ether(ip4(Raw(unique()), proto=47)), "delivered", "not ours to open"),
        Case("ipip-to-tenant", ether(ip4(Raw(ip4(udp())), proto=4)), "delivered"),
        Case("from-own-subnet", udp4(src="192.0.2.77"), "delivered"),
        Case("from-private", udp4(src="10.255.1.1"), "delivered", "private sources pass unless bogons: drop"),
        Case("from-documentation", udp4(src="198.51.100.77"), "delivered"),
        Case("from-other-tenant", udp4(src="198.18.0.1"), "delivered"),
        Case("from-own-prefix", udp4(src="203.0.113.9"), "delivered", "the edge has no reverse-path rule"),
    ] + [
        Case(f"tos-{tos:#04x}", udp4(tos=tos), "delivered", "DSCP and ECN are copied to the outer header")
        for tos in (0x01, 0x02, 0x03, 0x04, 0x10, 0x2E << 2, 0xB9, 0xE0, 0xFF)
    ]


def off_by_one(frame):
    value = (int.from_bytes(frame[24:26], "big") + 1) & 0xFFFF
    return changed(frame, 10, value.to_bytes(2, "big"), False)


def checksum_corner():
    """A packet whose right header checksum is 0x0000, found by choosing the identification."""
    frame = udp4(id=0)
    checksum = int.from_bytes(frame[24:26], "big")
    return changed(frame, 4, checksum.to_bytes(2, "big"))


def addresses():
    def from_to(name, source, destination, expected, why=""):
        return Case(name, udp4(src=source, dst=destination), expected, why)

    martian, bad_destination = "dropped martian-source", "dropped martian-destination"
    multicast = "dropped multicast-not-forwarded"
    return [
        from_to("source-this-network", "0.0.0.0", ACME, martian),
        from_to("source-this-network-end", "0.255.255.255", ACME, martian),
        from_to("source-after-this-network", "1.0.0.0", ACME, "delivered"),
        from_to("source-before-loopback", "126.255.255.255", ACME, "delivered"),
        from_to("source-loopback", "127.0.0.1", ACME, martian, "RFC 1812 5.3.7"),
        from_to("source-loopback-end", "127.255.255.255", ACME, martian),
        from_to("source-after-loopback", "128.0.0.0", ACME, "delivered"),
        from_to("source-before-multicast", "223.255.255.255", ACME, "delivered"),
        from_to("source-multicast", "224.0.0.0", ACME, martian),
        from_to("source-multicast-end", "239.255.255.255", ACME, martian),
        from_to("source-class-e", "240.0.0.0", ACME, martian),
        from_to("source-broadcast", "255.255.255.255", ACME, martian),
        from_to("source-our-address", OWN, ACME, martian),
        from_to("source-our-endpoint", ENDPOINT, ACME, martian),
        from_to("source-ours-to-us", ENDPOINT, OWN, martian),
        from_to("destination-this-network", STRANGER, "0.1.2.3", bad_destination),
        from_to("destination-zero", STRANGER, "0.0.0.0", bad_destination),
        from_to("destination-loopback", STRANGER, "127.0.0.1", bad_destination),
        from_to("destination-class-e", STRANGER, "240.0.0.1", bad_destination),
        from_to("destination-class-e-end", STRANGER, "255.255.255.254", bad_destination),
        from_to("destination-limited-broadcast", STRANGER, "255.255.255.255", None, "host or consumed"),
        from_to("destination-directed-broadcast", STRANGER, "192.0.2.255", None, "RFC 1812 5.3.5.2"),
        from_to("destination-multicast", STRANGER, "224.0.1.1", multicast),
        from_to("destination-multicast-local", STRANGER, "224.0.0.251", multicast),
        from_to("destination-all-systems", STRANGER, "224.0.0.1", None, "RFC 1112: we may be a member"),
        from_to("destination-multicast-end", STRANGER, "239.255.255.255", multicast),
        from_to("land", ACME, ACME, "dropped land"),
        from_to("land-nowhere", "8.8.8.8", "8.8.8.8", "dropped land"),
        from_to("no-tenant", STRANGER, "8.8.8.8", "dropped no-tenant"),
        from_to("no-tenant-below-prefix", STRANGER, "203.0.112.255", "dropped no-tenant"),
        from_to("no-tenant-above-prefix", STRANGER, "203.0.114.0", "dropped no-tenant"),
        from_to("first-of-prefix", STRANGER, "203.0.113.0", "delivered"),
        from_to("last-of-prefix", STRANGER, "203.0.113.255", "delivered", "a tenant's broadcast address is the tenant's"),
        from_to("first-of-9", STRANGER, "10.0.0.0", "delivered"),
        from_to("last-of-9", STRANGER, "10.127.255.255", "delivered"),
        from_to("single-address", STRANGER, "10.128.0.0", "delivered"),
        from_to("next-single-address", STRANGER, "10.128.0.1", "delivered", "the other tenant's"),
        from_to("first-of-31", STRANGER, "10.128.0.2", "delivered"),
        from_to("last-of-31", STRANGER, "10.128.0.3", "delivered"),
        from_to("first-of-30", STRANGER, "10.128.0.4", "delivered"),
        from_to("last-of-30", STRANGER, "10.128.0.7", "delivered"),
        from_to("after-30", STRANGER, "10.128.0.8", "dropped no-tenant"),
        from_to("lone-address", STRANGER, "10.200.0.1", "delivered"),
        from_to("before-lone-address", STRANGER, "10.200.0.0", "dropped no-tenant"),
        from_to("after-lone-address", STRANGER, "10.200.0.2", "dropped no-tenant"),
        from_to("before-short-prefix", STRANGER, "63.255.255.255", "dropped no-tenant"),
        from_to("first-of-short-prefix", STRANGER, "64.0.0.0", "delivered"),
        from_to("last-of-short-prefix", STRANGER, "64.255.255.255", "delivered"),
        from_to("after-short-prefix", STRANGER, "65.0.0.0", "dropped no-tenant"),
        from_to("keyed-first", STRANGER, "198.18.0.0", "delivered"),
        from_to("keyed-last", STRANGER, "198.19.255.255", "delivered"),
        from_to("keyed-after", STRANGER, "198.20.0.0", "dropped no-tenant"),
        from_to("narrow", STRANGER, "198.51.101.1", "delivered"),
        from_to("connected-host", STRANGER, "192.0.2.77", "dropped no-tenant", "no forwarding without a tenant"),
        from_to("gateway-as-destination", STRANGER, "192.0.2.1", "dropped no-tenant"),
    ]


def options():
    def with_options(name, raw, expected, why=""):
        return Case(name, ether(ip4(udp(), options=raw)), expected, why)

    bad, route = "dropped ipv4-bad-options", "dropped ipv4-source-route"
    return [
        with_options("nops", b"\x01\x01\x01\x01", "delivered"),
        with_options("end-of-list", b"\x00\x00\x00\x00", "delivered"),
        with_options("end-hides-junk", b"\x00\xff\xff\xff", "delivered", "RFC 791: nothing after the end is read"),
        with_options("router-alert", b"\x94\x04\x00\x00", "delivered", "RFC 2113 is for protocols we don't run"),
        with_options("record-route", b"\x07\x07\x04" + bytes(4) + b"\x00", "delivered", "passed as it is"),
        with_options("timestamp", b"\x44\x08\x05\x00" + bytes(4), "delivered"),
        with_options("unknown-option", b"\x5e\x04\xab\xcd", "delivered", "RFC 1812 4.2.2.6: passed unchanged"),
        with_options("unknown-of-40", b"\x5e\x28" + bytes(38), "delivered"),
        with_options("security", b"\x82\x0b" + bytes(9) + b"\x00", "delivered"),
        with_options("loose-source-route", b"\x83\x07\x04\x0a\x00\x00\x01\x00", route),
        with_options("strict-source-route", b"\x89\x07\x04\x0a\x00\x00\x01\x00", route),
        with_options("source-route-after-nop", b"\x01\x83\x07\x04\x0a\x00\x00\x01", route),
        with_options("source-route-used-up", b"\x83\x07\x08\x0a\x00\x00\x01\x00", route),
        with_options("length-0", b"\x5e\x00\x01\x01", bad),
        with_options("length-1", b"\x5e\x01\x01\x01", bad),
        with_options("length-beyond", b"\x5e\x05\x01\x01", bad),
        with_options("length-missing", b"\x01\x01\x01\x5e", bad),
        with_options("length-255", b"\x5e\xff\x01\x01", bad),
        Case(
            "source-route-to-us",
            ether(ip4(udp(), dst=OWN, options=b"\x83\x07\x04\x0a\x00\x00\x01\x00")),
            route,
        ),
    ]


def upper():
    """Lengths of TCP, UDP and ICMP; contents are the tenant's business."""
    def carrying(name, protocol, raw, expected, why="", **fields):
        return Case(name, ether(ip4(Raw(raw), proto=protocol, **fields)), expected, why)

    segment = bytes(TCP(sport=1, dport=2, flags="S", options=[("MSS", 1460)]))
    datagram = bytes(UDP(sport=1, dport=4660, len=20) / Raw(b"x" * 12))
    cases = [
        Case("tcp-syn", ether(ip4(tcp(flags="S"))), "delivered"),
        Case("tcp-data", ether(ip4(tcp(100, flags="PA"))), "delivered"),
        Case("tcp-no-flags", ether(ip4(tcp(flags=0))), "delivered", "odd flags are for the later mitigation stage"),
        Case("tcp-bad-checksum", ether(ip4(tcp(chksum=0x1234))), "delivered", "a router does not verify"),
        Case("udp-bad-checksum", ether(ip4(UDP(sport=3, dport=4660, chksum=0x1234) / Raw(unique()))), "delivered"),
        Case("udp-no-checksum", ether(ip4(UDP(sport=3, dport=4660, chksum=0) / Raw(unique()))), "delivered"),
        Case("udp-empty", ether(ip4(UDP(sport=next_port(), dport=4660))), "delivered"),
        Case("icmp-echo", ether(ip4(ICMP(id=77) / Raw(unique()))), "delivered"),
        Case("icmp-bad-checksum", ether(ip4(ICMP(id=78, chksum=0x1234) / Raw(unique()))), "delivered"),
        Case("icmp-error", ether(ip4(ICMP(type=3, code=1) / Raw(ip4(udp(), src=ACME)))), "delivered"),
        carrying("udp-length-0", 17, datagram[:4] + b"\0\0" + datagram[6:], "dropped udp-bad-length"),
        carrying("udp-length-7", 17, datagram[:4] + b"\0\7" + datagram[6:], "dropped udp-bad-length"),
        carrying("udp-length-beyond", 17, datagram[:4] + b"\0\x15" + datagram[6:], "dropped udp-bad-length"),
        carrying("udp-length-short", 17, datagram[:4] + b"\0\x13" + datagram[6:], "delivered", "RFC 768 allows bytes behind the datagram"),
        carrying("tcp-offset-6-with-option", 6, segment, "delivered"),
        carrying("tcp-offset-15-beyond", 6, segment[:12] + b"\xf0" + segment[13:], "dropped tcp-bad-header-length"),
        carrying("first-fragment-udp", 17, bytes(UDP(sport=1, dport=2, len=3000) / Raw(b"f" * 64)), "delivered", "the UDP length counts the whole datagram", flags="MF"),
        carrying("first-fragment-udp-7", 17, datagram[:7], "dropped udp-truncated", flags="MF"),
        carrying("later-fragment-of-1-byte", 6, b"\x01", "delivered", "no header here to check", frag=185),
        carrying("later-fragment-empty", 17, b"", "delivered", frag=1),
        carrying("later-fragment-looks-like-bad-tcp", 6, bytes(24), "delivered", frag=3, flags="MF"),
        carrying("last-fragment-high", 17, b"z" * 40, "delivered", frag=8000),
    ]
    for offset in range(5):
        cases.append(
            carrying(f"tcp-offset-{offset}", 6, segment[:12] + bytes([offset << 4]) + segment[13:], "dropped tcp-bad-header-length")
        )
    for length in range(20):
        cases.append(carrying(f"tcp-of-{length}", 6, segment[:length], "dropped tcp-truncated"))
    for length in range(8):
        cases.append(carrying(f"udp-of-{length}", 17, datagram[:length], "dropped udp-truncated"))
        cases.append(carrying(f"icmp-of-{length}", 1, b"\x08" + bytes(length - 1) if length else b"", "dropped icmp-truncated"))
    return cases


def ttl():
    """All TTLs; and when a TTL that runs out is not answered (RFC 1812 4.3.2.7, 5.3.1)."""
    cases = [
        Case(
            f"ttl-{value}",
            udp4(ttl=value),
            "delivered" if value > 1 else "answered",
            "RFC 1812 5.3.1",
            1 if value > 1 else 1000,
        )
        for value in range(256)
    ]
    quiet = "dropped ttl-expired"
    for error in (3, 4, 5, 11, 12):
        body = ICMP(type=error) / Raw(ip4(udp(), src=ACME, dst=STRANGER))
        cases.append(Case(f"expired-icmp-error-{error}", ether(ip4(body, ttl=1)), quiet, "never an error about an error"))
    for query in (0, 8, 13, 14):
        cases.append(Case(f"expired-icmp-query-{query}", ether(ip4(ICMP(type=query) / Raw(unique()), ttl=1)), "answered", "", 1000))
    cases += [
        Case("expired-tcp", ether(ip4(tcp(), ttl=1)), "answered", "", 1000),
        Case("expired-unknown-protocol", ether(ip4(Raw(unique()), proto=99, ttl=0)), "answered", "", 1000),
        Case("expired-no-payload", ether(ip4(b"", proto=99, ttl=1)), "answered", "", 1000),
        Case("expired-first-fragment", ether(ip4(udp(40), flags="MF", ttl=1)), "answered", "", 1000),
        Case("expired-later-fragment", ether(ip4(Raw(unique()), frag=8, ttl=1, proto=17)), quiet),
        Case("expired-with-options", ether(ip4(udp(), ttl=1, options=b"\x01" * 40)), "answered", "a 60-byte header is quoted whole", 1000),
        Case("expired-large", ether(ip4(udp(1472), ttl=1)), "answered", "the error stays within 576 bytes", 1000),
        Case("expired-and-too-big", ether(ip4(udp(1472), ttl=1, flags="DF")), "answered", "TTL comes before the MTU", 1000),
        Case("expired-padded", ether(ip4(udp(1), ttl=1)) + bytes(17), "answered", "padding is not quoted", 1000),
        Case("expired-tos", udp4(ttl=1, tos=0xB8), "answered", "", 1000),
        Case("expired-from-other-station", ether(ip4(udp(), ttl=1, src="192.0.2.77"), src="02:00:00:00:0a:0a"), "answered", "the sender is on the link", 1000),
        Case("expired-keyed-tenant", udp4(ttl=1, dst="198.18.3.3"), "answered", "", 1000),
        Case("expired-no-tenant", udp4(ttl=1, dst="8.8.8.8"), "dropped no-tenant"),
        Case("expired-to-us", udp4(ttl=1, dst=OWN), "host", "RFC 1812 4.2.2.9: TTL is checked only when forwarding"),
    ]
    return cases


def checksum_updates():
    """RFC 1624's corner cases: every high byte of the checksum around the borrow of a TTL decrement."""
    cases = []
    for high in range(0, 256, 5):
        frame = udp4(ttl=64, id=0)
        wanted = (high << 8) | 0xFF
        total = int.from_bytes(frame[24:26], "big")
        identification = (total - wanted) % 0xFFFF
        cases.append(Case(f"checksum-{wanted:#06x}", changed(frame, 4, identification.to_bytes(2, "big")), "delivered"))
    return cases
