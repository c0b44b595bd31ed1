"""Ethernet, VLAN tags and ARP: RFC 894, IEEE 802.1Q, RFC 826, RFC 5227, RFC 1812 5.3.4."""

from scapy.all import ARP

from frames import (
    ACME,
    ACME_V6,
    OWN,
    Case,
    addressed,
    echo4,
    ether,
    gre4,
    ip4,
    ip6,
    tagged,
    tcp,
    udp,
    udp4,
    udp6,
)

BROADCAST = "ff:ff:ff:ff:ff:ff"
ALL_SYSTEMS_MAC = "01:00:5e:00:00:01"
DOT1Q, DOT1AD = 0x8100, 0x88A8
HOST_MAC, HOST = "02:00:00:00:0a:0a", "192.0.2.77"


def ethernet():
    whole = udp4()
    return [
        Case("frame-of-0-bytes", b"", "dropped ethernet-truncated"),
        Case("frame-of-1-byte", b"\x02", "dropped ethernet-truncated"),
        Case("frame-of-13-bytes", whole[:13], "dropped ethernet-truncated"),
        Case("header-only-ipv4", whole[:14], "dropped ipv4-truncated"),
        Case("header-only-ipv6", udp6()[:14], "dropped ipv6-truncated"),
        Case("header-only-arp", whole[:12] + b"\x08\x06", "dropped arp-malformed"),
        Case("other-station", addressed(udp4(), dst="02:00:00:00:00:03"), "dropped ethernet-not-ours"),
        Case("zero-destination", addressed(udp4(), dst="00:00:00:00:00:00"), "dropped ethernet-not-ours"),
        Case("group-source", addressed(udp4(), src="03:00:00:00:00:01"), "dropped ethernet-bad-source"),
        Case("broadcast-source", addressed(udp4(), src=BROADCAST), "dropped ethernet-bad-source"),
        Case("zero-source", addressed(udp4(), src="00:00:00:00:00:00"), "dropped ethernet-bad-source"),
        Case(
            "tenant-packet-in-broadcast",
            addressed(udp4(), dst=BROADCAST),
            "dropped ethernet-multicast-ip",
            "RFC 1812 5.3.4: a link-layer broadcast must not be forwarded",
        ),
        Case(
            "tenant-packet-in-multicast",
            addressed(udp4(), dst="01:00:5e:01:02:03"),
            "dropped ethernet-multicast-ip",
        ),
        Case(
            "tenant-packet-v6-in-multicast",
            addressed(udp6(), dst="33:33:00:00:00:01"),
            "dropped ethernet-multicast-ip",
        ),
        Case("echo-in-broadcast", ether(echo4(dst=OWN), dst=BROADCAST), after_ms=1000),
        Case("no-tenant-in-broadcast", addressed(udp4(dst="8.8.4.4"), dst=BROADCAST)),
        Case("ipx", ether(ip4(tcp()), kind=0x8137), "dropped ethertype-unsupported"),
        Case("length-field-not-type", ether(ip4(tcp()), kind=46), "dropped ethertype-unsupported"),
        Case("llc-in-broadcast", ether(ip4(tcp()), dst=BROADCAST, kind=60), "dropped ethertype-unsupported"),
        Case("mpls", ether(ip4(tcp()), kind=0x8847), "dropped ethertype-unsupported"),
        Case("ethertype-zero", ether(ip4(tcp()), kind=0), "dropped ethertype-unsupported"),
        Case("ipv4-in-ipv6-ethertype", ether(ip4(tcp(30)), kind=0x86DD), "dropped ipv6-bad-version"),
        Case("padded-to-60", ether(ip4(tcp())) + bytes(6), "delivered", "padding is trimmed"),
        Case("padded-with-junk", ether(ip4(tcp())) + b"\xde\xad" * 20, "delivered", "padding is trimmed"),
        Case("padded-v6", udp6(4) + b"\xff" * 9, "delivered", "padding is trimmed"),
        Case("unpadded-runt", ether(ip4(tcp())), "delivered", "54 bytes: a capture need not be padded"),
    ]


