"""What tshark thinks of a capture: which frames carry a malformed mark, an expert error or a bad checksum.

Only the protocols that the appliance itself handles are dissected: what a tenant's packet carries is
not ours to judge.
"""

import subprocess

PROTOCOLS = (
    "frame pkt_ccc eth ethertype vlan ieee8021ad arp ip ipv6 ipv6.fraghdr ipv6.hopopts ipv6.dstopts "
    "ipv6.routing ah gre icmp icmpv6 udp tcp data _ws.malformed"
).split()
EXPERT_ERROR = 8388608
"""tshark's number for severity "Error"."""


def marks(path):
    """{frame number, from 1: what is wrong with it}, empty for a clean capture."""
    command = ["tshark", "-n", "-r", str(path), "--disable-protocol", "ALL"]
    for protocol in PROTOCOLS:
        command += ["--enable-protocol", protocol]
    command += ["-o", "ip.check_checksum:TRUE", "-o", "ip.defragment:FALSE"]
    command += ["-o", "ipv6.defragment:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE"]
    command += ["-T", "fields", "-E", "occurrence=a", "-E", "separator=|", "-E", "aggregator=,"]
    fields = ("frame.number", "_ws.malformed", "_ws.expert.severity", "_ws.expert.message")
    for name in fields:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"tshark failed: status={done.returncode} {done.stderr.strip()}")
    found = {}
    for line in done.stdout.splitlines():
        number, malformed, severities, messages = line.split("|", 3)
        severe = [s for s in severities.split(",") if s and int(s) >= EXPERT_ERROR]
        if malformed or severe:
            found[int(number)] = f"{malformed} {messages}".strip()
    return found
