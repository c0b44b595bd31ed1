/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gre-encap behind a blocklist of sources.
 *
 * The list is two tables. One has a bit for each /24 that has anything blocked in it, and with each 64
 * of these bits how many there are before them; so a /24 has a number, and in the other table 256
 * bits, one for each address. A lookup is a read from 4 MB, and, if the /24 is there, one more from 32
 * bytes for each of these. DIR-24-8 (rte_fib) would be 64 MB, and 1 KB for each /24 that is not
 * blocked as a whole: 850 MB for a million prefixes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <rte_debug.h>
#include <rte_prefetch.h>

#include "reference.h"

#define WORDS (1 << 18) /* of 64 /24s each */

struct blocklist {
	struct {
		uint64_t present;
		uint64_t before;
	} words[WORDS];
	uint64_t addresses[][4];
};

/* Of the /24, or -1. */
static inline int64_t number_of(const struct blocklist *list, uint32_t address)
{
	uint64_t present = list->words[address >> 14].present;
	uint32_t bit = address >> 8 & 63;

	if ((present >> bit & 1) == 0)
		return -1;
	return list->words[address >> 14].before +
	       __builtin_popcountll(present & ((1ULL << bit) - 1));
}

/* In ascending order: so a /24 gets the number of those before it. */
static void add(struct blocklist *list, uint32_t address, uint32_t length, uint32_t *used)
{
	uint64_t bit = 1ULL << (address >> 8 & 63);
	uint32_t last = (address & 0xff) + (1u << (32 - length));
	uint64_t *addresses;

	if (list->words[address >> 14].present == 0)
		list->words[address >> 14].before = *used;
	if ((list->words[address >> 14].present & bit) == 0) {
		list->words[address >> 14].present |= bit;
		(*used)++;
	}
	addresses = list->addresses[number_of(list, address)];
	for (uint32_t i = address & 0xff; i < last; i++)
		addresses[i / 64] |= 1ULL << i % 64;
}

void blocklist_load(struct filter *filter, const char *folder)
{
	FILE *file = open_in(folder, "blocklist.txt");
	struct blocklist *list;
	uint32_t count, address, length, before = 0, used = 0;
	size_t bytes;

	if (fscanf(file, "%u %u", &count, &filter->dropped_frames) != 2)
		rte_exit(2, "blocklist.txt does not begin with its counts\n");
	bytes = sizeof(*list) + count * sizeof(list->addresses[0]);
	list = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (list == MAP_FAILED)
		rte_exit(1, "no memory for the blocklist: count=%u\n", count);
	madvise(list, bytes, MADV_HUGEPAGE);
	for (uint32_t i = 0; i < count; i++) {
		if (fscanf(file, "%x %u", &address, &length) != 2 || address < before ||
		    length < 24 || length > 32)
			rte_exit(2, "blocklist.txt: not a /24 to /32, ascending: index=%u\n", i);
		add(list, address, length, &used);
		before = address;
	}
	filter->blocklist = list;
	fclose(file);
}

/* Leaves what is from no blocked source in front; the misses of a burst's lookups overlap. */
static uint16_t filter_sources(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                               uint16_t *tenants)
{
	const struct blocklist *list = r->filter->blocklist;
	uint32_t sources[BURST];
	int64_t numbers[BURST];
	struct rte_mbuf *dropped[BURST];
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		const struct rte_ipv4_hdr *ip =
		    rte_pktmbuf_mtod_offset(packets[i], const void *, RTE_ETHER_HDR_LEN);

		sources[i] = rte_be_to_cpu_32(ip->src_addr);
		rte_prefetch0(&list->words[sources[i] >> 14]);
	}
	for (uint16_t i = 0; i < n; i++) {
		numbers[i] = number_of(list, sources[i]);
		if (numbers[i] >= 0)
			rte_prefetch0(&list->addresses[numbers[i]][sources[i] >> 6 & 3]);
	}
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];
		int blocked = numbers[i] >= 0 && (list->addresses[numbers[i]][sources[i] >> 6 & 3] >>
		                                  (sources[i] & 63) & 1);

		dropped[i - good] = packet;
		packets[good] = packet;
		tenants[good] = tenants[i];
		good += !blocked;
	}
	drop_burst(r, dropped, n - good, DROP_FILTERED);
	return good;
}

uint16_t blocklist(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	n = filter_sources(r, packets, n, tenants);
	return encapsulate_burst(r, packets, n, tenants);
}
