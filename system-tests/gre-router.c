/*
 * gre-router: a tenant's router for the system tests, where the kernel has no GRE device.
 *
 *     gre-router DEVICE LOCAL REMOTE [KEY...]
 *
 * Makes the TUN device DEVICE and joins it to a GRE tunnel between LOCAL and REMOTE, over IPv4 or IPv6
 * (RFC 2784 with the key of RFC 2890; RFC 7676). What the tunnel brings is checked strictly, field by field, and then given
 * to the kernel through DEVICE: it is an oracle of what Breakwater sends, so it forgives nothing. What the
 * kernel routes into DEVICE leaves in the tunnel. Inside go IPv4 and IPv6.
 *
 * KEY is a number, or `-` for no key. Any of those given is accepted (several tunnels of one tenant may
 * end here); the first is the one that is sent. None given means no key.
 *
 * One thread, two descriptors, one packet at a time. At SIGTERM it prints its counters as one line of
 * JSON on stdout and exits with 0. Fragments, sequence numbers and keepalives are not its business: the
 * kernel reassembles, and the S bit is refused.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    KEYS_MAX = 16,
    PACKET_MAX = 65535,
    SOCKET_BUFFER_BYTES = 64 << 20,
    PACKETS_PER_TURN = 64,

    CHECKSUM_BIT = 0x8000,
    KEY_BIT = 0x2000,
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
};

struct key {
    bool present;
    uint32_t value;
};

static struct key keys[KEYS_MAX] = {{false, 0}};
static int key_count = 1;

/* Whether the tunnel is over IPv6. */
static bool over_ipv6;

/* Why a packet of the tunnel is refused; the order is that of the checks. */
enum verdict { OK, TRUNCATED, BAD_FLAGS, BAD_CHECKSUM, BAD_KEY, BAD_PROTOCOL, BAD_INNER, VERDICTS };

static const char *const verdict_names[VERDICTS] = {
    "decapsulated", "truncated", "bad_flags", "bad_checksum", "bad_key", "bad_protocol", "bad_inner",
};
static uint64_t verdict_counts[VERDICTS];
static uint64_t encapsulated;

static void die(const char *what)
{
    fprintf(stderr, "gre-router: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static uint32_t read32(const uint8_t *at) { return (uint32_t)read16(at) << 16 | read16(at + 2); }

/* RFC 1071, over a whole GRE packet: 0 when its checksum is right. */
static uint16_t checksum(const uint8_t *at, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < length; i += 2)
        sum += read16(at + i);
    if (length % 2 == 1)
        sum += (uint32_t)at[length - 1] << 8;
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static bool is_our_key(bool present, uint32_t value)
{
    for (int i = 0; i < key_count; i++)
        if (keys[i].present == present && keys[i].value == value)
            return true;
    return false;
}

/* The inner length must be the datagram's own: trailing bytes would be a fault of the encapsulator. */
static bool is_whole_inner(uint16_t protocol, const uint8_t *inner, size_t length)
{
    if (protocol == ETHERTYPE_IPV4)
        return length >= 20 && inner[0] >> 4 == 4 && read16(inner + 2) == length;
    return length >= 40 && inner[0] >> 4 == 6 && read16(inner + 4) + 40u == length;
}

/* Checks a GRE packet; on OK *inner_offset is where the inner datagram starts. */
static enum verdict check(const uint8_t *gre, size_t length, size_t *inner_offset)
{
    if (length < 4)
        return TRUNCATED;
    uint16_t flags = read16(gre);
    /* RFC 2784 2.3: reserved bits and the version must be zero; S is not used here. */
    if ((flags & ~(CHECKSUM_BIT | KEY_BIT)) != 0)
        return BAD_FLAGS;
    bool has_checksum = (flags & CHECKSUM_BIT) != 0;
    bool has_key = (flags & KEY_BIT) != 0;
    size_t offset = 4u + (has_checksum ? 4u : 0u) + (has_key ? 4u : 0u);
    if (length < offset)
        return TRUNCATED;
    if (has_checksum && (checksum(gre, length) != 0 || read16(gre + 6) != 0))
        return BAD_CHECKSUM;
    if (!is_our_key(has_key, has_key ? read32(gre + offset - 4) : 0))
        return BAD_KEY;
    uint16_t protocol = read16(gre + 2);
    if (protocol != ETHERTYPE_IPV4 && protocol != ETHERTYPE_IPV6)
        return BAD_PROTOCOL;
    if (!is_whole_inner(protocol, gre + offset, length - offset))
        return BAD_INNER;
    *inner_offset = offset;
    return OK;
}

/* A raw IPv4 socket gives the packet with its IP header, whose checksum the kernel has checked; a raw IPv6
 * socket gives what is behind all headers of IPv6. */
static void tunnel_to_device(int tunnel, int device)
{
    static uint8_t packet[PACKET_MAX];
    for (int i = 0; i < PACKETS_PER_TURN; i++) {
        ssize_t length = recv(tunnel, packet, sizeof packet, MSG_DONTWAIT);
        if (length < 0 || (!over_ipv6 && length < 20))
            return;
        size_t header = over_ipv6 ? 0 : (packet[0] & 0xfu) * 4u;
        const uint8_t *gre = packet + header;
        size_t gre_length = (size_t)length - header;
        size_t offset = 0;
        enum verdict verdict = check(gre, gre_length, &offset);
        verdict_counts[verdict]++;
        /* EIO: the device is not up yet. */
        if (verdict == OK && write(device, gre + offset, gre_length - offset) < 0 && errno != EIO)
            die("write to the TUN device");
    }
}

static void device_to_tunnel(int device, int tunnel)
{
    static uint8_t packet[PACKET_MAX];
    size_t header = keys[0].present ? 8 : 4;
    for (int i = 0; i < PACKETS_PER_TURN; i++) {
        ssize_t length = read(device, packet + header, sizeof packet - header);
        if (length <= 0)
            return;
        bool is_ipv4 = packet[header] >> 4 == 4;
        uint16_t start[2] = {htons(keys[0].present ? KEY_BIT : 0),
                             htons(is_ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6)};
        uint32_t key = htonl(keys[0].value);
        memcpy(packet, start, sizeof start);
        memcpy(packet + 4, &key, header - 4);
        if (send(tunnel, packet, header + (size_t)length, 0) < 0)
            die("send into the tunnel");
        encapsulated++;
    }
}

static int open_device(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0)
        die("make the TUN device");
    return device;
}

/* An address of either family; false if it is none. */
static bool parse_end(const char *text, struct sockaddr_storage *end)
{
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)end;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)end;
    memset(end, 0, sizeof *end);
    if (inet_pton(AF_INET, text, &ipv4->sin_addr) == 1)
        end->ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &ipv6->sin6_addr) == 1)
        end->ss_family = AF_INET6;
    return end->ss_family != 0;
}

