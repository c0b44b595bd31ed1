"""The appliances under test: addresses, tenants and tunnels, as data and as the YAML that says the same.

The model (model.py) and Breakwater are told the same facts in two ways, so that a misread
configuration shows as a disagreement about packets. Nothing here decides anything about a packet.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import ip_address, ip_interface, ip_network

PORT_MAC = "02:00:00:00:00:02"
"""The port's own Ethernet address in a replay (PRODUCT.md, the replay report)."""

REPLAY_GATEWAY_MAC = "02:00:00:00:00:01"
"""What a gateway without a pinned address is given in a replay (same place)."""


@dataclass(frozen=True)
class Tunnel:
    """One GRE tunnel. `mtu` is the largest inner packet; None: what the port's MTU leaves."""

    name: str
    local: str
    remote: str
    priority: int = 10
    weight: int = 1
    key: int | None = None
    mtu: int | None = None
    mss: int | str = "auto"
    fragment: str = "inner"
    checksum: bool = False
    ttl: int = 64
    dscp: int | None = None
    """None: the inner packet's."""
    ecn: bool = True
    """Whether the inner packet's is copied."""

    @property
    def is_ipv6(self):
        return ":" in self.remote

    @property
    def ip_bytes(self):
        return 40 if self.is_ipv6 else 20

    @property
    def gre_bytes(self):
        """4 bytes, and 4 more each with a key and a checksum (RFC 2784 section 2, RFC 2890 section 2)."""
        return 4 + 4 * (self.key is not None) + 4 * self.checksum

    def inner_mtu(self, port_mtu):
        return self.mtu if self.mtu is not None else port_mtu - self.ip_bytes - self.gre_bytes

    def outer_tos(self, tos):
        """RFC 2983 uniform or pipe model, RFC 6040 normal or compatibility mode."""
        dscp = tos & 0xFC if self.dscp is None else self.dscp << 2
        return dscp | (tos & 3 if self.ecn else 0)

    def mss_max(self, mtu, version):
        """What a SYN may announce through the tunnel; None: anything."""
        if self.mss == "off":
            return None
        if self.mss != "auto":
            return self.mss
        # RFC 8200 5: IPv6 has 1,280 bytes everywhere.
        return mtu - 40 if version == 4 else max(mtu, 1280) - 60


@dataclass(frozen=True)
class Tenant:
    name: str
    prefixes: tuple
    tunnels: tuple
    egress: bool = False

    def best_tunnels(self):
        """Only the best priority counts; the lowest number wins."""
        best = min(tunnel.priority for tunnel in self.tunnels)
        return [tunnel for tunnel in self.tunnels if tunnel.priority == best]


@dataclass(frozen=True)
class Gateway:
    address: str
    mac: str | None = None

    @property
    def replay_mac(self):
        return self.mac or REPLAY_GATEWAY_MAC


