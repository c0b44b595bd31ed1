/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GRE tunnels (RFC 2784, RFC 2890), in the two shapes in which the two directions want them.
 *
 * Outbound: one cache line for each tunnel with the finished Ethernet, IPv4 and GRE header, whose
 * total length, TOS and checksum are filled in for each packet, and the tunnel's counters.
 * Inbound: an open-addressing hash table by (remote, local, key), four entries to a cache line, at
 * most half full.
 */
#ifndef REFERENCE_TUNNELS_H
#define REFERENCE_TUNNELS_H

#include <stdint.h>

#include <rte_common.h>
#include <rte_ether.h>
#include <rte_hash_crc.h>

#include "maglev.h"
#include "workload.h"

#define ENCAP_HEADER_MAX (14 + 20 + 8)

struct encap {
	uint16_t sum; /* ones' complement sum of the outer IPv4 header without length and TOS */
	uint16_t mtu; /* of the inner packet */
	uint16_t header_length; /* 38 or 42 */
	uint8_t header[ENCAP_HEADER_MAX]; /* ends at the end of the array */
	uint64_t packets;
	uint64_t bytes; /* of the outer IPv4 packets */
} __rte_cache_aligned;

struct decap {
	uint64_t addresses; /* remote and local as they lie in the outer header */
	uint32_t key; /* as it lies in the GRE header */
	uint16_t tunnel; /* 0: free, else the tunnel's index + 1 */
	uint16_t keyed;
};

struct tunnels {
	struct encap *encap;
	struct choice *of_tenant;
	uint64_t *rows;
	uint16_t *tenant_of;
	struct counter *received;
	struct decap *decap;
	uint32_t decap_mask;
};

void tunnels_build(struct tunnels *tunnels, const struct workload *workload,
                   const struct rte_ether_hdr *next_hop);

static inline uint32_t decap_hash(uint64_t addresses, uint32_t key)
{
	return rte_hash_crc_8byte(addresses, key);
}

/* The tunnel's index, or -1. `keyed` is 0 or 1, `key` is 0 where there is none. */
static inline int tunnels_find(const struct tunnels *tunnels, uint32_t hash, uint64_t addresses,
                               uint32_t key, uint16_t keyed)
{
	for (uint32_t i = hash & tunnels->decap_mask;; i = (i + 1) & tunnels->decap_mask) {
		const struct decap *entry = &tunnels->decap[i];

		if (likely(entry->addresses == addresses && entry->key == key &&
		           entry->keyed == keyed))
			return entry->tunnel - 1;
		if (entry->tunnel == 0)
			return -1;
	}
}

#endif
