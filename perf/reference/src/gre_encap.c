/* SPDX-License-Identifier: Apache-2.0 */
#include <rte_hash_crc.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "reference.h"

/* Addresses, protocol and, unless the packet is a fragment, ports: a flow keeps its tunnel. */
static inline uint32_t flow_hash(const struct rte_ipv4_hdr *ip)
{
	const uint8_t *ports = (const uint8_t *)ip + (ip->version_ihl & 0xf) * 4;
	uint16_t fragmented = BIG_ENDIAN_16(RTE_IPV4_HDR_OFFSET_MASK | RTE_IPV4_HDR_MF_FLAG);
	uint32_t hash = rte_hash_crc_8byte(load64(&ip->src_addr), ip->next_proto_id);

	if (likely((ip->fragment_offset & fragmented) == 0))
		hash = rte_hash_crc_4byte(load32(ports), hash);
	return hash;
}

static inline void encapsulate(struct rte_mbuf *packet, struct encap *encap)
{
	uint8_t *frame = rte_pktmbuf_mtod(packet, uint8_t *);
	struct rte_ipv4_hdr *inner = (void *)(frame + RTE_ETHER_HDR_LEN);
	uint32_t prepended = encap->header_length - RTE_ETHER_HDR_LEN;
	uint32_t length = rte_be_to_cpu_16(inner->total_length) + prepended;
	struct rte_ipv4_hdr *outer = (void *)((uint8_t *)inner - prepended);
	uint16_t total_length = rte_cpu_to_be_16(length);
	uint32_t sum = encap->sum + total_length + (uint32_t)(inner->type_of_service << 8);

	decrement_ttl(inner);
	/*
	 * The header ends where the inner packet begins, so 48 bytes are copied whatever its
	 * length: three vector moves; what is too much lands in the headroom before the frame.
	 */
	memcpy((uint8_t *)inner - 48, encap, 48);
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	outer->type_of_service = inner->type_of_service; /* RFC 2983 and RFC 6040: DSCP and ECN */
	outer->total_length = total_length;
	outer->hdr_checksum = ~sum;

	/* Without the inner frame's padding: it is the outer packet that is padded, if need be. */
	packet->data_off -= prepended;
	packet->data_len = RTE_ETHER_HDR_LEN + length;
	packet->pkt_len = RTE_ETHER_HDR_LEN + length;
	encap->packets++;
	encap->bytes += length;
}

uint16_t encapsulate_burst(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                           const uint16_t *tenants)
{
	struct encap *chosen[BURST];
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		const struct choice *choice = &r->tunnels.of_tenant[tenants[i]];
		const struct rte_ipv4_hdr *ip =
		    rte_pktmbuf_mtod_offset(packets[i], const void *, RTE_ETHER_HDR_LEN);
		uint32_t index = maglev_choose(choice, r->tunnels.rows, flow_hash(ip));

		chosen[i] = &r->tunnels.encap[index];
		rte_prefetch0(chosen[i]);
	}
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];

		if (unlikely(packet->data_len - RTE_ETHER_HDR_LEN > chosen[i]->mtu)) {
			drop(r, packet, DROP_TOO_BIG);
			continue;
		}
		encapsulate(packet, chosen[i]);
		packets[good++] = packet;
	}
	return good;
}

/* Check, find the tenant, choose one of its tunnels by the flow, encapsulate, send. */
uint16_t gre_encap(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	return encapsulate_burst(r, packets, n, tenants);
}
