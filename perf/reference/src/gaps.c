/* SPDX-License-Identifier: Apache-2.0 */
#include "gaps.h"

#include <inttypes.h>
#include <stdio.h>

void gaps_print(const struct gaps *gaps)
{
	const char *comma = "";

	printf("{");
	for (uint32_t i = 0; i < GAP_BUCKETS; i++) {
		if (gaps->counts[i] == 0)
			continue;
		printf("%s\"%u\": %" PRIu64, comma, i, gaps->counts[i]);
		comma = ", ";
	}
	printf("}");
}
