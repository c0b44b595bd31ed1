"""The rules: what happens to one frame, following "the packet's way" of PRODUCT.md.

`Model.predict` gives every outcome that PRODUCT.md and the RFCs allow for a frame; nearly always that
is one. More than one means that the contract leaves the choice open, and the line says why. The model
is slow and plain on purpose and shares no code with the appliance.

What it does not predict: which of several equally good tunnels a flow hashes to (verdict.py reads that
from the output and checks consistency and shares), and where a rate limit strikes.
"""

from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

import errors
import fit
import validation
from appliance import PORT_MAC, REPLAY_GATEWAY_MAC
from replies import (
    EchoReply,
    IcmpError,
    NeighbourAdvertisement,
    TunnelledError,
    arp_reply,
    icmpv6_sum,
    mac_bytes,
    mac_text,
    plain_frame,
    split_ethernet,
    tunnel_frame,
)
from validation import GRE, ICMP, ICMPV6, Refused, ones_complement_sum, u16

DELIVERED, ANSWERED, CONSUMED, HOST, DROPPED = (
    "delivered",
    "answered",
    "consumed",
    "host",
    "dropped",
)
ANY_REASON = "*"
OVERSIZE_MIN = 1523
"""Longer than any legal frame of a 1500-byte port with two tags: it may be refused as it stands."""

SOLICITED_NODE = ip_network("ff02::1:ff00:0/104")
ALL_NODES, ALL_ROUTERS = ip_address("ff02::1"), ip_address("ff02::2")
ALL_SYSTEMS = ip_address("224.0.0.1")
ICMPV4_QUERIES = {0, 8, 9, 10, 13, 14, 15, 16, 17, 18, 37, 38, 42, 43}


@dataclass(frozen=True)
class Outcome:
    """A fate with all that the report and the output must show for it."""

    fate: str
    reason: str = ""
    tenant: str = ""
    output: object = None
    tunnel: str = ""
    origin: tuple = ()
    """(tenant, tunnel) that it came out of, or that it is counted for when it is dropped."""
    received_bytes: int = 0
    """Of the outer packet, if it was taken out of that tunnel."""
    is_error: bool = False
    """Whether it is an ICMP error about a packet in that tunnel."""

    def __str__(self):
        parts = [self.fate, self.reason, self.tenant and f"tenant={self.tenant}"]
        return " ".join(part for part in parts if part)


def samples(output):
    """Frames that would be right, if they are known."""
    if isinstance(output, fit.Pieces):
        return output.samples()
    sample = output.sample() if output else None
    return [sample] if sample else []


def of_tunnel(outcomes, tenant, tunnel, received_bytes=0):
    """The same outcomes, of a packet that is counted for a tunnel."""
    origin = (tenant.name, tunnel.name)
    return [replace(outcome, origin=origin, received_bytes=received_bytes) for outcome in outcomes]


def drop(*reasons, tenant=""):
    return [Outcome(DROPPED, reason, tenant) for reason in reasons]


