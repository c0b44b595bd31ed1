"""Packets for the appliance's own addresses: ICMP, neighbour discovery, the host (RFC 1812 4.3, RFC 4443, RFC 4861)."""

from ipaddress import ip_address

from scapy.all import (
    ICMP,
    ICMPv6EchoRequest,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_RS,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
    Raw,
)

from frames import (
    ENDPOINT,
    OWN,
    OWN_V6,
    Case,
    addressed,
    changed,
    echo4,
    echo6,
    ether,
    ip4,
    ip6,
    tagged,
    tcp,
    udp,
    udp4,
    udp6,
    unique,
)

ENDPOINT_V6 = "2001:db8:a::1"
HOST_MAC, HOST, HOST_V6 = "02:00:00:00:0a:0a", "192.0.2.77", "2001:db8:1::77"
LINK_LOCAL = "fe80::a:a"
OWN_GROUP, OWN_GROUP_MAC = "ff02::1:ff00:2", "33:33:ff:00:00:02"
SECOND = 1000


def echo():
    def answered(name, frame, why=""):
        return Case(name, frame, "answered", why, SECOND)

    cases = [
        answered("own-address", ether(echo4(dst=OWN))),
        answered("endpoint", ether(echo4(dst=ENDPOINT)), "the source of the reply is the endpoint"),
        answered("second-endpoint", ether(echo4(dst="198.51.100.2"))),
        answered("from-connected-host", ether(echo4(src=HOST, dst=OWN), src=HOST_MAC)),
        answered("from-tenant-prefix", ether(echo4(src="203.0.113.9", dst=OWN))),
        answered("padded", ether(echo4(1, dst=OWN)) + bytes(17), "padding is not data"),
        answered("empty", ether(echo4(0, dst=OWN))),
        answered("odd-length", ether(echo4(17, dst=OWN))),
        answered("large", ether(echo4(1472, dst=OWN))),
        answered("ttl-0", ether(echo4(dst=OWN, ttl=0)), "RFC 1812 4.2.2.9: only forwarding looks at the TTL"),
        answered("ttl-1", ether(echo4(dst=OWN, ttl=1))),
        answered("tos", ether(echo4(dst=OWN, tos=0xB8))),
        answered("dont-fragment", ether(echo4(dst=OWN, flags="DF"))),
        answered("all-ones-data", ether(ip4(ICMP(id=0xFFFF, seq=0xFFFF) / Raw(b"\xff" * 18), dst=OWN)), "RFC 1624 corner of the checksum"),
        answered("all-zero-data", ether(ip4(ICMP(id=0, seq=0) / Raw(bytes(18)), dst=OWN))),
        answered("own-address-v6", ether(echo6(dst=OWN_V6))),
        answered("endpoint-v6", ether(echo6(dst=ENDPOINT_V6))),
        answered("from-connected-host-v6", ether(echo6(src=HOST_V6, dst=OWN_V6), src=HOST_MAC)),
        answered("from-link-local-v6", ether(echo6(src=LINK_LOCAL, dst=OWN_V6), src=HOST_MAC)),
        answered("hop-limit-0-v6", ether(echo6(dst=OWN_V6, hlim=0))),
        answered("empty-v6", ether(echo6(0, dst=OWN_V6))),
        answered("large-v6", ether(echo6(1452, dst=OWN_V6))),
        answered("padded-v6", ether(echo6(0, dst=OWN_V6)) + b"\xee" * 12),
        answered("tagged-v6", tagged(ether(echo6(dst=OWN_V6)), (0x8100, 6))),
        Case("code-1", ether(ip4(ICMP(type=8, code=1, id=901) / Raw(unique()), dst=OWN)), None, "RFC 792 knows only code 0", SECOND),
        Case("bad-checksum", ether(ip4(ICMP(id=902, chksum=0x1234) / Raw(unique()), dst=OWN)), "dropped icmp-bad-checksum"),
        Case("bad-checksum-endpoint", ether(ip4(ICMP(id=903, chksum=0x1234) / Raw(unique()), dst=ENDPOINT)), "dropped icmp-bad-checksum"),
        Case("bad-checksum-v6", ether(ip6(ICMPv6EchoRequest(id=904, cksum=0x1234, data=unique()), dst=OWN_V6)), "dropped icmpv6-bad-checksum"),
        Case("other-family-checksum-v6", ether(ip6(Raw(echo4()[20:]), dst=OWN_V6, nh=58)), None, "an ICMPv4 message in IPv6"),
    ]
    return cases


