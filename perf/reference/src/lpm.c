/* SPDX-License-Identifier: Apache-2.0 */
#include "lpm.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_debug.h>

static void fill(uint16_t *entries, uint32_t count, uint16_t value)
{
	for (uint32_t i = 0; i < count; i++)
		entries[i] = value;
}

/* The block behind an entry; a new one starts with the entry's value everywhere. */
static uint16_t *block_of(struct lpm *lpm, uint16_t *entry, uint32_t *used)
{
	if ((*entry & LPM_BLOCK) == 0) {
		if (*used == LPM_BLOCK)
			rte_exit(2, "the prefixes need more blocks than the table numbers: blocks=%u\n", *used);
		fill(lpm->blocks[*used], 256, *entry);
		*entry = LPM_BLOCK | (*used)++;
	}
	return lpm->blocks[*entry ^ LPM_BLOCK];
}

static void add(struct lpm *lpm, const struct prefix *p, uint32_t *used)
{
	uint16_t *entries = lpm->root;
	uint32_t index = p->address >> 16;
	int bits = 16;

	for (; p->length > bits; bits += 8) {
		entries = block_of(lpm, &entries[index], used);
		index = p->address >> (24 - bits) & 0xff;
	}
	fill(&entries[index], 1 << (bits - p->length), p->tenant);
}

static int by_length(const void *left, const void *right)
{
	return ((const struct prefix *)left)->length - ((const struct prefix *)right)->length;
}

struct lpm *lpm_build(const struct prefix *prefixes, uint32_t count)
{
	/* Address space only: the kernel backs what is touched, with huge pages if it can. */
	size_t bytes = sizeof(struct lpm) + LPM_BLOCK * sizeof(uint16_t[256]);
	struct lpm *lpm = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct prefix *sorted = malloc(count * sizeof(*sorted));
	uint32_t used = 0;

	if (lpm == MAP_FAILED || sorted == NULL)
		rte_exit(1, "no memory for the prefixes: count=%u\n", count);
	madvise(lpm, bytes, MADV_HUGEPAGE);
	memcpy(sorted, prefixes, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_length);
	fill(lpm->root, 1 << 16, LPM_NONE);
	for (uint32_t i = 0; i < count; i++)
		add(lpm, &sorted[i], &used);
	free(sorted);
	return lpm;
}
