"""Writes captures in every form that `replay` must read: pcap of both byte orders and clocks, and pcapng."""

from struct import pack

ETHERNET = 1
SNAP_BYTES = 262_144
EPOCH_S = 1_700_000_000


def write(path, form, frames_with_time):
    """`frames_with_time`: (microseconds since the capture's start, frame)."""
    writers = {
        "pcap": lambda f: pcap(f, "<", 0xA1B2C3D4, 1),
        "pcap-be": lambda f: pcap(f, ">", 0xA1B2C3D4, 1),
        "pcap-ns": lambda f: pcap(f, "<", 0xA1B23C4D, 1000),
        "pcapng": pcapng,
    }
    with open(path, "wb") as file:
        for block in writers[form](frames_with_time):
            file.write(block)


def pcap(frames_with_time, order, magic, units_per_us):
    """The classic format: a global header, then a 16-byte header before each frame."""
    yield pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAP_BYTES, ETHERNET)
    for time_us, frame in frames_with_time:
        seconds, fraction_us = divmod(time_us, 1_000_000)
        yield pack(
            order + "IIII", EPOCH_S + seconds, fraction_us * units_per_us, len(frame), len(frame)
        )
        yield frame


def pcapng(frames_with_time):
    """Section header, one interface (microseconds by default), enhanced packet blocks."""
    yield block(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    yield block(1, pack("<HHI", ETHERNET, 0, SNAP_BYTES))
    for time_us, frame in frames_with_time:
        time_us += EPOCH_S * 1_000_000
        body = pack("<IIIII", 0, time_us >> 32, time_us & 0xFFFFFFFF, len(frame), len(frame))
        yield block(6, body + frame + bytes(-len(frame) % 4))


def block(kind, body):
    length = 12 + len(body)
    return pack("<II", kind, length) + body + pack("<I", length)
