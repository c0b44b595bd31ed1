/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The C shim of Breakwater: what Java needs from DPDK, as plain functions.
 *
 * Most of DPDK's hot functions are `static inline`, so no foreign-function interface can call them.
 * Each function here is one DPDK call, or one burst of them; there is no policy in this library.
 *
 * Conventions
 *  - Unless a function says otherwise it returns 0, or -errno on failure.
 *  - Ports and queues are DPDK's numbers (0..65535), widened to 32 bits.
 *  - A *buffer* is a packet's handle: the offset in bytes of its mbuf from the first byte of its
 *    pool's memory (`bw_pool_memory`). A *frame* is the offset of the first byte of the packet's
 *    data from the same place. Both fit in 31 bits.
 *  - Strings are UTF-8, end in NUL and stay the caller's.
 *  - Structs that Java shares are listed in `bw_layout`, which Java compares with its own view.
 *
 * Threads: set-up and tear-down calls come from one thread at a time. A receive queue, a transmit
 * queue and each end of a single-producer or single-consumer ring belong to one thread. Pool calls
 * may come from any thread, and are fast on a thread registered with `bw_thread_register`.
 */
#ifndef BREAKWATER_H
#define BREAKWATER_H

#include <stdint.h>

struct rte_mempool;
struct rte_ring;

/** Most packets in one burst. */
#define BW_BURST_MAX 512

/** Bytes of a name or a driver's name, with the NUL. */
#define BW_NAME_BYTES 64

/* ---- The structs shared with Java ---------------------------------------------------------- */

/**
 * A packet of a burst: the head of a record of half a cache line, whose other fields are Java's own. A
 * burst is an array of them, the caller's, and may lie in Java's heap: no function here keeps it.
 */
struct bw_packet {
	int32_t buffer;                 /**< handle */
	int32_t frame;                  /**< offset of the first data byte */
	int32_t length;                 /**< bytes, or ~bytes for a chain that is not contiguous */
	int32_t rest[5];                /**< 0 after a receive; not read */
};

/** What a device can do, known before it is configured. */
struct bw_port_info {
	char driver[BW_NAME_BYTES];  /**< name of the poll-mode driver */
	uint32_t rx_queues_max;      /**< receive queues */
	uint32_t tx_queues_max;      /**< transmit queues */
	uint32_t mtu_min;            /**< bytes */
	uint32_t mtu_max;            /**< bytes */
	uint32_t features;           /**< BW_PORT_* that the driver offers */
	uint32_t rss_table_entries;  /**< of the table from hashes to queues, 0 if there is none */
};

/** The port spreads packets over its queues by a symmetric hash of addresses and L4 ports. */
#define BW_PORT_RSS 1u
/** Sent buffers go back to the pool in bulk: all come from one pool and nobody else holds them. */
#define BW_PORT_FAST_FREE 2u
/** A frame larger than a buffer is received as a chain of buffers. */
#define BW_PORT_SCATTER 4u

/** The hash is over the addresses of whole IPv4 packets that are neither TCP nor UDP. */
#define BW_RSS_IPV4 1u
/** Over the addresses of IPv4 fragments. */
#define BW_RSS_IPV4_FRAGMENT 2u
/** Over addresses and ports of TCP over IPv4. */
#define BW_RSS_IPV4_TCP 4u
/** Over addresses and ports of UDP over IPv4. */
#define BW_RSS_IPV4_UDP 8u
/** The same four for IPv6. */
#define BW_RSS_IPV6 16u
#define BW_RSS_IPV6_FRAGMENT 32u
#define BW_RSS_IPV6_TCP 64u
#define BW_RSS_IPV6_UDP 128u

/** Most bytes of a hash key. */
#define BW_RSS_KEY_BYTES 64
/** Most entries of an indirection table. */
#define BW_RSS_TABLE_MAX 2048

/** How a configured port spreads packets over its queues. */
struct bw_rss {
	uint32_t offered;                  /**< BW_RSS_* that the driver could hash */
	uint32_t active;                   /**< BW_RSS_* that it hashes, 0 if it does not */
	uint32_t key_bytes;                /**< of the key that it uses, 0 if it can't tell */
	uint32_t table_entries;            /**< of its indirection table, 0 if it can't tell */
	uint8_t key[BW_RSS_KEY_BYTES];     /**< that key */
	uint16_t table[BW_RSS_TABLE_MAX];  /**< queues by the lowest bits of the hash */
};