def host():
    fragment = echo4(40, dst=OWN, flags="MF")
    return [
        Case("udp", udp4(dst=OWN), "host"),
        Case("tcp", ether(ip4(tcp(flags="S"), dst=OWN)), "host", "BGP, SSH: the host's own stack"),
        Case("udp-endpoint", udp4(dst=ENDPOINT), "host"),
        Case("tcp-endpoint", ether(ip4(tcp(), dst=ENDPOINT)), "host"),
        Case("unknown-protocol", ether(ip4(Raw(unique()), dst=OWN, proto=253)), "host"),
        Case("gre-to-port-address", ether(ip4(Raw(b"\0\0\x08\0" + udp4()[14:]), dst=OWN, proto=47)), "host", "GRE ends at endpoints only"),
        Case("echo-reply", ether(ip4(ICMP(type=0, id=905) / Raw(unique()), dst=OWN)), "host"),
        Case("icmp-error", ether(ip4(ICMP(type=3, code=4) / Raw(udp4()[14:]), dst=OWN)), "host"),
        Case("icmp-timestamp", ether(ip4(ICMP(type=13, id=906), dst=OWN)), "host", "RFC 1812 4.3.3.8: MAY be answered"),
        Case("icmp-address-mask", ether(ip4(ICMP(type=17, id=907), dst=OWN)), "host", "RFC 6918 deprecates it"),
        Case("fragment", ether(fragment), "host", "the host reassembles"),
        Case("later-fragment", ether(ip4(Raw(unique()), dst=OWN, frag=6, proto=1)), "host"),
        Case("options", ether(ip4(udp(), dst=OWN, options=b"\x94\x04\0\0")), "host"),
        Case("udp-v6", udp6(dst=OWN_V6), "host"),
        Case("tcp-v6", ether(ip6(tcp(), dst=OWN_V6)), "host"),
        Case("udp-endpoint-v6", udp6(dst=ENDPOINT_V6), "host"),
        Case("unknown-protocol-v6", ether(ip6(Raw(unique()), dst=OWN_V6, nh=253)), "host"),
        Case("link-local-v6", udp6(src=LINK_LOCAL, dst=OWN_V6), "host"),
        Case("gre-v6", ether(ip6(Raw(b"\0\0\x08\0" + udp4()[14:]), src="2001:db8:9::9", dst=ENDPOINT_V6, nh=47)), "dropped gre-unknown-tunnel", "RFC 7676"),
        Case("truncated-udp", ether(ip4(Raw(bytes(7)), dst=OWN, proto=17)), "dropped udp-truncated", "the checks come before the host"),
        Case("truncated-tcp", ether(ip4(Raw(bytes(19)), dst=OWN, proto=6)), "dropped tcp-truncated"),
        Case("truncated-icmp", ether(ip4(Raw(bytes(7)), dst=OWN, proto=1)), "dropped icmp-truncated"),
    ]


def solicit(target=OWN_V6, src=LINK_LOCAL, dst=OWN_GROUP, mac=OWN_GROUP_MAC, link=HOST_MAC, hlim=255, **fields):
    """A neighbour solicitation; `link` None: without the source link-layer address option."""
    message = ICMPv6ND_NS(tgt=target, **fields)
    if link:
        message = message / ICMPv6NDOptSrcLLAddr(lladdr=link)
    return ether(bytes(IPv6(src=src, dst=dst, hlim=hlim) / message), dst=mac, src=HOST_MAC)


def raw_solicit(body, src=LINK_LOCAL, dst=OWN_GROUP):
    """A solicitation whose ICMPv6 message is exactly `body`, its checksum made right."""
    from replies import with_icmpv6_checksum

    header = bytes(IPv6(src=src, dst=dst, hlim=255, nh=58, plen=len(body)))
    return ether(header + with_icmpv6_checksum(header, body), dst=OWN_GROUP_MAC, src=HOST_MAC)