class Model:
    """The rules applied to frame after frame; its only memory is the neighbours it has heard of."""

    def __init__(self, appliance):
        self.appliance = appliance
        self.neighbours = {}
        self.maybe_neighbours = {}
        self.wanted = set()
        self.path_mtus = {}

    def predict(self, frame):
        """Every allowed Outcome for `frame`."""
        if len(frame) < 14:
            return drop("ethernet-truncated")
        destination, source = frame[0:6], frame[6:12]
        is_group = bool(destination[0] & 1)
        if not is_group and destination != mac_bytes(PORT_MAC):
            return drop("ethernet-not-ours")
        if source[0] & 1 or source == bytes(6):
            return drop("ethernet-bad-source")
        tag_count, offset = 0, 12
        while u16(frame, offset) in (0x8100, 0x88A8):
            tag_count += 1
            if tag_count > 2:
                return drop("vlan-too-many")
            if offset + 6 > len(frame):
                return drop("vlan-truncated")
            offset += 4
        tags, ethertype, rest = frame[12:offset], u16(frame, offset), frame[offset + 2 :]
        identifiers = tuple(u16(tags, at) & 0xFFF for at in range(2, len(tags), 4))
        if self.appliance.vlan and identifiers != self.appliance.vlan:
            return drop("vlan-unknown")
        if ethertype == 0x0806:
            return self.arp(frame, rest, tags)
        if ethertype not in (0x0800, 0x86DD):
            return drop("ethertype-unsupported")
        outcomes = self.ip(frame, rest, tags, is_group, 4 if ethertype == 0x0800 else 6)
        if len(frame) >= OVERSIZE_MIN + self.appliance.mtu - 1500:
            # Whether a packet buffer holds it is the implementation's choice.
            outcomes = outcomes + drop("frame-oversize")
        return outcomes

    # ARP, RFC 826 and RFC 5227.

    def arp(self, frame, message, tags):
        if len(message) < 28:
            return drop("arp-malformed")
        if message[0:6] != b"\0\x01\x08\0\x06\x04":
            return drop("arp-malformed")
        operation = u16(message, 6)
        sender_mac, sender = message[8:14], ip_address(message[14:18])
        target = ip_address(message[24:28])
        if operation not in (1, 2):
            # RFC 826 gives no rule for other opcodes (RARP, InARP): refuse or ignore.
            return drop("arp-malformed") + [Outcome(CONSUMED)]
        if sender_mac[0] & 1 or sender_mac == bytes(6):
            # Nobody can be at a group address; RFC 826 has no rule, RFC 1812 3.3.2 forbids believing it.
            return drop("arp-malformed") + [Outcome(CONSUMED)]
        if sender_mac == mac_bytes(PORT_MAC):
            # Our own frame, come back.
            return [Outcome(CONSUMED)] + drop("arp-malformed")
        if is_no_host(sender) and not (operation == 1 and sender == ip_address("0.0.0.0")):
            # RFC 826 does not look at addresses; RFC 1812 5.3.7 has such a sender be no one.
            answer = self.arp_answer(frame, tags, target, sender_mac, sender)
            return drop("arp-malformed") + [Outcome(CONSUMED)] + answer
        if self.appliance.is_local(sender):
            # RFC 5227 2.4: a conflict over our address. Defending it by an answer is allowed.
            replies = self.arp_answer(frame, tags, target, sender_mac, sender)
            return [Outcome(CONSUMED)] + replies + drop(ANY_REASON)
        if operation == 2:
            if sender in self.wanted:
                self.neighbours[sender] = mac_text(sender_mac)
            return [Outcome(CONSUMED)]
        self.maybe_neighbours[sender] = mac_text(sender_mac)
        if target in self.appliance.own:
            return self.arp_answer(frame, tags, target, sender_mac, sender)
        if target in self.appliance.endpoint_set:
            # An endpoint is ours, but no host of the subnet need ask for it.
            return self.arp_answer(frame, tags, target, sender_mac, sender) + [Outcome(CONSUMED)]
        return [Outcome(CONSUMED)]

    def arp_answer(self, frame, tags, target, sender_mac, sender):
        reply = arp_reply(frame, tags, target, mac_text(sender_mac), sender)
        return [Outcome(ANSWERED, output=reply)]

    # IP: validation, then where it goes.

    def ip(self, frame, data, tags, is_group, version):
        check = validation.ipv4 if version == 4 else validation.ipv6
        try:
            packet = check(data, self.appliance)
        except Refused as refused:
            return drop(*refused.reasons)
        if self.appliance.is_local(packet.destination):
            return self.local(frame, packet, tags, is_group)
        special = self.special_destination(frame, packet, tags)
        if special is not None:
            return special
        unforwardable = []
        if packet.version == 6 and packet.source in validation.LINK_LOCAL_V6:
            unforwardable = drop("link-local-not-forwarded")
        if is_group:
            outcomes = drop("ethernet-multicast-ip") + unforwardable
            if self.appliance.tenant_of(packet.destination) is None:
                outcomes += drop("no-tenant")
            else:
                tenant = self.appliance.tenant_of(packet.destination)
                outcomes += drop("ethernet-multicast-ip", tenant=tenant.name)
            return outcomes
        tenant = self.appliance.tenant_of(packet.destination)
        if tenant is None:
            outcomes = drop("no-tenant") + unforwardable
            if packet.version == 4 and self.appliance.is_directed_broadcast(packet.destination):
                # RFC 1812 5.3.5.2: a broadcast of our own subnet is for the router itself.
                outcomes += [Outcome(HOST), Outcome(CONSUMED)] + drop(ANY_REASON)
            return outcomes
        return self.to_tenant(frame, packet, tags, tenant)

    def special_destination(self, frame, packet, tags):
        """Multicast, broadcast and link-local: never forwarded. None: an ordinary address."""
        destination = packet.destination
        if packet.version == 4:
            if destination in validation.MULTICAST_V4:
                outcomes = drop("multicast-not-forwarded")
                if destination == ALL_SYSTEMS:
                    # RFC 1112: every host is a member of 224.0.0.1.
                    outcomes += [Outcome(HOST), Outcome(CONSUMED)]
                return outcomes
            if destination == validation.LIMITED_BROADCAST:
                return [Outcome(HOST), Outcome(CONSUMED)]
            return None
        if destination in validation.MULTICAST_V6:
            outcomes = drop("multicast-not-forwarded")
            if destination not in self.groups(self.appliance.own | self.appliance.endpoint_set):
                return outcomes
            if packet.protocol == ICMPV6 and not packet.is_later_fragment:
                discovery = self.neighbour_discovery(frame, packet, tags)
                if discovery is not None and destination not in self.groups(self.appliance.own):
                    # Nobody on the link need ask for an endpoint: its group may be left out.
                    return discovery + outcomes
                if discovery is not None:
                    return discovery
            # RFC 4291 2.8: we are a member; what becomes of other packets is open.
            return outcomes + [Outcome(HOST), Outcome(CONSUMED)] + drop("icmpv6-bad-checksum")
        if destination in validation.LINK_LOCAL_V6:
            # PRODUCT.md names no link-local address of the port; a host may still have one.
            return drop("link-local-not-forwarded")
        return None

    def groups(self, addresses):
        """RFC 4291 2.8: all nodes, all routers, and the solicited-node groups of these addresses."""
        solicited = {
            ip_address(SOLICITED_NODE.network_address.packed[:13] + address.packed[13:])
            for address in addresses
            if address.version == 6
        }
        return solicited | {ALL_NODES, ALL_ROUTERS}

    # For ourselves.

    def local(self, frame, packet, tags, is_group):
        is_endpoint = packet.destination in self.appliance.endpoint_set
        if is_endpoint and packet.protocol == GRE:
            elsewhere, bad_options = (
                validation.destination_headers(packet.data) if packet.version == 6 else (False, False)
            )
            if elsewhere:
                return [Outcome(HOST)]
            if bad_options and not packet.is_fragment:
                return drop("ipv6-bad-options") + drop("ethernet-multicast-ip") * is_group
            if is_group:
                # RFC 1812 5.3.4 forbids forwarding it; at which check it falls is open.
                return drop("ethernet-multicast-ip") + self.decapsulate(frame, packet, tags)
            return self.decapsulate(frame, packet, tags)
        if packet.is_fragment:
            return [Outcome(HOST)]
        if is_endpoint and errors.is_error(packet):
            about_tunnel = self.tunnel_error(packet)
            if about_tunnel is not None:
                return about_tunnel
        outcomes = [Outcome(HOST)]
        if packet.protocol == ICMP and packet.version == 4:
            outcomes = self.local_icmp(frame, packet, tags)
        elif packet.protocol == ICMPV6 and packet.version == 6:
            outcomes = self.local_icmpv6(frame, packet, tags)
        discovery = packet.protocol == ICMPV6 and packet.l4[0] != 128
        if is_group and outcomes[0].reason == "" and not discovery:
            # RFC 1122 3.3.6: a unicast packet in a link-layer broadcast SHOULD be discarded.
            outcomes = outcomes + drop("ethernet-multicast-ip") + [Outcome(HOST)]
        return outcomes

    def tunnel_error(self, packet):
        """An ICMP error about a packet that we sent into a tunnel; None: about an echo reply of ours."""
        sum_of = ones_complement_sum(packet.l4) if packet.version == 4 else icmpv6_sum(packet.data, packet.l4)
        if sum_of != 0xFFFF:
            return drop("icmp-bad-checksum" if packet.version == 4 else "icmpv6-bad-checksum")
        quote = errors.quote_of(packet)
        if quote is None:
            return drop("icmp-unknown-quote")
        if quote.protocol == (ICMP if packet.version == 4 else ICMPV6):
            return None
        found = errors.tunnel_of(quote, self.appliance)
        if found is None:
            # Between ends that are right, it is counted for the tunnel that is there.
            first = self.appliance.first_between(quote.remote, quote.local)
            if first is None:
                return drop("icmp-unknown-quote")
            return of_tunnel(drop("icmp-unknown-quote", tenant=first[0].name), *first)
        tenant, tunnel = found
        told = errors.told_mtu(packet, quote)
        if told is not None:
            inner = max(told - tunnel.ip_bytes - tunnel.gre_bytes, fit.TUNNEL_MTU_MIN)
            self.path_mtus[tunnel] = min(inner, self.inner_mtu(tunnel))
        lost = errors.lost_packet(packet, quote)
        outcomes = self.tell_sender(lost, tenant) if lost else [Outcome(CONSUMED, tenant=tenant.name)]
        return [replace(outcome, is_error=True) for outcome in of_tunnel(outcomes, tenant, tunnel)]

    def tell_sender(self, lost, tenant):
        """RFC 2003 section 4: "host unreachable" to the sender of a packet that was lost in the tenant's tunnel."""
        consumed = [Outcome(CONSUMED, tenant=tenant.name)]
        source = lost.source
        if self.appliance.tenant_of(lost.destination) != tenant and not (
            source in self.appliance.own or lost.destination in self.appliance.own
        ):
            # Neither was the tenant's, nor a probe of ours.
            return drop("icmp-unknown-quote", tenant=tenant.name)
        if self.appliance.tenant_of(lost.destination) != tenant or not is_tellable(source):
            return consumed
        if self.appliance.is_local(source) or source in validation.LINK_LOCAL_V6:
            return consumed
        refused = self.refuse(b"", lost, b"", tenant, "unreachable", "")
        if all(outcome.fate != ANSWERED for outcome in refused):
            return consumed
        to = self.appliance.tenant_of(source)
        mac = self.appliance.next_hop_mac(source, self.neighbours)
        error = self.error(b"", lost, b"", "unreachable")
        told = TunnelledError(error, to) if to else replace(error, macs=(mac,), ttls=(63, 64), tag_choices=(self.appliance.tags(),))
        answered = Outcome(ANSWERED, tenant=(to or tenant).name, output=told)
        if mac is None and not to:
            return drop("neighbour-unresolved", tenant=tenant.name)
        return [answered] if len(refused) == 1 else [answered, *consumed]

    def inner_mtu(self, tunnel):
        """What the configuration says, or less where a router told us."""
        configured = tunnel.inner_mtu(self.appliance.mtu)
        return min(configured, self.path_mtus.get(tunnel, configured))

    def local_icmp(self, frame, packet, tags):
        if ones_complement_sum(packet.l4) != 0xFFFF:
            return drop("icmp-bad-checksum")
        if packet.l4[0] == 8:
            outcomes = [self.echo_reply(frame, packet, tags)]
            # RFC 792 knows only code 0 of an echo request; with options it may be the host's.
            is_plain = packet.l4[1] == 0 and packet.data[0] == 0x45
            if not is_plain or self.appliance.is_directed_broadcast(packet.source):
                outcomes.append(Outcome(HOST))
            return outcomes
        return [Outcome(HOST)]

    def local_icmpv6(self, frame, packet, tags):
        if icmpv6_sum(packet.data, packet.l4) != 0xFFFF:
            return drop("icmpv6-bad-checksum")
        discovery = self.neighbour_discovery(frame, packet, tags)
        if discovery is not None:
            return discovery
        if packet.l4[0] == 128:
            outcomes = [self.echo_reply(frame, packet, tags)]
            return outcomes if packet.l4[1] == 0 else outcomes + [Outcome(HOST)]
        return [Outcome(HOST)]

    def echo_reply(self, frame, packet, tags):
        return Outcome(ANSWERED, output=EchoReply(packet, tags, self.reply_macs(frame, packet)))

    def reply_macs(self, frame, packet):
        """A reply goes back to the station that sent the frame, or by the route to the source."""
        route = self.appliance.next_hop_mac(packet.source, self.neighbours)
        sender = mac_text(frame[6:12])
        return (sender, route) if route and route != sender else (sender,)

    # Neighbour discovery, RFC 4861.

    def neighbour_discovery(self, frame, packet, tags):
        """Outcomes of a neighbour discovery message; None if it is none."""
        kind = packet.l4[0]
        minimum = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}.get(kind)
        if minimum is None:
            return None
        if icmpv6_sum(packet.data, packet.l4) != 0xFFFF:
            # Two faults: either may be found first.
            return drop("icmpv6-bad-checksum", *(["nd-malformed"] if packet.ttl != 255 else []))
        if kind == 137:
            # A redirect concerns hosts; a router must not act on it (RFC 4861 8.2). The name is open.
            return [Outcome(CONSUMED), Outcome(HOST)] + drop("nd-malformed", "multicast-not-forwarded")
        if packet.ttl != 255 or packet.l4[1] != 0 or len(packet.l4) < minimum:
            return drop("nd-malformed")
        if not options_are_sound(packet.l4[minimum:]):
            return drop("nd-malformed")
        if kind in (133, 134):
            from_link = packet.source in validation.LINK_LOCAL_V6
            # RFC 4861 6.1.2: an advertisement comes from a link-local address.
            return [Outcome(CONSUMED)] + ([] if kind == 133 or from_link else drop("nd-malformed"))
        target = ip_address(packet.l4[8:24])
        if target in validation.MULTICAST_V6:
            return drop("nd-malformed")
        if kind == 136:
            return self.advertisement(packet)
        return self.solicitation(frame, packet, tags, target)

    def advertisement(self, packet):
        solicited_to_group = (
            packet.l4[4] & 0x40 and packet.destination in validation.MULTICAST_V6
        )
        return drop("nd-malformed") if solicited_to_group else [Outcome(CONSUMED)]

    def solicitation(self, frame, packet, tags, target):
        link_address = link_address_option(packet.l4[24:], 1)
        nameless = packet.source == validation.UNSPECIFIED
        if nameless and (packet.destination not in SOLICITED_NODE or link_address):
            return drop("nd-malformed")
        if not self.appliance.is_local(target):
            return [Outcome(CONSUMED)]
        if link_address and (link_address[0] & 1 or link_address == bytes(6)):
            # RFC 4861 7.1.1 does not look into the option, yet nobody has such an address.
            return drop("nd-malformed") + [Outcome(CONSUMED)]
        answer = NeighbourAdvertisement(
            own_address=target,
            asker=packet.source,
            asker_mac=mac_text(link_address or frame[6:12]),
            tags=tags,
            needs_option=packet.destination in validation.MULTICAST_V6,
            is_anycast=target in self.appliance.endpoint_set,
        )
        outcomes = [Outcome(ANSWERED, output=answer)]
        if target in self.appliance.endpoint_set:
            # As with ARP: nobody on the link need ask for an anycast endpoint.
            outcomes.append(Outcome(CONSUMED))
        if packet.data[6] != ICMPV6:
            # RFC 6980: no sender puts extension headers in front of it.
            outcomes += drop("nd-malformed")
        return outcomes

    # To a tenant.

    def to_tenant(self, frame, packet, tags, tenant):
        if packet.version == 6 and packet.source in validation.LINK_LOCAL_V6:
            return drop("link-local-not-forwarded") + drop(
                "link-local-not-forwarded", tenant=tenant.name
            )
        if packet.ttl <= 1:
            return self.refuse(frame, packet, tags, tenant, "time-exceeded", "ttl-expired")
        outcomes = []
        if packet.version == 6 and packet.source == packet.destination:
            # The land check is named for IPv4; nothing forbids it for IPv6.
            outcomes += drop("land")
        for tunnel in tenant.best_tunnels():
            outcomes += self.into_tunnel(frame, packet, tags, tenant, tunnel)
        return outcomes

    def into_tunnel(self, frame, packet, tags, tenant, tunnel):
        mtu = self.inner_mtu(tunnel)
        mac = self.appliance.tunnel_mac(tunnel)
        if len(packet.data) > mtu:
            if packet.version == 6 and len(packet.data) > 1280:
                return self.refuse(frame, packet, tags, tenant, "too-big", "mtu-exceeded", max(mtu, 1280))
            if packet.version == 4 and packet.dont_fragment:
                return self.refuse(frame, packet, tags, tenant, "too-big", "mtu-exceeded", mtu)
            if packet.version == 4 and tunnel.fragment == "inner":
                if not fit.fits_a_datagram(packet):
                    return drop("mtu-exceeded", tenant=tenant.name)
                output = fit.Pieces("inner", packet, mtu, mac, self.appliance.tags(), tunnel)
            else:
                # RFC 2473 7.1: IPv6 has 1,280 bytes in every tunnel.
                outer_mtu = mtu + tunnel.ip_bytes + tunnel.gre_bytes
                output = fit.Pieces("outer", packet, outer_mtu, mac, self.appliance.tags(), tunnel)
            return [Outcome(DELIVERED, tenant=tenant.name, output=output, tunnel=tunnel.name)]
        packet = fit.clamped(packet, tunnel.mss_max(mtu, packet.version))
        output = tunnel_frame(packet, tunnel, mac, self.appliance.tags())
        return [Outcome(DELIVERED, tenant=tenant.name, output=output, tunnel=tunnel.name)]

    def refuse(self, frame, packet, tags, tenant, kind, reason, mtu=0):
        """An ICMP error to the sender, or a drop where RFC 1812 4.3.2.7 and RFC 4443 2.4(e) forbid one."""
        dropped = drop(reason, tenant=tenant.name)
        error = self.error(frame, packet, tags, kind, mtu)
        answered = [Outcome(ANSWERED, tenant=tenant.name, output=error)]
        if packet.is_later_fragment:
            # RFC 1812 forbids it for IPv4; RFC 4443 has no such rule.
            return dropped if packet.version == 4 else dropped + answered
        if packet.version == 4 and self.appliance.is_directed_broadcast(packet.source):
            # RFC 1812 4.3.2.7: an invalid source, though only for those who know the subnet.
            return answered + dropped
        if packet.version == 4 and packet.protocol == ICMP:
            if packet.l4[0] in errors.ICMPV4_ERRORS:
                return dropped
            if packet.l4[0] not in ICMPV4_QUERIES:
                return answered + dropped
        if packet.version == 6 and packet.protocol == ICMPV6:
            if packet.l4[0] < 128 or packet.l4[0] == 137:
                # Redirect (137) is an informational type that RFC 4443 2.4(e.2) names as well.
                return dropped
        return answered

    def error(self, frame, packet, tags, kind, mtu=0):
        return IcmpError(
            packet=packet,
            own_address=self.appliance.own_address(packet.version),
            macs=self.reply_macs(frame, packet) if frame else (REPLAY_GATEWAY_MAC,),
            tag_choices=(tags, b"") if tags else (b"",),
            kind=kind,
            mtu=mtu,
        )

    # From a tenant.

    def decapsulate(self, frame, packet, tags):
        """RFC 2784 and 2890, then the inner packet by the same rules as any other."""
        if packet.is_fragment:
            return drop("gre-outer-fragment")
        gre = packet.l4
        if len(gre) < 4:
            return drop("gre-truncated")
        flags, protocol = u16(gre, 0), u16(gre, 2)
        if flags & 7:
            return drop("gre-bad-version")
        # Of RFC 2784's reserved bits 1-5, RFC 2890 gives 2 and 3 a meaning; 6-12 are ignored.
        if flags & 0x4C00:
            return drop("gre-reserved-bits")
        has_checksum, has_key, has_sequence = flags & 0x8000, flags & 0x2000, flags & 0x1000
        header_bytes = 4 + 4 * sum(map(bool, (has_checksum, has_key, has_sequence)))
        if len(gre) < header_bytes:
            return drop("gre-truncated")
        if has_checksum and ones_complement_sum(gre) != 0xFFFF:
            return drop("gre-bad-checksum")
        key_offset = 8 if has_checksum else 4
        key = int.from_bytes(gre[key_offset : key_offset + 4], "big") if has_key else None
        tenant, tunnel = self.appliance.tunnel_from(packet.source, packet.destination, key)
        if protocol not in (0x0800, 0x86DD):
            # Which is looked at first, the protocol or the tunnel, is open.
            unsupported = drop("gre-unsupported-protocol")
            if tenant is None:
                return unsupported + self.no_tunnel(packet)
            opened = drop("gre-unsupported-protocol", tenant=tenant.name)
            return unsupported + of_tunnel(opened, tenant, tunnel, len(packet.data))
        if tenant is None:
            return self.no_tunnel(packet)
        version = 4 if protocol == 0x0800 else 6
        outcomes = self.from_tenant(gre[header_bytes:], tenant, tunnel, version, packet)
        return of_tunnel(outcomes, tenant, tunnel, len(packet.data))

    def no_tunnel(self, packet):
        """A wrong key is told from ends that nobody has, and counted for the one whose they are."""
        if not self.appliance.tenants_between(packet.source, packet.destination):
            return drop("gre-unknown-tunnel")
        first = self.appliance.first_between(packet.source, packet.destination)
        return of_tunnel(drop("gre-wrong-key", tenant=first[0].name), *first) if first else drop("gre-wrong-key")

    def from_tenant(self, data, tenant, tunnel, version, outer):
        first = []
        destination = data[16:20] if version == 4 else data[24:40]
        if destination == outer.source.packed:
            # RFC 2784 3.1: it would loop, and must be discarded.
            first = drop("gre-inner-to-encapsulator", tenant=tenant.name)
        check = validation.ipv4 if version == 4 else validation.ipv6
        try:
            inner = check(data, self.appliance)
        except Refused as refused:
            # Two faults: either may be found first.
            outcomes = first + drop(*refused.reasons, tenant=tenant.name)
            if outer.tos & 3 == CE and len(data) >= 2 and inner_ecn(data) == NOT_ECT:
                outcomes += drop("gre-congestion-experienced", tenant=tenant.name)
            return outcomes
        if first:
            return first
        ecn = combined_ecn(inner.tos & 3, outer.tos & 3)
        if ecn is None:
            return drop("gre-congestion-experienced", tenant=tenant.name)
        if ecn != inner.tos & 3:
            inner = with_ecn(inner, ecn)
        if self.appliance.tenant_of(inner.source) != tenant:
            return drop("spoofed-inner-source", tenant=tenant.name)
        if not tenant.egress:
            return drop("egress-disabled", tenant=tenant.name)
        if inner.version == 4 and inner.destination in validation.MULTICAST_V4:
            return drop("multicast-not-forwarded", tenant=tenant.name)
        if inner.version == 6 and inner.destination in validation.MULTICAST_V6:
            return drop("multicast-not-forwarded", tenant=tenant.name)
        if inner.version == 6 and inner.destination in validation.LINK_LOCAL_V6:
            return drop("link-local-not-forwarded", tenant=tenant.name)
        if inner.destination in self.appliance.endpoint_set and inner.protocol == GRE:
            if inner.version == 6 and validation.destination_headers(inner.data)[0]:
                return [Outcome(HOST, tenant=tenant.name)]
            return drop("gre-nested", tenant=tenant.name)
        if self.appliance.is_local(inner.destination) or inner.destination == (
            validation.LIMITED_BROADCAST
        ):
            # A tenant that pings us through its own tunnel: the contract says nothing yet.
            return [
                Outcome(HOST, tenant=tenant.name),
                Outcome(CONSUMED, tenant=tenant.name),
            ] + drop(ANY_REASON, tenant=tenant.name)
        if inner.ttl <= 1:
            answer = TunnelledError(self.error(b"", inner, b"", "time-exceeded"), tenant)
            return drop("ttl-expired", tenant=tenant.name) + [
                Outcome(ANSWERED, tenant=tenant.name, output=answer)
            ]
        outcomes = []
        other = self.appliance.tenant_of(inner.destination)
        if other is None and len(inner.data) > self.appliance.mtu and inner.dont_fragment:
            answer = TunnelledError(self.error(b"", inner, b"", "too-big", self.appliance.mtu), tenant)
            return drop("mtu-exceeded", tenant=tenant.name) + [
                Outcome(ANSWERED, tenant=tenant.name, output=answer)
            ]
        inner = fit.clamped(inner, tunnel.mss_max(self.inner_mtu(tunnel), inner.version))
        mac = self.appliance.next_hop_mac(inner.destination, self.neighbours)
        if mac is None:
            outcomes = drop("neighbour-unresolved", tenant=tenant.name)
            self.wanted.add(inner.destination)
            # RFC 826 has the asked learn the asker too; PRODUCT.md promises only replies.
            mac = self.maybe_neighbours.get(inner.destination)
        if mac is not None:
            if len(inner.data) > self.appliance.mtu:
                output = fit.Pieces("plain", inner, self.appliance.mtu, mac, self.appliance.tags())
            else:
                output = plain_frame(inner, mac, self.appliance.tags())
            outcomes.append(Outcome(DELIVERED, tenant=tenant.name, output=output))
        if other is not None:
            # By the route out, or straight into the other tenant's tunnel: the contract allows both.
            for tunnel in other.best_tunnels():
                outcomes += self.into_tunnel(b"", inner, b"", other, tunnel)
        return outcomes


