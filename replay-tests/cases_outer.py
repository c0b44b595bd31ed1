"""Tunnels over IPv4 and IPv6 by every kind of header (RFC 2784, 2890, 7676, 2983, 6040, 6438)."""

from ipaddress import ip_address, ip_network
from itertools import product

from scapy.all import TCP, UDP, Raw

from appliance import OUTER
from frames import STRANGER, STRANGER_V6, Case, ether, gre4, gre6, ip4, ip6, tcp, udp, unique
from validation import internet_checksum

PAD = b"\0\x01\x04\0\0\0\0"
"""An extension header of options, all but its next header."""
HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, OPTIONS = 0, 43, 44, 51, 60


def inside(tenant, version):
    """A host of the tenant."""
    prefix = next(ip_network(p) for p in tenant.prefixes if ip_network(p).version == version)
    return str(prefix.network_address + 5)


def to_tenant(tenant, version, length, **fields):
    host = inside(tenant, version)
    if version == 4:
        return ether(ip4(udp(length - 28), dst=host, flags="DF", **fields))
    return ether(ip6(udp(length - 48), dst=host, **fields))


def from_tenant(tenant, version, length=60, **fields):
    host = inside(tenant, version)
    if version == 4:
        return ip4(udp(length - 28), src=host, dst=STRANGER, **fields)
    return ip6(udp(length - 48), src=host, dst=STRANGER_V6, **fields)


def gre_header(inner, key, checksum, sequence, error=0):
    """All bytes of a GRE header in front of `inner`."""
    flags = 0x8000 * checksum | 0x2000 * (key is not None) | 0x1000 * sequence
    kind = 0x0800 if inner[0] >> 4 == 4 else 0x86DD
    start = flags.to_bytes(2, "big") + kind.to_bytes(2, "big")
    rest = (b"" if key is None else key.to_bytes(4, "big")) + (b"\xff\xff\xff\xfe" if sequence else b"")
    if not checksum:
        return start + rest
    field = (internet_checksum(start + bytes(4) + rest + inner) + error) & 0xFFFF
    return start + field.to_bytes(2, "big") + b"\0\0" + rest


def through(tunnel, inner, checksum=False, sequence=False, error=0, **fields):
    """`inner` as the router at the tunnel's far end sends it."""
    header = gre_header(inner, tunnel.key, checksum, sequence, error)
    if tunnel.is_ipv6:
        return ether(ip6(Raw(header + inner), src=tunnel.remote, dst=tunnel.local, nh=47, **fields))
    return ether(ip4(Raw(header + inner), src=tunnel.remote, dst=tunnel.local, proto=47, **fields))


def encapsulate_sizes():
    """Each byte from 1,400 to 1,520 into each kind of tunnel, IPv4 and IPv6 inside."""
    cases = []
    for tenant in OUTER.tenants[:8]:
        mtu = tenant.tunnels[0].inner_mtu(1500)
        for version, length in product((4, 6), range(1400, 1521)):
            expected = "delivered" if length <= mtu else "answered" if length <= 1508 else None
            frame = to_tenant(tenant, version, length)
            cases.append(Case(f"{tenant.name}-v{version}-{length}", frame, expected, "", 2))
    return cases


def decapsulate_sizes():
    """Each outer length from 1,400 to 1,500 out of each kind of tunnel: C and S in all combinations."""
    cases = []
    for tenant in OUTER.tenants[:8]:
        tunnel = tenant.tunnels[0]
        for version, sequence in product((4, 6), (False, True)):
            for outer in range(1400, 1501):
                length = outer - tunnel.ip_bytes - tunnel.gre_bytes - 4 * sequence
                inner = from_tenant(tenant, version, length)
                frame = through(tunnel, inner, tunnel.checksum, sequence)
                cases.append(Case(f"{tenant.name}-v{version}-s{sequence:d}-{outer}", frame, "delivered"))
    return cases


def flags():
    """Every combination of C, K and S; a checksum that is wrong; a key that is wrong or left out."""
    cases = []
    for tenant, version in product(OUTER.tenants[:8], (4, 6)):
        tunnel = tenant.tunnels[0]
        for checksum, sequence, length in product((False, True), (False, True), (60, 61)):
            inner = from_tenant(tenant, version, length)
            name = f"{tenant.name}-v{version}-c{checksum:d}s{sequence:d}-{length}"
            cases.append(Case(name, through(tunnel, inner, checksum, sequence), "delivered"))
        inner = from_tenant(tenant, version)
        send = gre6 if tunnel.is_ipv6 else gre4
        ends = {"src": tunnel.remote, "dst": tunnel.local}
        kind = 0x0800 if version == 4 else 0x86DD
        wrong = {"proto": kind} if send is gre4 else {}
        name = f"{tenant.name}-v{version}"
        cases += [
            Case(f"{name}-checksum-bad", through(tunnel, inner, True, False, 1), "dropped gre-bad-checksum"),
            Case(f"{name}-key-78", send(inner, gre={"key_present": 1, "key": 78}, **ends, **wrong), "dropped gre-wrong-key"),
        ]
        if tunnel.key is not None:
            cases.append(Case(f"{name}-key-left-out", send(inner, **ends, **wrong), "dropped gre-wrong-key"))
    return cases