/** Bytes of a frame that a sample keeps. */
#define BW_SAMPLE_BYTES 64

/** A packet of a sample. */
struct bw_sampled {
	uint32_t hashed;                /**< 1 if the driver told a hash, else 0 */
	uint32_t hash;                  /**< that hash */
	uint8_t frame[BW_SAMPLE_BYTES]; /**< the frame's first bytes; what it does not have is 0 */
};

/** State of the link. */
struct bw_link {
	uint32_t up;         /**< 1 or 0 */
	uint32_t speed_mbps; /**< 0 when down, UINT32_MAX when the driver can't tell */
};

/** Counters of a port since its start. */
struct bw_statistics {
	uint64_t rx_packets;   /**< received by us */
	uint64_t tx_packets;   /**< sent */
	uint64_t rx_bytes;     /**< received by us */
	uint64_t tx_bytes;     /**< sent */
	uint64_t rx_missed;    /**< dropped by the hardware: no free descriptor */
	uint64_t rx_errors;    /**< received broken */
	uint64_t tx_errors;    /**< failed to send */
	uint64_t rx_no_buffer; /**< dropped by the driver: the pool was empty */
};

/** One extended statistic. */
struct bw_xstat {
	char name[BW_NAME_BYTES]; /**< the driver's name for it */
	uint64_t value;
};

/**
 * Writes size and member offsets of the shared structs: for each struct, in the order above, its
 * size and then the offset of every member in its order, all in bytes.
 * @return how many values there are; at most `capacity` of them are written.
 */
uint32_t bw_layout(uint32_t *values, uint32_t capacity);

/* ---- Environment --------------------------------------------------------------------------- */

/**
 * Starts DPDK's environment. Only once in the life of a process. The calling thread becomes the
 * main lcore and is pinned as the arguments say: call it from a thread that ends soon after.
 * @param argv as of a main function; may be permuted; the strings must stay until the call returns
 */
int bw_eal_start(int argc, char **argv);

/** Releases what the environment holds. Ports and pools must be closed before. */
int bw_eal_stop(void);

/** @return 1 if packet memory is in hugepages, else 0. */
int bw_eal_hugepages(void);

/** @return DPDK's version, a static string. */
const char *bw_version(void);

/** @return the name of an errno value (positive), a static or thread-local string. */
const char *bw_error_text(int error);

/**
 * Moves out what DPDK logged since the last call (the last kilobytes of it): it explains a failure.
 * @return bytes written, without the NUL
 */
uint32_t bw_log_take(char *text, uint32_t capacity);

/** @return the time stamp counter, in cycles of `bw_cycles_per_second`. */
uint64_t bw_cycles(void);

/** @return frequency of the time stamp counter in hertz. */
uint64_t bw_cycles_per_second(void);

/* ---- Threads ------------------------------------------------------------------------------- */

/** Lets the calling thread run on one CPU only. */
int bw_thread_pin(uint32_t cpu);

/**
 * The CPUs on which the calling thread may run, one bit each.
 * @param words room for `word_count` times 64 CPUs
 */
int bw_thread_affinity(uint64_t *words, uint32_t word_count);

/**
 * Lets a thread of this process run on these CPUs only, one bit each.
 * @param thread the kernel's id of it
 * @return 0; -ESRCH if it has ended; or another -errno
 */
int bw_thread_set_affinity(uint32_t thread, const uint64_t *words, uint32_t word_count);

/**
 * Gives the calling thread an lcore id, and so the pool's cache, and keeps real-time signals away
 * from it: those of TAP devices go to another thread.
 * @return the lcore id or -errno
 */
int bw_thread_register(void);

/**
 * Takes the calling thread's lcore id back, if it has one, after giving what its caches hold back
 * to the pools: DPDK alone would leave it there for the next thread with this lcore id.
 */
void bw_thread_unregister(void);

/* ---- Packet pool --------------------------------------------------------------------------- */

