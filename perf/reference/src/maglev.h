/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4) of a tenant's flows to its tunnels: a row
 * of places, filled by the tunnels in turns. A place holds the tunnel's index among the tenant's in
 * 1, 2, 4 or 8 bits, so that the row of two tunnels is less than a cache line.
 */
#ifndef REFERENCE_MAGLEV_H
#define REFERENCE_MAGLEV_H

#include <stdint.h>

#define MAGLEV_TUNNELS_MAX 64

/* A tenant's choice: `count` tunnels from `first`, and where its row is. */
struct choice {
	uint32_t first;
	uint32_t count;
	uint32_t row; /* of the words in which all rows are */
	uint16_t length; /* places, a prime */
	uint8_t bits_log; /* a place has 1 << bits_log bits */
	uint8_t mask;
};

/* Sets row, length, bits_log and mask for a tenant with `count` tunnels; returns the row's words. */
uint32_t maglev_layout(struct choice *choice, uint32_t row);

/* Fills the row, which is all zero. `identities` are the tunnels', all different. */
void maglev_fill(const struct choice *choice, uint64_t *words, const uint64_t *identities);

/* The index of the tunnel that a flow takes. */
static inline uint32_t maglev_choose(const struct choice *choice, const uint64_t *words,
                                     uint32_t flow)
{
	uint32_t bit = ((uint64_t)flow * choice->length >> 32) << choice->bits_log;

	return choice->first + (words[choice->row + bit / 64] >> bit % 64 & choice->mask);
}

#endif
