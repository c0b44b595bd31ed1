/* SPDX-License-Identifier: Apache-2.0 */
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "reference.h"

/*
 * The first word of a GRE header (RFC 2784, 2890): flags and version, then the protocol. The
 * reserved bits among GRE_MUST_BE_ZERO are those for which RFC 2784 2.3 discards the packet.
 */
#define GRE_IPV4 BIG_ENDIAN_16(RTE_ETHER_TYPE_IPV4)
#define GRE_CHECKSUM BIG_ENDIAN_16(0x8000)
#define GRE_KEY BIG_ENDIAN_16(0x2000)
#define GRE_SEQUENCE BIG_ENDIAN_16(0x1000)
#define GRE_MUST_BE_ZERO BIG_ENDIAN_16(0x4c07)

struct lookup {
	uint64_t addresses;
	uint32_t key;
	uint32_t hash;
	uint16_t keyed;
	uint16_t inner_offset; /* from the frame's start */
};

/* Outer checks up to the GRE header. */
static inline enum drop check_outer(const struct reference *r, const struct rte_mbuf *packet,
                                    struct lookup *lookup)
{
	const uint8_t *frame = rte_pktmbuf_mtod(packet, const uint8_t *);
	const struct rte_ipv4_hdr *ip = (const void *)(frame + RTE_ETHER_HDR_LEN);
	enum drop why = check_ethernet(frame, packet->data_len, r->own_mac);
	uint32_t offset, end;
	uint32_t words;
	uint16_t flags;

	if (likely(why == PASS))
		why = check_ipv4(ip, packet->data_len - RTE_ETHER_HDR_LEN);
	if (unlikely(why != PASS))
		return why;
	offset = RTE_ETHER_HDR_LEN + (ip->version_ihl & 0xf) * 4;
	end = RTE_ETHER_HDR_LEN + rte_be_to_cpu_16(ip->total_length);
	if (unlikely(ip->next_proto_id != IPPROTO_GRE || offset + 4 > end))
		return DROP_GRE_HEADER;

	words = load32(frame + offset);
	flags = (uint16_t)words;
	if (unlikely((flags & GRE_MUST_BE_ZERO) != 0 || words >> 16 != GRE_IPV4))
		return DROP_GRE_HEADER;
	lookup->addresses = load64(&ip->src_addr);
	lookup->keyed = (flags & GRE_KEY) != 0;
	offset += 4;
	if (unlikely(flags & GRE_CHECKSUM)) {
		const uint8_t *gre = frame + offset - 4;

		if (offset + 4 > end || rte_raw_cksum(gre, frame + end - gre) != 0xffff)
			return DROP_GRE_HEADER;
		offset += 4;
	}
	lookup->key = 0;
	if (flags & GRE_KEY) {
		lookup->key = load32(frame + offset);
		offset += 4;
	}
	offset += flags & GRE_SEQUENCE ? 4 : 0;
	if (unlikely(offset + sizeof(struct rte_ipv4_hdr) > end))
		return DROP_GRE_HEADER;
	lookup->inner_offset = offset;
	lookup->hash = decap_hash(lookup->addresses, lookup->key);
	return PASS;
}

static inline uint16_t check_outer_burst(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                                         struct lookup *lookups)
{
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];
		enum drop why = check_outer(r, packet, &lookups[good]);

		if (unlikely(why != PASS)) {
			drop(r, packet, why);
			continue;
		}
		rte_prefetch0(&r->tunnels.decap[lookups[good].hash & r->tunnels.decap_mask]);
		packets[good++] = packet;
	}
	return good;
}

/* The tunnels, and the outer headers off: the packet starts with room for a new Ethernet header. */
static inline uint16_t strip_burst(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                                   const struct lookup *lookups, uint16_t *tunnels)
{
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		const struct lookup *l = &lookups[i];
		struct rte_mbuf *packet = packets[i];
		int tunnel = tunnels_find(&r->tunnels, l->hash, l->addresses, l->key, l->keyed);
		uint16_t stripped = l->inner_offset - RTE_ETHER_HDR_LEN;
		struct counter *counter;

		if (unlikely(tunnel < 0)) {
			drop(r, packet, DROP_NO_TUNNEL);
			continue;
		}
		counter = &r->tunnels.received[tunnel];
		counter->packets++;
		counter->bytes += packet->data_len - RTE_ETHER_HDR_LEN;
		packet->data_off += stripped;
		packet->data_len -= stripped;
		packet->pkt_len -= stripped;
		tunnels[good] = tunnel;
		packets[good++] = packet;
	}
	return good;
}

/* RFC 1812 for what was inside; its addresses are what is looked up next. */
static inline uint16_t check_inner_burst(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                                         uint16_t *tunnels, uint32_t *sources,
                                         uint32_t *destinations)
{
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];
		const struct rte_ipv4_hdr *ip =
		    rte_pktmbuf_mtod_offset(packet, const void *, RTE_ETHER_HDR_LEN);
		enum drop why = check_ipv4(ip, packet->data_len - RTE_ETHER_HDR_LEN);

		if (likely(why == PASS))
			why = unlikely(ip->time_to_live <= 1) ? DROP_TTL : check_transport(ip);
		if (unlikely(why != PASS)) {
			drop(r, packet, why);
			continue;
		}
		sources[good] = rte_be_to_cpu_32(ip->src_addr);
		destinations[good] = rte_be_to_cpu_32(ip->dst_addr);
		tunnels[good] = tunnels[i];
		packets[good++] = packet;
	}
	return good;
}

/*
 * Check, find the tunnel, strip, check what was inside, which must be the tenant's own, send. What
 * is for another tenant would be encapsulated again: that path is left out, its decision is not.
 */
uint16_t gre_decap(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	struct rte_ether_hdr next_hop = r->next_hop;
	struct lookup lookups[BURST];
	uint16_t tunnels[BURST];
	uint32_t sources[BURST], destinations[BURST];
	uint16_t owners[BURST], receivers[BURST];
	uint16_t good = 0;

	n = check_outer_burst(r, packets, n, lookups);
	n = strip_burst(r, packets, n, lookups, tunnels);
	n = check_inner_burst(r, packets, n, tunnels, sources, destinations);
	for (uint16_t i = 0; i < n; i++)
		owners[i] = lpm_lookup(r->lpm, sources[i]);
	for (uint16_t i = 0; i < n; i++)
		receivers[i] = lpm_lookup(r->lpm, destinations[i]);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];
		uint8_t *frame = rte_pktmbuf_mtod(packet, uint8_t *);
		uint16_t tenant = r->tunnels.tenant_of[tunnels[i]];
		struct counter *counter = &r->tenants[tenant];

		if (unlikely(owners[i] != tenant)) {
			drop(r, packet, DROP_NOT_TENANTS_SOURCE);
			continue;
		}
		if (unlikely(receivers[i] != LPM_NONE)) {
			drop(r, packet, DROP_FOR_ANOTHER_TENANT);
			continue;
		}
		counter->packets++;
		counter->bytes += packet->data_len;
		decrement_ttl((struct rte_ipv4_hdr *)(frame + RTE_ETHER_HDR_LEN));
		memcpy(frame, &next_hop, RTE_ETHER_HDR_LEN);
		packets[good++] = packet;
	}
	return good;
}
