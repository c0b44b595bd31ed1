/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What meets floods: tables that take their memory at the start. Every packet of a flood comes from
 * another place, so each lookup is a read of a cache line that is nowhere near.
 */
#ifndef REFERENCE_FLOOD_H
#define REFERENCE_FLOOD_H

#include <stdint.h>

#include "siphash.h"

#define ENTRIES 8 /* of a bucket, which is a cache line */

struct bucket {
	uint64_t entries[ENTRIES]; /* tag above, the second at which it ends below */
} __attribute__((aligned(64)));

struct table {
	uint32_t mask;
	struct bucket *buckets;
};

/* Of what we send to a /24: credit in millionths of a packet. */
struct allowance {
	uint64_t updated; /* TSC */
	uint64_t credit;
};

struct flood {
	struct siphash_key keys[3]; /* of this epoch, and of those whose cookies are good as well */
	struct table verified; /* sources */
	struct table flows;
	struct table candidates; /* first segments of flows that are not known */
	struct allowance *allowances;
	uint32_t seconds;
};

#endif
