"""The catalogue: every capture that is replayed, with its cases and the appliance it is replayed on.

A capture is one run of `./breakwater replay`. The cases themselves are in cases_*.py, as tables.
"""

from dataclasses import dataclass, replace
from itertools import accumulate

import cases_errors
import cases_fit
import cases_generated
import cases_ipv4
import cases_ipv6
import cases_link
import cases_local
import cases_outer
import cases_tunnel
from appliance import DOUBLE_TAGGED, EDGE, FIT, JUMBO, OUTER, PATHS, TAGGED, Appliance

SEED = 20261123


@dataclass(frozen=True)
class Capture:
    """`form` is how the input file is written (pcapfiles.py)."""

    name: str
    appliance: Appliance
    cases: list
    form: str = "pcap"
    shares: str = ""
    """The tenant whose tunnels' shares are to follow their weights."""
    limited: str = ""
    """The drop reason that a rate limit must show up as, or `consumed`."""

    def times_us(self):
        """When each frame comes, from the capture's start: the sum of the waits."""
        return list(accumulate(case.after_ms * 1000 for case in self.cases))


def group(prefix, *tables):
    """The cases of several tables, each name led by the table's own."""
    return [
        replace(case, name=f"{prefix}/{table.__name__.replace('_', '-')}/{case.name}")
        for table in tables
        for case in table()
    ]


def named(prefix, cases):
    return [replace(case, name=f"{prefix}/{case.name}") for case in cases]


def all_captures(seed=SEED):
    return [
        Capture("link", EDGE, group("link", cases_link.ethernet, cases_link.vlan, cases_link.arp)),
        Capture("vlan-port", TAGGED, group("link", cases_link.vlan_port)),
        Capture("vlan-port-twice", DOUBLE_TAGGED, group("link", cases_link.vlan_port_twice)),
        Capture("neighbours", EDGE, group("link", cases_link.neighbours)),
        Capture(
            "ipv4",
            EDGE,
            group(
                "ipv4",
                cases_ipv4.header,
                cases_ipv4.addresses,
                cases_ipv4.options,
                cases_ipv4.upper,
                cases_ipv4.ttl,
                cases_ipv4.checksum_updates,
            ),
            form="pcapng",
        ),
        Capture(
            "ipv6",
            EDGE,
            group(
                "ipv6",
                cases_ipv6.header,
                cases_ipv6.addresses,
                cases_ipv6.extensions,
                cases_ipv6.upper,
                cases_ipv6.hop_limit,
            ),
        ),
        Capture(
            "local",
            EDGE,
            group("local", cases_local.echo, cases_local.host, cases_local.neighbour_discovery),
            form="pcapng",
        ),
        Capture(
            "tunnel",
            EDGE,
            group("tunnel", cases_tunnel.fit, cases_tunnel.sizes, cases_tunnel.decapsulate),
        ),
        Capture(
            "outer",
            OUTER,
            group(
                "outer",
                cases_outer.flags,
                cases_outer.dscp_and_ecn,
                cases_outer.ecn_inwards,
                cases_outer.over_ipv6,
                cases_outer.labels,
                cases_outer.refused,
            ),
        ),
        Capture(
            "outer-sizes",
            OUTER,
            group("outer", cases_outer.encapsulate_sizes, cases_outer.decapsulate_sizes),
        ),
        Capture("jumbo", JUMBO, group("tunnel", cases_tunnel.jumbo), form="pcap-ns"),
        Capture("giants", EDGE, group("tunnel", cases_tunnel.giants)),
        Capture("flows", EDGE, group("tunnel", cases_tunnel.flows), shares="weighted"),
        Capture("fragments", EDGE, group("tunnel", cases_tunnel.fragments)),
        Capture(
            "fit",
            FIT,
            group("fit", cases_fit.sizes, cases_fit.narrow, cases_fit.over_ipv6, cases_fit.options, cases_fit.again, cases_fit.egress),
        ),
        Capture("syns", FIT, group("fit", cases_fit.syns, cases_fit.random_syns)),
        Capture("paths", PATHS, group("fit", cases_errors.paths)),
        Capture("six-paths", PATHS, group("fit", cases_errors.six_paths)),
        Capture("lost", PATHS, group("fit", cases_errors.lost, cases_errors.cut_off)),
        Capture("flood-lost", PATHS, group("limit", cases_errors.flood_lost), limited="consumed"),
        Capture("flow-errors", EDGE, group("fit", cases_fit.flow_errors)),
        Capture("flood-expired", EDGE, group("limit", cases_tunnel.flood), limited="ttl-expired"),
        Capture(
            "flood-too-big", EDGE, group("limit", cases_tunnel.flood_too_big), limited="mtu-exceeded"
        ),
        Capture("prefixes", EDGE, group("every", cases_generated.prefixes, cases_generated.shortened)),
        Capture("mutations", EDGE, named("mutated", cases_generated.mutations(seed)), form="pcap-be"),
        Capture("random", EDGE, named("random", cases_generated.random_bytes(seed)), form="pcapng"),
    ]
