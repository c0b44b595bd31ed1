"""What rules and named counters counted, straight from the kernel (linux/netfilter/nf_tables.h): nft's listing takes
ten times as long, and what it makes of a rule is not our question."""

import socket
import struct

NETLINK_NETFILTER = 12
NFNL_SUBSYS_NFTABLES = 10
NFT_MSG_NEWRULE, NFT_MSG_GETRULE = 6, 7
NFT_MSG_NEWOBJ, NFT_MSG_GETOBJ = 18, 19
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3

NFTA_RULE_TABLE, NFTA_RULE_CHAIN, NFTA_RULE_EXPRESSIONS = 1, 2, 4
NFTA_EXPR_NAME, NFTA_EXPR_DATA = 1, 2
NFTA_COUNTER_BYTES, NFTA_COUNTER_PACKETS = 1, 2
NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFTA_OBJ_TYPE, NFTA_OBJ_DATA = 1, 2, 3, 4
NFT_OBJECT_COUNTER = 1

FAMILIES = {1: "inet", 2: "ip", 5: "netdev", 10: "ip6"}
BUFFER_BYTES = 1 << 18


def attributes(data):
    """Yields (type, value) of netlink attributes."""
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += (length + 3) & ~3


def text(value):
    return value.rstrip(b"\0").decode()


def count_of(data):
    found = dict(attributes(data))
    packets, = struct.unpack(">Q", found[NFTA_COUNTER_PACKETS])
    count, = struct.unpack(">Q", found[NFTA_COUNTER_BYTES])
    return f"{packets} {count}"


def rule_line(family, data):
    """The line of a rule, if it has a counter: of several the first."""
    rule = dict(attributes(data))
    for _, element in attributes(rule.get(NFTA_RULE_EXPRESSIONS, b"")):
        expression = dict(attributes(element))
        if text(expression[NFTA_EXPR_NAME]) == "counter":
            place = f"{family} {text(rule[NFTA_RULE_TABLE])} {text(rule[NFTA_RULE_CHAIN])}"
            return f"rule {place} {count_of(expression[NFTA_EXPR_DATA])}"
    return None


def object_line(family, data):
    found = dict(attributes(data))
    if struct.unpack(">I", found[NFTA_OBJ_TYPE])[0] != NFT_OBJECT_COUNTER:
        return None
    place = f"{family} {text(found[NFTA_OBJ_TABLE])} {text(found[NFTA_OBJ_NAME])}"
    return f"counter {place} {count_of(found[NFTA_OBJ_DATA])}"


class Counters:

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.socket.bind((0, 0))

    def lines(self):
        rules = (rule_line(*found) for found in self.dump(NFT_MSG_GETRULE, NFT_MSG_NEWRULE))
        objects = (object_line(*found) for found in self.dump(NFT_MSG_GETOBJ, NFT_MSG_NEWOBJ))
        return [line for line in (*rules, *objects) if line is not None]

    def dump(self, request, reply):
        """Yields (family, attributes) of each rule or object, of all families."""
        kind = NFNL_SUBSYS_NFTABLES << 8
        header = struct.pack("=IHHII", 20, kind | request, NLM_F_REQUEST | NLM_F_DUMP, 0, 0)
        self.socket.send(header + struct.pack(">BBH", 0, 0, 0))
        while True:
            data, at = self.socket.recv(BUFFER_BYTES), 0
            while at < len(data):
                length, found, _, _, _ = struct.unpack_from("=IHHII", data, at)
                if found == NLMSG_DONE:
                    return
                if found == NLMSG_ERROR:
                    raise OSError(f"netlink: error={struct.unpack_from('=i', data, at + 16)[0]}")
                if found == kind | reply:
                    yield FAMILIES[data[at + 16]], data[at + 20 : at + length]
                at += (length + 3) & ~3