@dataclass(frozen=True)
class Appliance:
    mtu: int
    addresses: tuple
    gateways: tuple
    endpoints: tuple
    tenants: tuple
    name: str = "replay-oracle"
    vlan: tuple = ()
    """Identifiers of the tags that every frame of the port carries, outermost first."""
    own: frozenset = field(init=False)
    endpoint_set: frozenset = field(init=False)

    def __post_init__(self):
        own = frozenset(ip_interface(a).ip for a in self.addresses)
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "endpoint_set", frozenset(map(ip_address, self.endpoints)))

    def tags(self):
        """The tags of a frame that the appliance sends: an outer one of two is a service tag."""
        kinds = (0x8100,) if len(self.vlan) == 1 else (0x88A8, 0x8100)
        return b"".join(
            kind.to_bytes(2, "big") + vid.to_bytes(2, "big") for kind, vid in zip(kinds, self.vlan)
        )

    def is_local(self, address):
        """Ours: a port's address or an anycast endpoint."""
        return address in self.own or address in self.endpoint_set

    def own_address(self, version):
        """The address our ICMP errors come from."""
        return next(ip_interface(a).ip for a in self.addresses if ip_interface(a).version == version)

    def is_directed_broadcast(self, address):
        return any(
            ip_interface(a).version == 4 and address == ip_interface(a).network.broadcast_address
            for a in self.addresses
        )

    def tenant_of(self, address):
        """Longest-prefix match over all tenants' prefixes, by looking at every one of them."""
        best, best_length = None, -1
        for tenant in self.tenants:
            for prefix in tenant.prefixes:
                network = network_of(prefix)
                if network.version == address.version and address in network:
                    if network.prefixlen > best_length:
                        best, best_length = tenant, network.prefixlen
        return best

    def tunnel_from(self, remote, local, key):
        """The tunnel that a GRE packet belongs to, with its tenant; (None, None) if there is none."""
        for tenant in self.tenants:
            for tunnel in tenant.tunnels:
                ends = (ip_address(tunnel.remote), ip_address(tunnel.local), tunnel.key)
                if ends == (remote, local, key):
                    return tenant, tunnel
        return None, None

    def first_between(self, remote, local):
        """(tenant, tunnel): the first of the tunnels between two ends, whatever the keys; None where there is
        none, or they are of several tenants."""
        owners = self.tenants_between(remote, local)
        if len(owners) != 1:
            return None
        tenant = owners.pop()
        ends = (remote, local)
        return tenant, next(t for t in tenant.tunnels if (ip_address(t.remote), ip_address(t.local)) == ends)

    def tenants_between(self, remote, local):
        """Those who have tunnels between two ends, whatever the keys."""
        return {
            tenant
            for tenant in self.tenants
            for tunnel in tenant.tunnels
            if (ip_address(tunnel.remote), ip_address(tunnel.local)) == (remote, local)
        }

    def next_hop_mac(self, address, neighbours):
        """Ethernet address towards `address`; None where a connected host is not yet resolved."""
        for gateway in self.gateways:
            if ip_address(gateway.address) == address:
                return gateway.replay_mac
        if any(address in ip_interface(a).network for a in self.addresses):
            return neighbours.get(address)
        for gateway in self.gateways:
            if ip_address(gateway.address).version == address.version:
                return gateway.replay_mac
        return None

    def tunnel_mac(self, tunnel):
        """Towards a tunnel's far end. One on the link is a neighbour that the configuration knows:
        as nobody answers ARP in a replay, it has the address that an unpinned gateway has."""
        return self.next_hop_mac(ip_address(tunnel.remote), {}) or REPLAY_GATEWAY_MAC

    def vlan_yaml(self):
        if not self.vlan:
            return []
        return [f"    vlan: {self.vlan[0] if len(self.vlan) == 1 else list(self.vlan)}"]

    def yaml(self):
        """The same appliance in the operator's language (PRODUCT.md, configuration)."""
        lines = [
            f"appliance: {self.name}",
            "workers: {cores: auto}",
            "ports:",
            "  - name: uplink",
            '    device: "net_null0"',
            f"    mtu: {self.mtu}",
            *self.vlan_yaml(),
            f"    addresses: [{', '.join(quoted(a) for a in self.addresses)}]",
            "    gateways:",
        ]
        for gateway in self.gateways:
            mac = f", mac: {quoted(gateway.mac)}" if gateway.mac else ""
            lines.append(f"      - {{address: {quoted(gateway.address)}{mac}}}")
        lines += [
            "anycast:",
            f"  endpoints: [{', '.join(quoted(e) for e in self.endpoints)}]",
            "tenants:",
        ]
        for tenant in self.tenants:
            lines += [
                f"  {tenant.name}:",
                f"    prefixes: [{', '.join(quoted(p) for p in tenant.prefixes)}]",
                f"    egress: {'true' if tenant.egress else 'false'}",
                "    tunnels:",
            ]
            lines += [f"      - {flow_mapping(tunnel)}" for tunnel in tenant.tunnels]
        return "\n".join(lines) + "\n"


@cache
def network_of(prefix):
    return ip_network(prefix)


def quoted(text):
    return f'"{text}"'


def flow_mapping(tunnel):
    parts = [
        f"name: {tunnel.name}",
        f"local: {quoted(tunnel.local)}",
        f"remote: {quoted(tunnel.remote)}",
        f"priority: {tunnel.priority}",
        f"weight: {tunnel.weight}",
    ]
    if tunnel.key is not None:
        parts.append(f"key: {tunnel.key}")
    if tunnel.mtu is not None:
        parts.append(f"mtu: {tunnel.mtu}")
    if tunnel.mss != "auto":
        parts.append(f"mss: {tunnel.mss}")
    if tunnel.fragment != "inner":
        parts.append(f"fragment: {tunnel.fragment}")
    if tunnel.checksum:
        parts.append("checksum: true")
    if tunnel.ttl != 64:
        parts.append(f"ttl: {tunnel.ttl}")
    if tunnel.dscp is not None:
        parts.append(f"dscp: {tunnel.dscp}")
    if not tunnel.ecn:
        parts.append("ecn: off")
    return "{" + ", ".join(parts) + "}"