/**
 * Makes a pool of packet buffers.
 * @param packets buffers in the pool
 * @param room_bytes bytes for a frame in each buffer, behind the headroom of `bw_pool_headroom`
 * @param cache_packets buffers cached for each registered thread, 0..512
 * @param pool receives the pool, the caller's until `bw_pool_free`
 */
int bw_pool_create(const char *name, uint32_t packets, uint32_t room_bytes, uint32_t cache_packets,
                   struct rte_mempool **pool);

/** Gives the pool's memory back. No buffer may be in use. */
void bw_pool_free(struct rte_mempool *pool);

/**
 * Where the pool's buffers are: one contiguous region that covers each of them wholly.
 * @return 0, or -ERANGE when the memory is not one region, or not below 2 GiB
 */
int bw_pool_memory(const struct rte_mempool *pool, uint64_t *start, uint64_t *bytes);

/** @return bytes from a buffer's handle to the first byte of a fresh frame. */
uint32_t bw_pool_frame_offset(void);

/** @return bytes in front of a fresh frame into which headers can be prepended. */
uint32_t bw_pool_headroom(void);

/** @return buffers that can be allocated. A snapshot while other threads work. */
uint32_t bw_pool_available(const struct rte_mempool *pool);

/** Takes one buffer. @return its handle, or -1 when the pool is empty. */
int32_t bw_allocate(struct rte_mempool *pool, const void *pool_start);

/**
 * Takes `count` buffers, or none, into the first elements of a burst; length is 0.
 * @return `count` or 0
 */
uint32_t bw_allocate_burst(struct rte_mempool *pool, const void *pool_start,
                           struct bw_packet *packets, uint32_t count);

/** Gives `count` buffers back, from element `from` on: they are the pool's again. */
void bw_free_burst(const void *pool_start, const struct bw_packet *packets, uint32_t from,
                   uint32_t count);

/* ---- Ports --------------------------------------------------------------------------------- */

/** Creates a virtual device, such as "net_tap0" with "iface=bw0". */
int bw_port_plug(const char *name, const char *arguments);

/** Removes a virtual device after `bw_port_close`. */
int bw_port_unplug(const char *name);

/** @return the port of a device by its name (PCI address or vdev name), or -ENODEV. */
int bw_port_find(const char *name);

/** @param name receives the device's name, BW_NAME_BYTES bytes */
int bw_port_name(uint32_t port, char *name);

/** What the device can do. */
int bw_port_info(uint32_t port, struct bw_port_info *info);

/**
 * Configures queues, MTU and features.
 * @param mtu_bytes layer-3 bytes
 * @param features BW_PORT_* out of what `bw_port_info` offers. With BW_PORT_RSS the hash is
 *        Toeplitz with the key 0x6d5a..., the same for both directions of a flow, over the IP, TCP
 *        and UDP fields that the driver knows, and comes with each packet where the driver can.
 */
int bw_port_configure(uint32_t port, uint32_t rx_queues, uint32_t tx_queues, uint32_t mtu_bytes,
                      uint32_t features);

/** Rounds wanted numbers of descriptors to what the driver can do. */
int bw_port_adjust_descriptors(uint32_t port, uint16_t *rx_descriptors, uint16_t *tx_descriptors);

/** Sets up a receive queue whose buffers come from `pool`. */
int bw_port_setup_rx(uint32_t port, uint32_t queue, uint32_t descriptors, struct rte_mempool *pool);

/** Sets up a transmit queue. */
int bw_port_setup_tx(uint32_t port, uint32_t queue, uint32_t descriptors);

/** Sets the device's own MTU. -ENOTSUP when the driver has none. */
int bw_port_set_mtu(uint32_t port, uint32_t mtu_bytes);

/** @return MTU in bytes, or -errno. */
int bw_port_mtu(uint32_t port);

/** Receive every multicast frame: IPv6 neighbour discovery needs it. */
int bw_port_receive_multicast(uint32_t port);

/** Starts the queues. */
int bw_port_start(uint32_t port);

/** Stops the queues. Nobody may be inside a burst of this port. */
int bw_port_stop(uint32_t port);

/** Frees the port's queues and the buffers in them. */
int bw_port_close(uint32_t port);

/** @return the 48-bit MAC address, first byte highest, or -errno. */
int64_t bw_port_mac(uint32_t port);

