/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gre-encap behind the rules of each tenant. All rules are in one rte_acl context, with the tenant as
 * one more field: neighbouring packets are of different tenants, and a context for each tenant would
 * be asked for one or two packets at a time, which takes three times as long with 100 rules of each
 * of 100 tenants, and six times with 1,000.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <rte_acl.h>
#include <rte_debug.h>

#include "reference.h"

#define ACCEPT 1 /* rte_acl's result 0 is no match */
#define REJECT 2

/* rte_acl wants one byte first, then groups of four. */
struct flow_key {
	uint8_t protocol;
	uint32_t tenant;
	uint32_t source;
	uint32_t destination;
	uint16_t source_port;
	uint16_t destination_port;
};

enum { PROTOCOL, TENANT, SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT, FIELDS };

#define FIELD(field, kind, group, member)                                                          \
	{                                                                                          \
		.field_index = field, .type = RTE_ACL_FIELD_TYPE_##kind, .input_index = group,     \
		.size = sizeof(((struct flow_key *)0)->member),                                    \
		.offset = offsetof(struct flow_key, member)                                        \
	}

static const struct rte_acl_field_def fields[FIELDS] = {
	FIELD(PROTOCOL, BITMASK, 0, protocol),
	FIELD(TENANT, BITMASK, 1, tenant),
	FIELD(SOURCE, MASK, 2, source),
	FIELD(DESTINATION, MASK, 3, destination),
	FIELD(SOURCE_PORT, RANGE, 4, source_port),
	FIELD(DESTINATION_PORT, RANGE, 4, destination_port),
};

RTE_ACL_RULE_DEF(rule, FIELDS);

static void read_rule(FILE *file, struct rule *rule, uint32_t index)
{
	struct rte_acl_field *field = rule->field;
	unsigned int tenant, source, source_bits, destination, destination_bits, protocol, accepts;
	unsigned int source_port, source_port_last, port, port_last;

	if (fscanf(file, "%u %x %u %x %u %u %u %u %u %u %u", &tenant, &source, &source_bits,
	           &destination, &destination_bits, &source_port, &source_port_last, &port,
	           &port_last, &protocol, &accepts) != 11)
		rte_exit(2, "firewall.txt: not a rule: index=%u\n", index);
	rule->data.category_mask = 1;
	rule->data.priority = RTE_ACL_MAX_PRIORITY - (int32_t)index;
	rule->data.userdata = accepts ? ACCEPT : REJECT;
	field[PROTOCOL].value.u8 = protocol;
	field[PROTOCOL].mask_range.u8 = protocol ? UINT8_MAX : 0;
	field[TENANT].value.u32 = tenant;
	field[TENANT].mask_range.u32 = UINT32_MAX;
	field[SOURCE].value.u32 = source;
	field[SOURCE].mask_range.u32 = source_bits;
	field[DESTINATION].value.u32 = destination;
	field[DESTINATION].mask_range.u32 = destination_bits;
	field[SOURCE_PORT].value.u16 = source_port;
	field[SOURCE_PORT].mask_range.u16 = source_port_last;
	field[DESTINATION_PORT].value.u16 = port;
	field[DESTINATION_PORT].mask_range.u16 = port_last;
}

void firewall_load(struct filter *filter, const char *folder)
{
	FILE *file = open_in(folder, "firewall.txt");
	struct rte_acl_param parameters = {
	    .name = "firewall",
	    .socket_id = SOCKET_ID_ANY,
	    .rule_size = RTE_ACL_RULE_SZ(FIELDS),
	};
	struct rte_acl_config config = {.num_categories = 1, .num_fields = FIELDS};
	int error = 0;

	if (fscanf(file, "%u %u", &parameters.max_rule_num, &filter->dropped_frames) != 2)
		rte_exit(2, "firewall.txt does not begin with its counts\n");
	memcpy(config.defs, fields, sizeof(fields));
	filter->rules = rte_acl_create(&parameters);
	if (filter->rules == NULL)
		rte_exit(1, "no memory for the rules: count=%u\n", parameters.max_rule_num);
	for (uint32_t i = 0; i < parameters.max_rule_num && error == 0; i++) {
		struct rule rule = {0};

		read_rule(file, &rule, i);
		error = rte_acl_add_rules(filter->rules, (struct rte_acl_rule *)&rule, 1);
	}
	if (error == 0)
		error = rte_acl_build(filter->rules, &config);
	if (error != 0)
		rte_exit(1, "rte_acl does not take the rules: count=%u: %s\n",
		         parameters.max_rule_num, strerror(-error));
	fclose(file);
}

/* Without ports, for what has none: no rule of the benchmark then wants any. */
static inline void read_key(struct flow_key *key, const struct rte_mbuf *packet, uint16_t tenant)
{
	const struct rte_ipv4_hdr *ip =
	    rte_pktmbuf_mtod_offset(packet, const void *, RTE_ETHER_HDR_LEN);
	const uint8_t *ports = (const uint8_t *)ip + (ip->version_ihl & 0xf) * 4;
	uint16_t offset = ip->fragment_offset & BIG_ENDIAN_16(RTE_IPV4_HDR_OFFSET_MASK);
	int has_ports = ip->next_proto_id == IPPROTO_TCP || ip->next_proto_id == IPPROTO_UDP;
	uint32_t both = likely(has_ports && offset == 0) ? load32(ports) : 0;

	key->protocol = ip->next_proto_id;
	key->tenant = rte_cpu_to_be_32(tenant);
	key->source = ip->src_addr;
	key->destination = ip->dst_addr;
	memcpy(&key->source_port, &both, sizeof(both));
}

/* Leaves what the tenants accept in front. */
static uint16_t classify(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                         uint16_t *tenants)
{
	struct flow_key keys[BURST];
	const uint8_t *data[BURST];
	uint32_t results[BURST];
	struct rte_mbuf *dropped[BURST];
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		read_key(&keys[i], packets[i], tenants[i]);
		data[i] = (const uint8_t *)&keys[i];
	}
	rte_acl_classify(r->filter->rules, data, results, n, 1);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];

		/* Both are written, one counts: no branch for a coin. */
		dropped[i - good] = packet;
		packets[good] = packet;
		tenants[good] = tenants[i];
		good += results[i] == ACCEPT;
	}
	drop_burst(r, dropped, n - good, DROP_FILTERED);
	return good;
}

uint16_t firewall(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	n = classify(r, packets, n, tenants);
	return encapsulate_burst(r, packets, n, tenants);
}