EDGE = Appliance(
    mtu=1500,
    addresses=("192.0.2.2/24", "2001:db8:1::2/64"),
    gateways=(
        Gateway("192.0.2.1"),
        Gateway("2001:db8:1::1", "02:00:5e:00:00:01"),
    ),
    endpoints=("198.51.100.1", "198.51.100.2", "2001:db8:a::1"),
    tenants=(
        # One plain tunnel: the case where every byte of the output is known beforehand.
        Tenant(
            "acme",
            ("203.0.113.0/24", "2001:db8:acc::/48"),
            (Tunnel("chicago", "198.51.100.1", "172.20.0.1"),),
            egress=True,
        ),
        # A key, the second endpoint, an MTU of its own.
        Tenant(
            "keyed",
            ("198.18.0.0/15", "2001:db8:bee::/64"),
            (Tunnel("oslo", "198.51.100.2", "172.20.0.2", key=0xFFFFFFFE),),
            egress=True,
        ),
        Tenant(
            "narrow",
            ("198.51.101.0/24", "2001:db8:cab::/56"),
            (Tunnel("turin", "198.51.100.1", "172.20.0.3", key=0, mtu=1300),),
            egress=False,
        ),
        # Weights 3 to 1 at the best priority; a third tunnel that must stay unused.
        Tenant(
            "weighted",
            ("100.64.0.0/10", "2001:db8:dad::/48"),
            (
                Tunnel("heavy", "198.51.100.1", "172.20.1.1", 10, 3),
                Tunnel("light", "198.51.100.2", "172.20.1.2", 10, 1, key=7),
                Tunnel("standby", "198.51.100.1", "172.20.1.3", 20, 256),
            ),
            egress=True,
        ),
        # Prefixes of every kind of length that touch those of other tenants.
        Tenant(
            "adjacent",
            ("10.0.0.0/9", "10.128.0.1/32", "10.128.0.4/30", "2400::/16", "2401::1/128"),
            (Tunnel("adjacent", "198.51.100.1", "172.20.2.1"),),
        ),
        Tenant(
            "single",
            ("10.128.0.0/32", "10.128.0.2/31", "10.200.0.1/32", "2401::/128", "2401::2/127"),
            (Tunnel("single", "198.51.100.1", "172.20.2.2"),),
        ),
        # The shortest prefixes that a tenant may have.
        Tenant(
            "short",
            ("64.0.0.0/8", "3000::/16"),
            (Tunnel("short", "198.51.100.1", "172.20.2.3"),),
        ),
        # The tunnel's far end is a host of the connected subnet, not a gateway.
        Tenant(
            "onlink",
            ("192.88.98.0/24",),
            (Tunnel("onlink", "198.51.100.1", "192.0.2.200"),),
        ),
        Tenant(
            "onlink-asks",
            ("192.88.97.0/24",),
            (Tunnel("asks", "198.51.100.1", "192.0.2.201"),),
        ),
        # The far end is the gateway itself.
        Tenant(
            "gateway",
            ("192.88.96.0/24",),
            (Tunnel("gateway", "198.51.100.1", "192.0.2.1"),),
        ),
        # Over IPv6.
        Tenant(
            "sixth",
            ("192.88.95.0/24", "2001:db8:666::/48"),
            (Tunnel("six", "2001:db8:a::1", "2001:db8:f::1"),),
            egress=True,
        ),
        Tenant(
            "sixth-keyed",
            ("192.88.94.0/24", "2001:db8:667::/48"),
            (Tunnel("six", "2001:db8:a::1", "2001:db8:f::2", key=6, checksum=True),),
            egress=True,
        ),
    ),
)

OUTER_ENDS = (("198.51.100.1", "172.21.0."), ("2001:db8:a::1", "2001:db8:fe::"))


def outer_tenants():
    """A tenant for each kind of outer header: both families, with and without key and checksum; then
    what else its header may say."""
    kinds = [
        dict(outer=outer, key=77 if number & 1 else None, checksum=bool(number & 2))
        for outer in (0, 1)
        for number in range(4)
    ]
    for outer in (0, 1):
        kinds += [
            dict(outer=outer, ttl=255, dscp=46),
            dict(outer=outer, ttl=1, dscp=0, ecn=False),
            dict(outer=outer, ecn=False, key=0, checksum=True),
        ]
    for number, kind in enumerate(kinds):
        local, remote = OUTER_ENDS[kind.pop("outer")]
        tunnel = Tunnel("only", local, f"{remote}{number + 1}", **kind)
        prefixes = (f"100.{64 + number}.0.0/16", f"2001:db8:{0x100 + number:x}::/48")
        yield Tenant(f"outer-{number}", prefixes, (tunnel,), egress=True)


