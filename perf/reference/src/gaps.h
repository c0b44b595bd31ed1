/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time between two turns of a polling loop, in the buckets of the Java worker's own histogram
 * (io.breakwater.workers.worker.GapHistogram), so that the two can be laid side by side: each power
 * of two is cut into 16 equal parts, values below 32 have a bucket each.
 */
#ifndef REFERENCE_GAPS_H
#define REFERENCE_GAPS_H

#include <stdint.h>

#define GAP_SUB_BUCKETS 16
#define GAP_BUCKETS ((64 - 4 + 1) * GAP_SUB_BUCKETS)

struct gaps {
	uint64_t counts[GAP_BUCKETS];
	uint64_t longest;
	double core_seconds; /* that the loop got */
};

static inline uint32_t gap_bucket(uint64_t cycles)
{
	uint32_t shift = 59 - __builtin_clzll(cycles | GAP_SUB_BUCKETS);

	return shift * GAP_SUB_BUCKETS + (uint32_t)(cycles >> shift);
}

static inline void gaps_add(struct gaps *gaps, uint64_t cycles)
{
	gaps->counts[gap_bucket(cycles)]++;
	if (cycles > gaps->longest)
		gaps->longest = cycles;
}

/* The buckets that hold something, as a JSON object: {"12": 3, ...}. */
void gaps_print(const struct gaps *gaps);

#endif
