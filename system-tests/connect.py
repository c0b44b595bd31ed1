#!/usr/bin/env python3
"""What becomes of a client's attempt, as its own kernel tells it: one word on stdout.

    connect.py tcp ADDRESS PORT --source A [--timeout S]   `connected`, an errno's name, or `timeout`
    connect.py udp ADDRESS PORT --source A [--timeout S]   sends one datagram: an errno's name, or `timeout`
"""

import argparse
import errno
import ipaddress
import socket


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("protocol", choices=("tcp", "udp"))
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--source", required=True)
    parser.add_argument("--timeout", type=float, default=120)
    arguments = parser.parse_args()
    family = socket.AF_INET6 if ipaddress.ip_address(arguments.address).version == 6 else socket.AF_INET
    kind = socket.SOCK_STREAM if arguments.protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(family, kind) as attempt:
        attempt.settimeout(arguments.timeout)
        attempt.bind((arguments.source, 0))
        try:
            attempt.connect((arguments.address, arguments.port))
            if arguments.protocol == "tcp":
                print("connected")
                return
            # A connected datagram socket is told of ICMP errors when it waits for an answer. As much as an
            # answer repeats, so that none is refused for being longer than what it answers.
            attempt.send(b"?" * 64)
            attempt.recv(2048)
            print("answered")
        except TimeoutError:
            print("timeout")
        except OSError as error:
            print(errno.errorcode[error.errno])


main()
