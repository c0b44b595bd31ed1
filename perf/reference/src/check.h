/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks on a packet before it is forwarded: Ethernet, IPv4 (RFC 1812 5.2.2, 5.3.1, 5.3.7) and
 * the sanity of the transport header, in wire order. The first that fails is the packet's drop.
 */
#ifndef REFERENCE_CHECK_H
#define REFERENCE_CHECK_H

#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_gre.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>
#include <rte_udp.h>

enum drop {
	PASS,
	DROP_NOT_FOR_US,
	DROP_NOT_IPV4,
	DROP_IPV4_HEADER,
	DROP_IPV4_LENGTH,
	DROP_IPV4_CHECKSUM,
	DROP_MARTIAN,
	DROP_LAND,
	DROP_TTL,
	DROP_TRANSPORT,
	DROP_NO_TENANT,
	DROP_GRE_HEADER,
	DROP_NO_TUNNEL,
	DROP_NOT_TENANTS_SOURCE,
	DROP_FOR_ANOTHER_TENANT,
	DROP_TOO_BIG,
	DROP_FILTERED, /* as it should be */
	DROP_COUNT
};

#define BIG_ENDIAN_16(value) ((uint16_t)RTE_STATIC_BSWAP16(value))

/* Fields lie at odd offsets after the 14 bytes of Ethernet; memcpy is a plain load here. */
static inline uint32_t load32(const void *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static inline uint64_t load64(const void *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/* `own` is our address as the low 48 bits of a load from the frame. */
static inline enum drop check_ethernet(const uint8_t *frame, uint32_t length, uint64_t own)
{
	const struct rte_ether_hdr *ethernet = (const void *)frame;

	if (unlikely(length < RTE_ETHER_HDR_LEN + sizeof(struct rte_ipv4_hdr)))
		return DROP_IPV4_LENGTH;
	if (unlikely((load64(frame) ^ own) << 16 != 0))
		return DROP_NOT_FOR_US;
	if (unlikely(ethernet->ether_type != BIG_ENDIAN_16(RTE_ETHER_TYPE_IPV4)))
		return DROP_NOT_IPV4;
	return PASS;
}

/* RFC 1071: true if the ones' complement sum of the header, checksum included, is all ones. */
static inline int header_sum_is_right(const uint8_t *header, uint32_t header_length)
{
	uint64_t a = load64(header), b = load64(header + 8);
	uint64_t sum = (uint32_t)a + (a >> 32) + (uint32_t)b + (b >> 32) + load32(header + 16);

	for (uint32_t i = sizeof(struct rte_ipv4_hdr); unlikely(i < header_length); i += 4)
		sum += load32(header + i);
	sum = (uint32_t)sum + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* 0/8, 127/8, 224/4 and 240/4; `address` in network order. */
static inline int is_martian(uint32_t address)
{
	uint8_t first = address & 0xff;

	return (uint8_t)(first - 1) >= 223 || first == 127;
}

static inline enum drop check_ipv4(const struct rte_ipv4_hdr *ip, uint32_t available)
{
	uint32_t header_length = (ip->version_ihl & 0xf) * 4;
	uint32_t total_length = rte_be_to_cpu_16(ip->total_length);

	if (unlikely(ip->version_ihl >> 4 != 4 || header_length < sizeof(*ip)))
		return DROP_IPV4_HEADER;
	/* A frame may be longer, by padding (RFC 894), never shorter. */
	if (unlikely(total_length > available || header_length > total_length))
		return DROP_IPV4_LENGTH;
	if (unlikely(!header_sum_is_right((const uint8_t *)ip, header_length)))
		return DROP_IPV4_CHECKSUM;
	if (unlikely(is_martian(ip->src_addr) || is_martian(ip->dst_addr)))
		return DROP_MARTIAN;
	if (unlikely(ip->src_addr == ip->dst_addr))
		return DROP_LAND;
	return PASS;
}

/* Only the first fragment of a packet has a transport header. */
static inline enum drop check_transport(const struct rte_ipv4_hdr *ip)
{
	uint32_t header_length = (ip->version_ihl & 0xf) * 4;
	uint32_t length = rte_be_to_cpu_16(ip->total_length) - header_length;
	const uint8_t *transport = (const uint8_t *)ip + header_length;

	if (unlikely(ip->fragment_offset & BIG_ENDIAN_16(RTE_IPV4_HDR_OFFSET_MASK)))
		return PASS;
	if (ip->next_proto_id == IPPROTO_TCP) {
		const struct rte_tcp_hdr *tcp = (const void *)transport;
		uint32_t offset;

		if (unlikely(length < sizeof(*tcp)))
			return DROP_TRANSPORT;
		offset = (tcp->data_off >> 4) * 4;
		if (unlikely(offset < sizeof(*tcp) || offset > length))
			return DROP_TRANSPORT;
	}
	if (ip->next_proto_id == IPPROTO_UDP) {
		const struct rte_udp_hdr *udp = (const void *)transport;
		uint32_t datagram;

		if (unlikely(length < sizeof(*udp)))
			return DROP_TRANSPORT;
		datagram = rte_be_to_cpu_16(udp->dgram_len);
		if (unlikely(datagram < sizeof(*udp) || datagram > length))
			return DROP_TRANSPORT;
	}
	return PASS;
}

/* RFC 1624 with a change that is always the same: one less in the upper byte of a word. */
static inline void decrement_ttl(struct rte_ipv4_hdr *ip)
{
	uint32_t checksum = ip->hdr_checksum + BIG_ENDIAN_16(0x0100);

	ip->time_to_live--;
	ip->hdr_checksum = checksum + (checksum >> 16);
}

#endif
