/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and offsets of what C and Java share: Java refuses to start when they differ from its own. */
#include "breakwater.h"

#include <stddef.h>

static const uint32_t layout[] = {
	sizeof(struct bw_packet),
	offsetof(struct bw_packet, buffer),
	offsetof(struct bw_packet, frame),
	offsetof(struct bw_packet, length),
	offsetof(struct bw_packet, rest),

	sizeof(struct bw_port_info),
	offsetof(struct bw_port_info, driver),
	offsetof(struct bw_port_info, rx_queues_max),
	offsetof(struct bw_port_info, tx_queues_max),
	offsetof(struct bw_port_info, mtu_min),
	offsetof(struct bw_port_info, mtu_max),
	offsetof(struct bw_port_info, features),
	offsetof(struct bw_port_info, rss_table_entries),

	sizeof(struct bw_rss),
	offsetof(struct bw_rss, offered),
	offsetof(struct bw_rss, active),
	offsetof(struct bw_rss, key_bytes),
	offsetof(struct bw_rss, table_entries),
	offsetof(struct bw_rss, key),
	offsetof(struct bw_rss, table),

	sizeof(struct bw_sampled),
	offsetof(struct bw_sampled, hashed),
	offsetof(struct bw_sampled, hash),
	offsetof(struct bw_sampled, frame),

	sizeof(struct bw_link),
	offsetof(struct bw_link, up),
	offsetof(struct bw_link, speed_mbps),

	sizeof(struct bw_statistics),
	offsetof(struct bw_statistics, rx_packets),
	offsetof(struct bw_statistics, tx_packets),
	offsetof(struct bw_statistics, rx_bytes),
	offsetof(struct bw_statistics, tx_bytes),
	offsetof(struct bw_statistics, rx_missed),
	offsetof(struct bw_statistics, rx_errors),
	offsetof(struct bw_statistics, tx_errors),
	offsetof(struct bw_statistics, rx_no_buffer),

	sizeof(struct bw_xstat),
	offsetof(struct bw_xstat, name),
	offsetof(struct bw_xstat, value),
};

uint32_t bw_layout(uint32_t *values, uint32_t capacity)
{
	const uint32_t count = sizeof(layout) / sizeof(layout[0]);

	for (uint32_t i = 0; i < count && i < capacity; i++)
		values[i] = layout[i];
	return count;
}