def dscp_and_ecn():
    """Outwards: all 64 DSCPs and 4 ECN fields, by each tunnel's own rule."""
    cases = []
    for tenant, version in product(OUTER.tenants, (4, 6)):
        for tos in (*range(0, 256, 5), 1, 2, 3, 0xB8, 0xFC, 0xFF):
            fields = {"tos": tos} if version == 4 else {"tc": tos}
            cases.append(Case(f"{tenant.name}-v{version}-{tos:02x}", to_tenant(tenant, version, 90, **fields), "delivered"))
    return cases


def ecn_inwards():
    """RFC 6040 4.2: all 16 pairs; RFC 2983: the inner DSCP stays, whatever the outer one is."""
    cases = []
    for tenant, version, pair in product(OUTER.tenants[:8], (4, 6), range(16)):
        tunnel = tenant.tunnels[0]
        outer, inner = pair & 3, pair >> 2
        inner_tos, outer_tos = 0x28 | inner, 0xA0 | outer
        packet = from_tenant(tenant, version, **({"tos": inner_tos} if version == 4 else {"tc": inner_tos}))
        fields = {"tc": outer_tos} if tunnel.is_ipv6 else {"tos": outer_tos}
        frame = through(tunnel, packet, tunnel.checksum, **fields)
        expected = "dropped gre-congestion-experienced" if (inner, outer) == (0, 3) else "delivered"
        cases.append(Case(f"{tenant.name}-v{version}-outer-{outer}-inner-{inner}", frame, expected))
    return cases


def six(inner=None, extensions=(), **fields):
    """Out of the plain tunnel over IPv6."""
    tenant = OUTER.tenants[4]
    tunnel = tenant.tunnels[0]
    packet = from_tenant(tenant, 6) if inner is None else inner
    return gre6(packet, src=tunnel.remote, dst=tunnel.local, extensions=extensions, **fields)


def raw_six(header):
    tunnel = OUTER.tenants[4].tunnels[0]
    return ether(ip6(Raw(header), src=tunnel.remote, dst=tunnel.local, nh=47))


