/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tenants' firewalls, as io.breakwater.perf.ruleset writes them: `firewall.txt` (a line of counts,
 * then a line for each rule, a tenant's in their order) or `blocklist.txt` (a line of counts, then a
 * line for each prefix, ascending). What no rule matches is dropped; what is on no blocklist passes.
 */
#ifndef REFERENCE_FILTER_H
#define REFERENCE_FILTER_H

#include <stdint.h>

struct filter {
	struct rte_acl_ctx *rules; /* or NULL */
	struct blocklist *blocklist; /* or NULL */
	struct flood *flood; /* or NULL */
	uint32_t dropped_frames; /* of the workload's, that the filter is to drop */
};

/* Read and build, or end the program with a sentence. */
void firewall_load(struct filter *filter, const char *folder);
void blocklist_load(struct filter *filter, const char *folder);

/* The same of what meets floods: `flood.txt` holds the number of the frames that end here. */
void flood_load(struct filter *filter, const char *folder);

#endif
