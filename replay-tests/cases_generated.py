"""Frames made by rule instead of by hand: every prefix of a valid frame, mutations, random bytes.

What they share with the rest of the catalogue is the demand that each has exactly one fate, the one
the model says. The random ones print their seed, and the same seed makes the same frames.
"""

from random import Random

from scapy.all import Raw

from appliance import PORT_MAC
from cases_ipv6 import AH_16, AUTHENTICATION, DESTINATION, HOP_BY_HOP, PAD, chain, plain_udp
from cases_link import arp_request
from cases_local import solicit
from cases_tunnel import from_acme, from_acme_v6, keyed, from_keyed, with_gre_checksum, raw_gre
from frames import OWN, OWN_V6, STRANGER, STRANGER_V6, Case, echo4, echo6, ether, gre4, gre6, ip4, ip6, tagged, tcp, udp, with_header_checksum

SECOND = 1000


def whole_frames():
    """One valid frame of each kind."""
    checked = from_acme()
    return {
        "udp4": ether(ip4(udp())),
        "tcp4-options": ether(ip4(tcp(8, options=[("MSS", 1460), ("NOP", None), ("WScale", 7)]), options=b"\x07\x07\x04" + bytes(5))),
        "udp6": ether(ip6(udp())),
        "tcp6-extensions": chain([(HOP_BY_HOP, PAD), (AUTHENTICATION, AH_16), (DESTINATION, PAD)], plain_udp()),
        "gre": gre4(from_acme()),
        "gre-key": keyed(from_keyed()),
        "gre-checksum": raw_gre(with_gre_checksum(checked), checked),
        "gre-v6": gre4(from_acme_v6(), proto=0x86DD),
        "gre-over-v6": gre6(ip6(udp(), src="2001:db8:666::5", dst=STRANGER_V6)),
        "gre-over-v6-v4": gre6(ip4(udp(), src="192.88.95.5", dst=STRANGER)),
        "gre-over-v6-extensions": gre6(
            ip4(udp(), src="192.88.95.5", dst=STRANGER), extensions=((HOP_BY_HOP, PAD), (DESTINATION, PAD))
        ),
        "gre-over-v6-key": gre6(
            ip6(udp(), src="2001:db8:667::5", dst=STRANGER_V6),
            src="2001:db8:f::2",
            gre={"key_present": 1, "key": 6, "chksum_present": 1},
        ),
        "udp-into-v6": ether(ip4(udp(), dst="192.88.95.5")),
        "qinq": tagged(ether(ip4(udp())), (0x88A8, 5), (0x8100, 6)),
        "echo4": ether(echo4(dst=OWN)),
        "echo6": ether(echo6(dst=OWN_V6)),
        "arp": arp_request(),
        "solicitation": solicit(),
    }


def prefixes():
    """Every truncation of every kind of frame, cut as a broken link would."""
    return [
        Case(f"{name}-cut-at-{length}", frame[:length], None, "", SECOND if length == len(frame) else 1)
        for name, frame in whole_frames().items()
        for length in range(len(frame) + 1)
    ]


def shortened():
    """The same cuts with the outer IP length made to agree: what is missing is missing inside."""
    cases = []
    for name, frame in whole_frames().items():
        if frame[12:14] == b"\x08\x00":
            for length in range(34, len(frame)):
                data = frame[:16] + (length - 14).to_bytes(2, "big") + frame[18:length]
                cases.append(Case(f"{name}-shortened-to-{length}", with_header_checksum(data), None, "", 1))
        elif frame[12:14] == b"\x86\xdd":
            for length in range(54, len(frame)):
                data = frame[:18] + (length - 54).to_bytes(2, "big") + frame[20:length]
                cases.append(Case(f"{name}-shortened-to-{length}", data, None, "", 1))
    return cases


def mutations(seed, count=3000):
    """One to three bytes changed; in half the frames the header checksum is then made right again."""
    random = Random(seed)
    frames = list(whole_frames().items())
    cases = []
    for number in range(count):
        name, frame = random.choice(frames)
        data = bytearray(frame)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            position = random.randrange(12, len(data)) if random.random() < 0.95 else random.randrange(12)
            data[position] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256), data[position] ^ (1 << random.randrange(8))))
        mutated = bytes(data)
        if random.random() < 0.5:
            mutated = repaired(mutated)
        cases.append(Case(f"seed-{seed}-{number}-{name}", mutated, None, "", SECOND))
    return cases


def repaired(frame):
    """The IPv4 header checksum made right if the header is whole."""
    if frame[12:14] == b"\x08\x00" and len(frame) >= 14 + (frame[14] & 15) * 4 >= 34:
        return with_header_checksum(frame)
    return frame


def random_bytes(seed, count=2000):
    """Noise behind a header that gets it some way in: Ethernet, then IP, then the upper protocol."""
    random = Random(seed)
    cases = []
    to_us = bytes.fromhex(PORT_MAC.replace(":", "")) + bytes.fromhex("020000000001")
    for number in range(count):
        noise = random.randbytes(random.choice((random.randrange(64), random.randrange(1500))))
        kind = number % 8
        if kind == 0:
            frame = noise
        elif kind == 1:
            frame = to_us + noise
        elif kind == 2:
            frame = to_us + random.choice((b"\x08\x00", b"\x86\xdd", b"\x08\x06", b"\x81\x00")) + noise
        elif kind == 3:
            frame = to_us + b"\x08\x00\x45" + noise
        elif kind == 4:
            frame = ether(ip4(Raw(noise[:1400]), proto=random.choice((1, 6, 17, 47, random.randrange(256)))))
        elif kind == 5:
            frame = ether(ip6(Raw(noise[:1400]), nh=random.choice((0, 6, 17, 43, 44, 51, 58, 60, random.randrange(256)))))
        elif kind == 6:
            frame = gre4(noise[:1400], proto=random.choice((0x0800, 0x86DD)))
        else:
            frame = ether(ip4(Raw(noise[:1400]), src="172.20.0.1", dst="198.51.100.1", proto=47))
        cases.append(Case(f"seed-{seed}-{number}-kind-{kind}", frame, None, "", SECOND))
    return cases