def over_ipv6():
    """GRE over IPv6 by RFC 7676 and RFC 8200: extension headers, fragments, the GRE header's rules."""
    tenant = OUTER.tenants[4]
    host4, host6 = inside(tenant, 4), inside(tenant, 6)
    local, remote = tenant.tunnels[0].local, tenant.tunnels[0].remote
    inner = from_tenant(tenant, 6)
    bad, fragment, nested = "dropped ipv6-bad-options", "dropped gre-outer-fragment", "dropped gre-nested"
    option = {
        "pad": (b"\0\x01\x04\0\0\0\0", "delivered"),
        "pad-1": (b"\0\0\0\0\0\0\0", "delivered"),
        "encapsulation-limit": (b"\0\x04\x01\x04\x01\x01\0", "delivered"),
        "unknown-skip": (b"\0\x3e\x04\0\0\0\0", "delivered"),
        "unknown-discard": (b"\0\x7e\x04\0\0\0\0", bad),
        "unknown-discard-report": (b"\0\xbe\x04\0\0\0\0", bad),
        "unknown-discard-report-unicast": (b"\0\xfe\x04\0\0\0\0", bad),
        "too-long": (b"\0\x01\x05\0\0\0\0", bad),
        "cut": (b"\0\0\0\0\0\0\x01", bad),
    }
    cases = [
        Case(f"{name}-{label}", six(extensions=((kind, rest),)), expected, "RFC 8200 4.2")
        for (name, kind), (label, (rest, expected)) in product(
            (("destination-options", OPTIONS), ("hop-by-hop", HOP_BY_HOP)), option.items()
        )
    ]
    cases += [
        Case(f"reserved-bit-{bit}", raw_six((0x8000 >> bit).to_bytes(2, "big") + b"\x86\xdd" + inner), "dropped gre-reserved-bits" if bit < 6 else "delivered")
        for bit in (1, 4, 5, *range(6, 13))
    ]
    cases += [
        Case(f"version-{version}", raw_six(bytes([0, version]) + b"\x86\xdd" + inner), "dropped gre-bad-version")
        for version in range(1, 8)
    ]
    cases += [
        Case(f"header-of-{length}-{flags:04x}", raw_six((flags.to_bytes(2, "big") + b"\x86\xdd" + bytes(12))[:length]), "dropped gre-truncated")
        for flags, whole in ((0, 4), (0x2000, 8), (0x8000, 8), (0x1000, 8), (0xB000, 16))
        for length in range(whole)
    ]
    return cases + [
        Case("many-headers", six(extensions=((HOP_BY_HOP, PAD), (OPTIONS, PAD), (ROUTING, b"\0\x04\0\0\0\0\0"), (FRAGMENT, b"\0\0\0\0\0\0\x07"), (OPTIONS, PAD))), "delivered"),
        Case("nine-headers", six(extensions=((OPTIONS, PAD),) * 9), "dropped ipv6-too-many-headers"),
        Case("routing-over", six(extensions=((ROUTING, b"\0\x04\0\0\0\0\0"),)), "delivered", "no segments left"),
        Case("routing-on", six(extensions=((ROUTING, b"\0\x04\x01\0\0\0\0"),)), "host", "not for us to open"),
        Case("authentication", six(extensions=((AUTHENTICATION, b"\x04\0\0" + bytes(20)),)), "host", "RFC 4302: not verified"),
        Case("atomic-fragment", six(extensions=((FRAGMENT, b"\0\0\0\0\0\0\x07"),)), "delivered", "RFC 6946"),
        Case("first-fragment", six(extensions=((FRAGMENT, b"\0\0\x01\0\0\0\x07"),)), fragment),
        Case("later-fragment", six(extensions=((FRAGMENT, b"\0\x01\x01\0\0\0\x07"),)), fragment),
        Case("last-fragment", six(extensions=((FRAGMENT, b"\0\x01\0\0\0\0\x07"),)), fragment),
        Case("first-fragment-options", six(extensions=((FRAGMENT, b"\0\0\x01\0\0\0\x07"), (OPTIONS, PAD))), fragment),
        Case("hop-limit-1", six(hlim=1), "delivered", "the outer packet ends here"),
        Case("flow-label", six(fl=0xABCDE), "delivered"),
        Case("trailer", six() + bytes(9), "delivered"),
        Case("unknown-remote", six()[:22] + ip_address("2001:db8:fe::99").packed + six()[38:], "dropped gre-unknown-tunnel"),
        Case("protocol-bridge", raw_six(b"\0\0\x65\x58" + bytes(60)), "dropped gre-unsupported-protocol"),
        Case("spoofed", six(ip6(udp(), src=STRANGER_V6, dst="2001:4860::1")), "dropped spoofed-inner-source"),
        Case("spoofed-v4", six(ip4(udp(), src=STRANGER, dst="8.8.8.8")), "dropped spoofed-inner-source"),
        Case("inner-truncated", raw_six(b"\0\0\x86\xdd" + inner[:39]), "dropped ipv6-truncated"),
        Case("inner-to-encapsulator", six(ip6(udp(), src=host6, dst=remote)), "dropped gre-inner-to-encapsulator", "RFC 2784 3.1"),
        Case("nested-v6", six(gre6(inner, src=host6, dst=local)[14:]), nested),
        Case("nested-v4", six(gre4(from_tenant(tenant, 4), src=host4, dst="198.51.100.1")[14:]), nested),
        Case("nested-options", six(gre6(inner, src=host6, dst=local, extensions=((OPTIONS, PAD),))[14:]), nested),
        Case("nested-deep", six(bomb(inner, host6, local, 12)), nested, "one tunnel is opened, however deep they are"),
        Case("nested-fragment", six(ip4(Raw(bytes(24)), src=host4, dst="198.51.100.1", proto=47, frag=3)), nested),
        Case("inner-gre-to-stranger", six(ip6(Raw(b"\0\0\x86\xdd" + inner), src=host6, dst=STRANGER_V6, nh=47)), "delivered"),
    ]


def bomb(inner, source, local, depth):
    """GRE in GRE in GRE, each to the endpoint."""
    for _ in range(depth):
        inner = gre6(inner, src=source, dst=local)[14:]
    return inner


def labels(count=600):
    """RFC 6438: one label for a flow, and nearly as many labels as flows."""
    cases = []
    for number in range(count):
        tenant = OUTER.tenants[4 + number % 4]
        version6, upper_type = number % 3 == 0, TCP if number % 2 else UDP
        port = 1024 + number
        for repeat in range(3 if number % 5 == 0 else 1):
            upper = upper_type(sport=port, dport=443) / Raw(unique(24))
            packet = ip6(upper, dst=inside(tenant, 6)) if version6 else ip4(upper, dst=inside(tenant, 4))
            cases.append(Case(f"flow-{number}-{repeat}", ether(packet), "delivered", "", 1, f"flow-{number}"))
    return cases


def refused():
    """What a tenant is told of its packets goes back through its tunnel, whatever that is over."""
    cases = []
    for tenant, version in product(OUTER.tenants[:8], (4, 6)):
        fields = {"ttl": 1} if version == 4 else {"hlim": 1}
        frame = through(tenant.tunnels[0], from_tenant(tenant, version, **fields))
        cases.append(Case(f"{tenant.name}-v{version}-expired", frame, None, "dropped or answered", 1000))
    return cases + [
        Case(f"{tenant.name}-tcp-to-{other.name}", through(tenant.tunnels[0], ip4(tcp(9), src=inside(tenant, 4), dst=inside(other, 4))), "delivered", "by the route out, or into the other tunnel")
        for tenant, other in product(OUTER.tenants[:8], OUTER.tenants[:8])
        if tenant != other
    ]
