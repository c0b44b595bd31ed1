#!/usr/bin/env python3
"""TCP connections by the thousand, each from an address of its own, with data both ways.

    handshakes.py serve PORT       echoes what each connection sends until its FIN, and then sends its own
    handshakes.py connect ADDRESS PORT --sources PREFIX [--first N] [--count N] [--at-once N] [--mss BYTES]
                  [--again N]
                                   opens so many, from as many addresses of the prefix (a route of type `local`
                                   leads to it); sends, half-closes, and reads its own bytes back. A connection
                                   that is reset is opened again, --again times at most. Prints counts and times
                                   as JSON; exits 1 if one failed
"""

import argparse
import asyncio
import collections
import errno
import ipaddress
import json
import os
import resource
import socket
import sys
import time

IP_FREEBIND, IPV6_FREEBIND = 15, 78
BACKLOG = 4096
PAYLOAD_BYTES = (1, 100, 1460, 6000)


async def serve_one(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
        await writer.wait_closed()
    except OSError:
        pass  # it was reset
    finally:
        writer.close()


async def serve(arguments):
    listener = socket.create_server(
        ("::", arguments.port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
    )
    server = await asyncio.start_server(serve_one, sock=listener, backlog=BACKLOG)
    print("listening", flush=True)
    await server.serve_forever()


def connecting_socket(arguments, source):
    ipv6 = source.version == 6
    one = socket.socket(socket.AF_INET6 if ipv6 else socket.AF_INET, socket.SOCK_STREAM)
    one.setblocking(False)
    if ipv6:
        one.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    else:
        one.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
    if arguments.mss:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, arguments.mss)
    one.bind((str(source), 0))
    return one


async def exchange(arguments, source, payload):
    loop = asyncio.get_running_loop()
    with connecting_socket(arguments, source) as one:
        await loop.sock_connect(one, (arguments.address, arguments.port))
        await loop.sock_sendall(one, payload)
        try:
            one.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno == errno.ENOTCONN:
                raise ConnectionResetError("between two calls") from error
            raise
        echoed = bytearray()
        while data := await loop.sock_recv(one, 65536):
            echoed += data
        if echoed != payload:
            raise ValueError(f"came back different: {len(echoed)} of {len(payload)} bytes")


def source_of(network, number):
    """Of IPv6 each from a /64 of its own, as different clients' are."""
    return network[number << 64 | 5] if network.version == 6 else network[number]


async def connect_one(arguments, number, results, turn):
    source = source_of(arguments.sources, arguments.first + number)
    payload = os.urandom(PAYLOAD_BYTES[number % len(PAYLOAD_BYTES)])
    async with turn:
        begin = time.monotonic()
        for attempt in range(1 + arguments.again):
            try:
                async with asyncio.timeout(arguments.timeout):
                    await exchange(arguments, source, payload)
                results["seconds"].append(time.monotonic() - begin)
                return
            except (ConnectionResetError, BrokenPipeError) as error:
                results["resets"] += 1
                why = repr(error)
            except (OSError, ValueError) as error:
                results["why"][repr(error)] += 1
                return
        results["why"]["again: " + why] += 1


async def connect(arguments):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    results = {"seconds": [], "resets": 0, "why": collections.Counter()}
    turn = asyncio.Semaphore(arguments.at_once)
    async with asyncio.TaskGroup() as group:
        for number in range(arguments.count):
            group.create_task(connect_one(arguments, number, results, turn))
    seconds = sorted(results["seconds"])
    succeeded = len(seconds)
    print(
        json.dumps(
            {
                "connections": arguments.count,
                "succeeded": succeeded,
                "resets": results["resets"],
                "median_seconds": round(seconds[succeeded // 2], 3) if seconds else None,
                "longest_seconds": round(seconds[-1], 3) if seconds else None,
                "failures": results["why"],
            }
        )
    )
    return 0 if succeeded == arguments.count else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("serve")
    command.add_argument("port", type=int)
    command.set_defaults(run=serve)
    command = commands.add_parser("connect")
    command.add_argument("address")
    command.add_argument("port", type=int)
    command.add_argument("--sources", type=ipaddress.ip_network, required=True)
    command.add_argument("--first", type=int, default=1)
    command.add_argument("--count", type=int, default=1000)
    command.add_argument("--at-once", type=int, default=500)
    command.add_argument("--mss", type=int)
    command.add_argument("--again", type=int, default=0)
    command.add_argument("--timeout", type=float, default=100)
    command.set_defaults(run=connect)
    arguments = parser.parse_args()
    sys.exit(asyncio.run(arguments.run(arguments)))


main()