OUTER = replace(EDGE, name="replay-outer", tenants=tuple(outer_tenants()))

JUMBO = Appliance(
    name="replay-jumbo",
    mtu=9000,
    addresses=("192.0.2.2/24", "2001:db8:1::2/64"),
    gateways=(
        Gateway("192.0.2.1", "02:00:5e:00:00:02"),
        Gateway("2001:db8:1::1"),
    ),
    endpoints=("198.51.100.1",),
    tenants=(
        Tenant(
            "acme",
            ("203.0.113.0/24", "2001:db8:acc::/48"),
            (Tunnel("chicago", "198.51.100.1", "172.20.0.1"),),
            egress=True,
        ),
        Tenant(
            "keyed",
            ("198.18.0.0/15", "2001:db8:bee::/64"),
            (Tunnel("oslo", "198.51.100.1", "172.20.0.2", key=1),),
            egress=True,
        ),
    ),
)

TAGGED = replace(JUMBO, name="replay-tagged", mtu=1500, vlan=(100,))
DOUBLE_TAGGED = replace(JUMBO, name="replay-double-tagged", mtu=1500, vlan=(100, 200))

FIT = replace(
    EDGE,
    name="replay-fit",
    tenants=(
        Tenant(
            "acme",
            ("203.0.113.0/24", "2001:db8:acc::/48"),
            (Tunnel("chicago", "198.51.100.1", "172.20.0.1"),),
            egress=True,
        ),
        Tenant(
            "outer",
            ("198.18.0.0/15", "2001:db8:bee::/64"),
            (Tunnel("oslo", "198.51.100.2", "172.20.0.2", key=9, mss="off", fragment="outer"),),
            egress=True,
        ),
        Tenant(
            "narrow",
            ("198.51.101.0/24",),
            (Tunnel("turin", "198.51.100.1", "172.20.0.3", key=0, mtu=576),),
            egress=True,
        ),
        Tenant(
            "narrow-outer",
            ("198.51.102.0/24",),
            (Tunnel("milan", "198.51.100.1", "172.20.0.4", mtu=576, mss=1000, fragment="outer"),),
            egress=True,
        ),
        Tenant(
            "over-ipv6",
            ("198.51.103.0/24", "2001:db8:fee::/48"),
            (Tunnel("kyoto", "2001:db8:a::1", "2001:db8:fe::33", key=5, checksum=True, fragment="outer"),),
            egress=True,
        ),
        Tenant(
            "narrow-over-ipv6",
            ("198.51.104.0/24",),
            (Tunnel("osaka", "2001:db8:a::1", "2001:db8:fe::34", mtu=576),),
            egress=True,
        ),
        Tenant(
            "narrow-outer-over-ipv6",
            ("198.51.106.0/24",),
            (Tunnel("sapporo", "2001:db8:a::1", "2001:db8:fe::35", key=6, mtu=576, fragment="outer"),),
            egress=True,
        ),
        Tenant(
            "checked",
            ("198.51.105.0/24", "2001:db8:fed::/48"),
            (Tunnel("cairo", "198.51.100.1", "172.20.0.5", checksum=True, ttl=9, dscp=46, fragment="outer"),),
            egress=True,
        ),
    ),
)
"""Every way to make packets fit: MTUs from 576 up, clamps, fragments inside and outside."""

PATHS = replace(
    FIT,
    name="replay-paths",
    tenants=(
        Tenant(
            "acme",
            ("203.0.113.0/24", "2001:db8:acc::/48"),
            (Tunnel("chicago", "198.51.100.1", "172.20.0.1"),),
            egress=True,
        ),
        Tenant(
            "keyed",
            ("198.18.0.0/15", "2001:db8:bee::/64"),
            (Tunnel("oslo", "198.51.100.2", "172.20.0.2", key=9, fragment="outer"),),
            egress=True,
        ),
        Tenant(
            "six",
            ("198.51.103.0/24", "2001:db8:fee::/48"),
            (Tunnel("kyoto", "2001:db8:a::1", "2001:db8:fe::1"),),
        ),
        Tenant(
            "six-keyed",
            ("198.51.104.0/24", "2001:db8:fed::/48"),
            (
                Tunnel("osaka", "2001:db8:a::1", "2001:db8:fe::2", key=9, checksum=True, fragment="outer"),
                Tunnel("standby", "2001:db8:a::1", "2001:db8:fe::2", priority=20, key=10),
            ),
            egress=True,
        ),
    ),
)
"""For tunnels whose paths turn out to be narrower than configured: their MTUs change on the way."""
