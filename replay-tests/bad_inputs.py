"""What `replay` says to files that it can't use: exit status 2, a sentence, and no stack trace.

Each entry: what is wrong, the input's bytes (None: there is no such file), further arguments, words that
the message must hold.
"""

from struct import pack

import pcapfiles
from appliance import EDGE

ETHERNET_HEADER = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
WHOLE = b"".join(pcapfiles.pcap([(0, bytes(60))], "<", 0xA1B2C3D4, 1))
CONFIG = EDGE.yaml()


def table():
    raw_ip = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 101)
    huge = ETHERNET_HEADER + pack("<IIII", 0, 0, 0x7FFFFFFF, 0x7FFFFFFF) + bytes(60)
    return [
        ("no such file", None, CONFIG, ["in.pcap"]),
        ("an empty file", b"", CONFIG, ["in.pcap"]),
        ("text instead of a capture", b"hello, world\n" * 9, CONFIG, ["in.pcap"]),
        ("a header cut short", ETHERNET_HEADER[:20], CONFIG, ["in.pcap"]),
        ("another link type", raw_ip, CONFIG, ["101"]),
        ("a frame cut short", WHOLE[:-1], CONFIG, ["in.pcap"]),
        ("a frame of 2 GB", huge, CONFIG, ["in.pcap"]),
        ("an unknown key", WHOLE, CONFIG + "nonsense: 1\n", ["config.yaml:", "nonsense"]),
        ("two mistakes", WHOLE, CONFIG.replace("mtu: 1500", "mtu: 9") + "nonsense: 1\n", ["nonsense", "mtu"]),
        ("overlapping tenants", WHOLE, CONFIG.replace("198.18.0.0/15", "203.0.113.0/25"), ["203.0.113.0/25"]),
    ]


def problems(run_replay, directory):
    """`run_replay(config, source)` gives the finished process."""
    found = []
    for number, (what, content, config, words) in enumerate(table()):
        place = directory / f"bad-{number}"
        place.mkdir()
        source = place / "in.pcap"
        if content is not None:
            source.write_bytes(content)
        (place / "config.yaml").write_text(config)
        done = run_replay(place / "config.yaml", source, place)
        said = done.stdout + done.stderr
        if done.returncode != 2:
            found.append(f"bad input: {what}: exit status {done.returncode}, expected 2: {said.strip()[-300:]}")
        for word in words:
            if word not in said:
                found.append(f"bad input: {what}: the message lacks {word!r}: {said.strip()[-300:]}")
        if "\tat " in said or "Exception" in said:
            found.append(f"bad input: {what}: a stack trace: {said.strip()[-300:]}")
    return found