def vlan():
    def with_tags(*tags):
        return tagged(udp4(), *tags)

    return [
        Case("dot1q", with_tags((DOT1Q, 100)), "delivered", "delivered untagged"),
        Case("dot1q-priority-tag", with_tags((DOT1Q, 0xE000)), "delivered"),
        Case("dot1ad", with_tags((DOT1AD, 100)), "delivered"),
        Case("qinq", with_tags((DOT1AD, 100), (DOT1Q, 200)), "delivered"),
        Case("dot1q-twice", with_tags((DOT1Q, 1), (DOT1Q, 4094)), "delivered"),
        Case("dot1q-v6", tagged(udp6(), (DOT1Q, 6)), "delivered"),
        Case("three-tags", with_tags((DOT1AD, 1), (DOT1Q, 2), (DOT1Q, 3)), "dropped vlan-too-many"),
        Case("four-tags", with_tags(*[(DOT1Q, 1)] * 4), "dropped vlan-too-many"),
        Case("tag-cut-at-14", with_tags((DOT1Q, 1))[:14], "dropped vlan-truncated"),
        Case("tag-cut-at-16", with_tags((DOT1Q, 1))[:16], "dropped vlan-truncated"),
        Case("tag-cut-at-17", with_tags((DOT1Q, 1))[:17], "dropped vlan-truncated"),
        Case("tag-then-nothing", with_tags((DOT1Q, 1))[:18], "dropped ipv4-truncated"),
        Case("second-tag-cut-at-18", with_tags((DOT1AD, 1), (DOT1Q, 1))[:18], "dropped vlan-truncated"),
        Case("second-tag-cut-at-21", with_tags((DOT1AD, 1), (DOT1Q, 1))[:21], "dropped vlan-truncated"),
        Case("tagged-unknown-type", tagged(ether(ip4(tcp()), kind=0x8137), (DOT1Q, 9)), "dropped ethertype-unsupported"),
        Case("tagged-echo", tagged(ether(echo4(dst=OWN)), (DOT1Q, 100)), "answered", "the answer carries the tag", 1000),
        Case(
            "qinq-echo",
            tagged(ether(echo4(dst=OWN)), (DOT1AD, 0x6064), (DOT1Q, 200)),
            "answered",
            "the answer carries both tags, priority bits included",
            1000,
        ),
        Case("tagged-arp", tagged(arp_request(), (DOT1Q, 7)), "answered", "", 1000),
        Case("qinq-arp", tagged(arp_request(), (DOT1AD, 7), (DOT1Q, 8)), "answered", "", 1000),
        Case("tagged-ttl-1", tagged(udp4(ttl=1), (DOT1Q, 100)), "answered", "", 1000),
    ]


def vlan_port():
    """On a port with `vlan: 100`: frames with just this tag are ours, and ours carry it."""
    return configured_vlan((DOT1Q, 100))


def vlan_port_twice():
    """On a port with `vlan: [100, 200]`."""
    return configured_vlan((DOT1AD, 100), (DOT1Q, 200))


def configured_vlan(*own):
    def with_priority(frame):
        return frame[:14] + bytes([frame[14] | 0xA0]) + frame[15:]

    unknown = "dropped vlan-unknown"
    outer, others = own[0], own[1:]
    return [
        Case("ours", tagged(udp4(), *own), "delivered", "with the port's tags"),
        Case("ours-v6", tagged(udp6(), *own), "delivered"),
        Case("ours-with-priority", with_priority(tagged(udp4(), *own)), "delivered", "priority is not identity"),
        Case("egress", tagged(egress_to("9.9.9.9"), *own), "delivered"),
        Case("egress-v6", tagged(egress_to_v6("2620:fe::9"), *own), "delivered"),
        Case("untagged", udp4(), unknown),
        Case("untagged-arp", arp_request(), unknown),
        Case("other-identifier", tagged(udp4(), (outer[0], 101), *others), unknown),
        Case("priority-tag", tagged(udp4(), (DOT1Q, 0)), unknown),
        Case("tag-missing-or-added", tagged(udp4(), *(others or (outer, (DOT1Q, 200)))), unknown),
        Case("three-tags", tagged(udp4(), *[outer] * 3), "dropped vlan-too-many"),
        Case("arp", tagged(arp_request(), *own), "answered", "", 1000),
        Case("echo", tagged(ether(echo4(dst=OWN)), *own), "answered", "", 1000),
        Case("ttl-1", tagged(udp4(ttl=1), *own), "answered", "", 1000),
        Case("too-big", tagged(udp4(1472, flags="DF"), *own), "answered", "", 1000),
        Case("largest", tagged(udp4(1448), *own), "delivered"),
    ]


def arp_frame(dst=BROADCAST, src=HOST_MAC, **fields):
    fields.setdefault("op", 1)
    fields.setdefault("hwsrc", src)
    fields.setdefault("psrc", HOST)
    fields.setdefault("pdst", OWN)
    fields.setdefault("hwdst", "00:00:00:00:00:00")
    return ether(bytes(ARP(**fields)), dst=dst, src=src, kind=0x0806)


def arp_request(**fields):
    return arp_frame(**fields)