/** State of the link, without waiting for it. */
int bw_port_link(uint32_t port, struct bw_link *link);

/** Basic counters. */
int bw_port_statistics(uint32_t port, struct bw_statistics *statistics);

/** Extended counters. @return how many there are (at most `capacity` are written), or -errno. */
int bw_port_xstats(uint32_t port, struct bw_xstat *xstats, uint32_t capacity);

/**
 * How the port spreads packets: what its driver says of itself.
 * @return 0, or -errno if it does not spread at all (mostly -ENOTSUP)
 */
int bw_port_rss(uint32_t port, struct bw_rss *rss);

/**
 * Sets the port's indirection table.
 * @param queues by the lowest bits of the hash
 * @param entries as many as the table has
 */
int bw_port_set_rss_table(uint32_t port, const uint16_t *queues, uint32_t entries);

struct bw_sample;

/**
 * Keeps the first packets that a queue receives from now on, of those that are IPv4 or IPv6 without
 * tags: what the driver said of them, and their first bytes. It costs a copy for each until it is
 * full.
 * @param capacity most packets
 * @param sample receives the sample, the caller's until `bw_sample_free`
 */
int bw_sample_start(uint32_t port, uint32_t queue, uint32_t capacity, struct bw_sample **sample);

/** @return packets in the sample; any thread may ask. */
uint32_t bw_sample_count(const struct bw_sample *sample);

/** The packets from `first` on; at most as many as `bw_sample_count` said. */
void bw_sample_read(const struct bw_sample *sample, uint32_t first, uint32_t count,
                    struct bw_sampled *packets);

/** Takes no more packets: it costs the queue nothing then. May be called while it is polled. */
int bw_sample_end(struct bw_sample *sample);

/** Frees a sample that has ended. Nobody may be inside a burst of its port that began before. */
void bw_sample_free(struct bw_sample *sample);

/**
 * Makes a port out of rings: it receives from `rx_rings` and transmits into `tx_rings`, one ring
 * for each queue. The rings stay the caller's and must outlive the port.
 * @return the port, or -errno
 */
int bw_port_from_rings(const char *name, struct rte_ring **rx_rings, struct rte_ring **tx_rings,
                       uint32_t queues);

/* ---- Bursts -------------------------------------------------------------------------------- */

/**
 * Receives up to `capacity` packets (at most BW_BURST_MAX), now the caller's. A chain is made
 * contiguous where its first buffer has room, else its length is reported as ~bytes.
 * @return packets received, 0..capacity
 */
uint32_t bw_receive(uint32_t port, uint32_t queue, const void *pool_start,
                    struct bw_packet *packets, uint32_t capacity);

/**
 * Sends the first `count` packets with the frames and lengths of the burst. Lengths must not be
 * negative; frames must lie in their buffers.
 * @return packets taken by the driver, 0..count; the rest is still the caller's
 */
uint32_t bw_transmit(uint32_t port, uint32_t queue, const void *pool_start,
                     const struct bw_packet *packets, uint32_t count);

/* ---- Rings between threads ----------------------------------------------------------------- */

/** Only one thread enqueues. */
#define BW_RING_SINGLE_PRODUCER 1u
/** Only one thread dequeues. */
#define BW_RING_SINGLE_CONSUMER 2u

/**
 * Makes a ring that holds `packets` packets.
 * @param ring receives the ring, the caller's until `bw_ring_free`
 */
int bw_ring_create(const char *name, uint32_t packets, uint32_t flags, struct rte_ring **ring);

/** Frees the ring and the buffers still in it. */
void bw_ring_free(struct rte_ring *ring);

/** @return packets in the ring. */
uint32_t bw_ring_count(const struct rte_ring *ring);

/**
 * Hands the first `count` packets over, with their frames and lengths.
 * @return packets taken, 0..count; the rest is still the caller's
 */
uint32_t bw_enqueue(struct rte_ring *ring, const void *pool_start, const struct bw_packet *packets,
                    uint32_t count);

/**
 * Takes up to `capacity` packets (at most BW_BURST_MAX), now the caller's.
 * @return packets taken, 0..capacity
 */
uint32_t bw_dequeue(struct rte_ring *ring, const void *pool_start, struct bw_packet *packets,
                    uint32_t capacity);

#endif