NOT_ECT, ECT_1, ECT_0, CE = range(4)


def inner_ecn(data):
    return data[1] & 3 if data[0] >> 4 == 4 else data[1] >> 4 & 3


def combined_ecn(inner, outer):
    """RFC 6040 4.2, figure 4: the field of the packet that goes on; None: it has to be dropped."""
    return {
        (NOT_ECT, CE): None,
        (ECT_0, ECT_1): ECT_1,
        (ECT_0, CE): CE,
        (ECT_1, CE): CE,
    }.get((inner, outer), inner)


def with_ecn(packet, ecn):
    """The packet with another ECN field, and the IPv4 checksum of the changed header."""
    data = bytearray(packet.data)
    tos = packet.tos & 0xFC | ecn
    if packet.version == 6:
        data[1] = data[1] & 0xCF | ecn << 4
    else:
        data[1] = tos
        header_bytes = (data[0] & 15) * 4
        data[10:12] = b"\0\0"
        data[10:12] = validation.internet_checksum(bytes(data[:header_bytes])).to_bytes(2, "big")
    return replace(packet, data=bytes(data), tos=tos)


def is_no_host(address):
    """An IPv4 address that no single host can have."""
    return address == validation.LIMITED_BROADCAST or any(
        address in network
        for network in (
            validation.THIS_NETWORK_V4,
            validation.LOOPBACK_V4,
            validation.MULTICAST_V4,
            validation.CLASS_E_V4,
        )
    )


def is_tellable(source):
    """Whether an ICMP error can go to an address: it is one host's."""
    if source.version == 4:
        return not is_no_host(source)
    return not (source in validation.MULTICAST_V6 or source in validation.MAPPED_V4 or int(source) < 2)


def options_are_sound(options):
    """RFC 4861 4.6: each option has a length of at least 8 bytes that ends within the message."""
    while options:
        if len(options) < 2 or options[1] == 0 or options[1] * 8 > len(options):
            return False
        options = options[options[1] * 8 :]
    return True


def link_address_option(options, kind):
    """The Ethernet address in the first option of this kind, if there is one."""
    while options:
        if options[0] == kind:
            return options[2:8]
        options = options[options[1] * 8 :]
    return None
