/* SPDX-License-Identifier: Apache-2.0 */
#include "maglev.h"

#include <rte_debug.h>
#include <rte_hash_crc.h>

#define PLACES_PER_TUNNEL 256

static int is_prime(uint32_t number)
{
	for (uint32_t divisor = 2; divisor * divisor <= number; divisor++)
		if (number % divisor == 0)
			return 0;
	return 1;
}

uint32_t maglev_layout(struct choice *choice, uint32_t row)
{
	uint32_t length = choice->count == 1 ? 1 : (choice->count - 1) * PLACES_PER_TUNNEL + 1;

	if (choice->count > MAGLEV_TUNNELS_MAX)
		rte_exit(2, "too many tunnels of one tenant: count=%u\n", choice->count);
	while (length > 1 && !is_prime(length))
		length++;
	choice->row = row;
	choice->length = length;
	choice->bits_log = choice->count <= 2 ? 0 : choice->count <= 4 ? 1 : choice->count <= 16 ? 2 : 3;
	choice->mask = (1 << (1 << choice->bits_log)) - 1;
	return (length << choice->bits_log) / 64 + 1;
}

void maglev_fill(const struct choice *choice, uint64_t *words, const uint64_t *identities)
{
	uint32_t place[MAGLEV_TUNNELS_MAX], step[MAGLEV_TUNNELS_MAX], length = choice->length;
	uint8_t taken[MAGLEV_TUNNELS_MAX * PLACES_PER_TUNNEL] = {0};

	for (uint32_t i = 0; i < choice->count; i++) {
		place[i] = rte_hash_crc_8byte(identities[i], 0) % length;
		step[i] = length == 1 ? 0 : rte_hash_crc_8byte(identities[i], 1) % (length - 1) + 1;
	}
	for (uint32_t filled = 0; filled < length; filled++) {
		uint32_t turn = filled % choice->count;
		uint32_t bit;

		while (taken[place[turn]])
			place[turn] = (place[turn] + step[turn]) % length;
		taken[place[turn]] = 1;
		bit = place[turn] << choice->bits_log;
		words[choice->row + bit / 64] |= (uint64_t)turn << bit % 64;
	}
}