static int open_tunnel(const struct sockaddr_storage *local, const struct sockaddr_storage *remote)
{
    int family = local->ss_family;
    socklen_t length = over_ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    int bytes = SOCKET_BUFFER_BYTES;
    int discover = over_ipv6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT;
    int tunnel = socket(family, SOCK_RAW, IPPROTO_GRE);
    if (tunnel < 0 || bind(tunnel, (const struct sockaddr *)local, length) < 0 ||
        connect(tunnel, (const struct sockaddr *)remote, length) < 0 ||
        setsockopt(tunnel, over_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                   over_ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &discover, sizeof discover) < 0 ||
        setsockopt(tunnel, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
        die("open the tunnel's socket");
    return tunnel;
}

static void parse_keys(int count, char **words)
{
    if (count > KEYS_MAX) {
        fprintf(stderr, "gre-router: at most %d keys: count=%d\n", KEYS_MAX, count);
        exit(2);
    }
    for (int i = 0; i < count; i++) {
        keys[i].present = strcmp(words[i], "-") != 0;
        keys[i].value = keys[i].present ? (uint32_t)strtoul(words[i], NULL, 0) : 0;
    }
    key_count = count > 0 ? count : 1;
}

static void print_counters(void)
{
    printf("{\"encapsulated\": %llu", (unsigned long long)encapsulated);
    for (int i = 0; i < VERDICTS; i++)
        printf(", \"%s\": %llu", verdict_names[i], (unsigned long long)verdict_counts[i]);
    printf("}\n");
}

int main(int argc, char **argv)
{
    struct sockaddr_storage local, remote;
    if (argc < 4 || !parse_end(argv[2], &local) || !parse_end(argv[3], &remote) ||
        local.ss_family != remote.ss_family) {
        fprintf(stderr, "usage: gre-router DEVICE LOCAL REMOTE [KEY...]\n");
        return 2;
    }
    over_ipv6 = local.ss_family == AF_INET6;
    parse_keys(argc - 4, argv + 4);

    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);

    int device = open_device(argv[1]);
    int tunnel = open_tunnel(&local, &remote);
    struct pollfd ready[3] = {
        {.fd = tunnel, .events = POLLIN},
        {.fd = device, .events = POLLIN},
        {.fd = signalfd(-1, &stop, 0), .events = POLLIN},
    };
    for (;;) {
        if (poll(ready, 3, -1) < 0)
            die("poll");
        if (ready[0].revents != 0)
            tunnel_to_device(tunnel, device);
        if (ready[1].revents != 0)
            device_to_tunnel(device, tunnel);
        if (ready[2].revents != 0) {
            print_counters();
            return 0;
        }
    }
}