def neighbour_discovery():
    malformed = "dropped nd-malformed"
    target = ip_address(OWN_V6).packed
    message = b"\x87\0\0\0" + bytes(4) + target

    def answered(name, frame, why=""):
        return Case(name, frame, "answered", why, SECOND)

    def advert(hlim=255, dst=OWN_V6, **fields):
        fields.setdefault("tgt", HOST_V6)
        return ether(bytes(IPv6(src=HOST_V6, dst=dst, hlim=hlim) / ICMPv6ND_NA(**fields)), src=HOST_MAC)

    cases = [
        answered("multicast", solicit(), "RFC 4861 7.2.4"),
        answered("multicast-global-asker", solicit(src=HOST_V6)),
        answered("unicast", solicit(dst=OWN_V6, mac="02:00:00:00:00:02"), "reachability probe, RFC 4861 7.3.3"),
        answered("unicast-without-option", solicit(dst=OWN_V6, mac="02:00:00:00:00:02", link=None)),
        answered("duplicate-address-detection", solicit(src="::", link=None), "RFC 4862 5.4.3: to all nodes, S clear"),
        answered("tagged", tagged(solicit(), (0x8100, 66)), "tags are kept"),
        answered("unknown-option", raw_solicit(message + b"\x01\x01" + bytes.fromhex("020000000a0a") + b"\x0e\x01" + bytes(6)), "RFC 4861 7.1.1: unknown options are ignored"),
        answered("option-of-16-bytes", raw_solicit(message + b"\xfd\x02" + bytes(14))),
        answered("reserved-not-zero", raw_solicit(b"\x87\0\0\0\xff\xff\xff\xff" + target), "RFC 4861 4.3: reserved is ignored"),
        Case("for-endpoint", solicit(target=ENDPOINT_V6, dst="ff02::1:ff00:1", mac="33:33:ff:00:00:01"), None, "an endpoint is ours, but off the subnet", SECOND),
        Case("for-other", solicit(target="2001:db8:1::9", dst="ff02::1:ff00:9", mac="33:33:ff:00:00:09"), "dropped", "to a group that is not ours"),
        Case("for-other-unicast", solicit(target="2001:db8:1::9", dst=OWN_V6, mac="02:00:00:00:00:02"), "consumed"),
        Case("for-same-group-other", solicit(target="2001:db8:1:1::2"), "consumed", "same last 24 bits"),
        Case("for-tenant", solicit(target="2001:db8:acc::2"), "consumed", "no proxy"),
        Case("hop-limit-254", solicit(hlim=254), malformed, "RFC 4861 7.1.1"),
        Case("hop-limit-1", solicit(hlim=1), malformed),
        Case("code-1", solicit(code=1), malformed),
        Case("bad-checksum", solicit(cksum=0x1234), "dropped icmpv6-bad-checksum"),
        Case("target-multicast", solicit(target="ff02::1"), malformed),
        Case("unspecified-with-option", solicit(src="::"), malformed),
        Case("unspecified-to-unicast", solicit(src="::", dst=OWN_V6, mac="02:00:00:00:00:02", link=None), "dropped", "RFC 4861 7.1.1; or martian"),
        Case("option-length-0", raw_solicit(message + b"\x01\x00" + bytes(6)), malformed),
        Case("option-length-beyond", raw_solicit(message + b"\x01\x02" + bytes(6)), malformed),
        Case("option-of-1-byte", raw_solicit(message + b"\x01"), malformed),
        Case("unspecified-to-all-nodes", solicit(src="::", dst="ff02::1", mac="33:33:00:00:00:01", link=None), "dropped"),
        Case("advertisement", advert(S=1, O=1), "consumed"),
        Case("advertisement-unsolicited", addressed(advert(S=0, O=1, dst="ff02::1"), dst="33:33:00:00:00:01"), "consumed"),
        Case("advertisement-of-gateway", advert(R=1, S=1, O=1, tgt="2001:db8:1::1"), "consumed"),
        Case("advertisement-hop-limit-254", advert(hlim=254), malformed, "RFC 4861 7.1.2"),
        Case("advertisement-code-1", advert(code=1), malformed),
        Case("advertisement-solicited-to-group", addressed(advert(S=1, dst="ff02::1"), dst="33:33:00:00:00:01"), malformed),
        Case("advertisement-target-multicast", advert(tgt="ff02::5"), malformed),
        Case("advertisement-bad-checksum", advert(cksum=0x1234), "dropped icmpv6-bad-checksum"),
        Case("router-solicitation", group(ICMPv6ND_RS(), "ff02::2", "33:33:00:00:00:02"), "consumed"),
        Case("router-advertisement", group(ICMPv6ND_RA(), "ff02::1", "33:33:00:00:00:01"), "consumed"),
    ]
    for length in range(8, 24):
        cases.append(Case(f"cut-at-{length}", raw_solicit(message[:length]), malformed))
    return cases


def group(message, destination, mac):
    return ether(bytes(IPv6(src=LINK_LOCAL, dst=destination, hlim=255) / message), dst=mac, src=HOST_MAC)