def arp():
    whole = arp_request()
    return [
        Case("request", arp_request(), "answered", "RFC 826", 1000),
        Case("request-padded", arp_request() + bytes(18), "answered", "", 1000),
        Case("request-unicast", arp_request(dst="02:00:00:00:00:02"), "answered", "RFC 1122 2.3.2.1 poll", 1000),
        Case("request-filled-target-mac", arp_request(hwdst="02:00:00:00:00:02"), "answered", "target field is ignored", 1000),
        Case("probe", arp_request(psrc="0.0.0.0"), "answered", "RFC 5227 1.1, 2.1.1", 1000),
        Case("request-off-subnet-asker", arp_request(psrc="10.1.2.3"), "answered", "RFC 826 does not look at subnets", 1000),
        Case("request-for-other", arp_request(pdst="192.0.2.9"), "consumed"),
        Case("request-for-gateway", arp_request(pdst="192.0.2.1"), "consumed"),
        Case("request-for-tenant", arp_request(pdst=ACME), "consumed", "no proxy ARP, RFC 1812 3.3.2"),
        Case("announcement", arp_request(psrc="192.0.2.88", pdst="192.0.2.88"), "consumed", "RFC 5227 3"),
        Case("reply-to-us", arp_frame(op=2, dst="02:00:00:00:00:02", hwdst="02:00:00:00:00:02"), "consumed"),
        Case("reply-gratuitous", arp_frame(op=2, psrc="192.0.2.89", pdst="192.0.2.89"), "consumed"),
        Case("request-for-endpoint", arp_request(pdst="198.51.100.1"), None, "an endpoint is ours, but off the subnet", 1000),
        Case("conflict", arp_request(psrc=OWN, pdst=OWN), None, "RFC 5227 2.4: may be defended", 1000),
        Case("opcode-reverse", arp_frame(op=3), None, "RARP: RFC 826 knows 1 and 2"),
        Case("opcode-0", arp_frame(op=0)),
        Case("hardware-ieee802", arp_frame(hwtype=6), "dropped arp-malformed"),
        Case("protocol-not-ip", arp_frame(ptype=0x86DD), "dropped arp-malformed"),
        Case("hardware-length-8", arp_frame()[:18] + b"\x08" + arp_frame()[19:], "dropped arp-malformed"),
        Case("hardware-length-0", arp_frame()[:18] + b"\x00" + arp_frame()[19:], "dropped arp-malformed"),
        Case("protocol-length-16", arp_frame()[:19] + b"\x10" + arp_frame()[20:], "dropped arp-malformed"),
        Case("sender-is-group", arp_request(hwsrc="01:00:5e:00:00:05"), None, "no station has a group address", 1000),
        Case("sender-is-zero", arp_request(hwsrc="00:00:00:00:00:00"), None, "", 1000),
    ] + [
        Case(f"cut-at-{length}", whole[:length], "dropped arp-malformed")
        for length in range(14, len(whole))
    ]


def neighbours():
    """Next hops on the link: those of the configuration are known, others only once they have answered."""

    def reply(mac, address):
        return arp_frame(op=2, src=mac, dst="02:00:00:00:00:02", psrc=address, hwdst="02:00:00:00:00:02")

    waits = "dropped neighbour-unresolved"
    return [
        Case("far-end-is-gateway", udp4(dst="192.88.96.9"), "delivered"),
        Case("far-end-on-link", udp4(dst="192.88.98.9"), "delivered", "it has the address of an unpinned gateway"),
        Case("far-end-contradicts", reply("02:00:00:00:02:00", "192.0.2.200"), "consumed"),
        Case("far-end-stays", udp4(dst="192.88.98.9"), "delivered", "a replay knows the configured neighbours for good"),
        Case("far-end-asks", arp_request(src="02:00:00:00:02:01", psrc="192.0.2.201"), "answered", "", 1000),
        Case("far-end-stays-after-asking", udp4(dst="192.88.97.9"), "delivered"),
        Case("unasked-reply", reply("02:00:00:00:00:54", "192.0.2.54"), "consumed"),
        Case("unresolved", egress_to("192.0.2.55"), waits),
        Case("reply", reply("02:00:00:00:00:55", "192.0.2.55"), "consumed"),
        Case("resolved", egress_to("192.0.2.55"), "delivered", "to the address that the reply gave"),
        Case("resolved-still", egress_to("192.0.2.55"), "delivered", "", 500),
        Case("unasked-is-not-learnt", egress_to("192.0.2.54"), waits, "RFC 826: merge only"),
        Case("asker", arp_request(src="02:00:00:00:00:56", psrc="192.0.2.56"), "answered", "", 1000),
        Case("asker-known", egress_to("192.0.2.56"), None, "RFC 826 learns from requests for us too"),
        Case("unresolved-v6", egress_to_v6("2001:db8:1::55"), waits),
        Case("egress-to-gateway", egress_to("192.0.2.1"), "delivered"),
        Case("egress-to-gateway-v6", egress_to_v6("2001:db8:1::1"), "delivered", "the pinned address"),
    ]


def egress_to(destination):
    return gre4(ip4(udp(), src=ACME, dst=destination))


def egress_to_v6(destination):
    return gre4(ip6(udp(), src=ACME_V6, dst=destination), proto=0x86DD)
