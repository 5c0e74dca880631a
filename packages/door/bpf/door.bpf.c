// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The door: decides in the kernel which packets the packet thread has to see, takes them up to it, and brings back what it let through.
 *
 *      wire ──▶ device_in ──▶ TUN of the device ──▶ packet thread ──▶ tun_in ──┬─▶ ingress of the device again, for the box itself
 *                  │                                                           │
 *                  ├─ carried (carry.h): translated and sent on at once        │
 *                  └─ too many of one machine (flood.h): dropped               │
 *                                                                              └─▶ the kernel's router ──▶ device_out ──▶ wire
 *   box's own ──▶ device_out ──▶ box TUN ──▶ packet thread ──▶ box_in ──▶ device_out ──▶ wire
 *
 * What it must never do: let a packet for the box in from the WAN, or one out of it to the WAN, that the packet thread did not judge.
 * So every way of passing is as narrow as the protocol behind it allows: DHCP by both ports and by direction, broadcast and
 * multicast from the WAN not at all (but IGMP), a unicast address in a broadcast frame not, a priority tag (VLAN 0, which the
 * kernel treats like no tag) taken off before judging. Forwarding needs no care here: the kernel forwards only what comes out of a TUN,
 * because `forwarding` is on for the TUNs alone.
 *
 * State: the connection table is the packet thread's, and read here (table.h). The heartbeat word is written by the packet thread with the tick of every batch; when it is more than a
 * second old nobody reads the TUNs, and the door lets LAN machines reach the box and closes everything else.
 *
 * Marks: skb->mark tells a packet that was judged from one that was not. It is set when a packet comes out of a TUN, survives
 * routing and redirection inside the namespace, and is cleared by the program that recognises it. No mark ever comes from a wire.
 * It also says where the packet came from, which the queues of a shaped line want to know (shape.h).
 *
 * Kernels from 6.1 on. Headers are read with bpf_skb_load_bytes at the offset of the device's kind (14 on Ethernet, 0 on ppp and
 * TUN), which works for paged packets too; super-packets and unfinished checksums pass through untouched.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "counters.h"

#include "table.h"

#define AF_INET 2

/* On its way to the box itself: the ingress of the device lets it pass. */
#define MARK_RETURNED 0xba07a001
/* Judged, on its way out: the egress of the device lets it pass. The same with where it came from: the WAN, or a machine of the
 * household, whose number (1 to MACHINES) is in the lowest bits. */
#define MARK_JUDGED 0xba07a002
#define MARK_FROM_WAN 0xba07a003
#define MARK_OF_MACHINE 0xba07b000
#define MACHINE_MASK 0x7ff

#define VLAN_ID_MASK 0x0fff
#define FRAGMENT_MASK 0x3fff /* more-fragments and offset */
#define DHCP_SERVER 67
#define DHCP_CLIENT 68

/* The heartbeat is in ticks of 1/100 s, as the packet thread counts them, and may be a second old (or, between two CPUs, ahead). */
#define TICK_NS 10000000
#define STALE_TICKS 100

/* Do not ask for more than this to follow when another filter of the machine's owner stands behind ours. */
#define PASS TC_ACT_UNSPEC

/* A network device that the door stands at, by interface index. struct layouts are known to src/door.ts. */
struct port {
	__u32 other;	   /* of a device: the TUN that leads up; of a TUN: the device it belongs to */
	__u8 address[6];   /* link address of the device */
	__u8 wan;	   /* 1 on the WAN side */
	__u8 link_header;  /* bytes before the IP header on the device: 14 or 0 */
	/* What the kernel wants before the IP header of what is redirected to the device: 14 or 0. On SLIP it is 14, where the link has no
	 * header: the kernel takes the device for one that has (dev_is_mac_header_xmit), and drops or sends what it should not. */
	__u8 redirect_header;
	__u8 reserved[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, __u32);
	__type(value, struct port);
} ports SEC(".maps");

/* The router's own addresses, as they stand in a packet. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __be32);
	__type(value, __u8);
} own SEC(".maps");

struct state {
	__u32 heartbeat; /* 0: no packet thread has run yet */
	__u32 box;	 /* the TUN for the box's own packets; 0: none */
	__u32 carrying;	 /* 0: every packet goes up */
	struct table table;
	__u32 opening_ns; /* flood.h: time between two openings of a source; 0: no limit */
	__u32 shaped; /* 1: the line is shaped, and the queues are told whose a packet is */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct state);
} shared SEC(".maps");

/* One row per CPU (the loader sets max_entries), of whole cache lines: no atomics, no line shared between CPUs, read through mmap. */
#define COUNTERS_ROOM 32
_Static_assert(COUNTERS <= COUNTERS_ROOM, "a row of counters must hold the list");

struct row {
	__u64 packets[COUNTERS_ROOM];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct row);
} counts SEC(".maps");

/* Every exit of every program goes through here. */
static __always_inline int done(enum counter reason, int action)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct row *row = bpf_map_lookup_elem(&counts, &cpu);

	if (row)
		row->packets[reason]++;
	return action;
}

static __always_inline struct port *port_of(__u32 index)
{
	return bpf_map_lookup_elem(&ports, &index);
}

static __always_inline bool is_own(__be32 address)
{
	return bpf_map_lookup_elem(&own, &address) != NULL;
}

/* @returns the state while the packet thread lives, else NULL */
static __always_inline struct state *alive(void)
{
	__u32 zero = 0;
	struct state *state = bpf_map_lookup_elem(&shared, &zero);
	__u32 beat, now = bpf_ktime_get_ns() / TICK_NS;

	if (!state)
		return NULL;
	beat = *(volatile __u32 *)&state->heartbeat;
	return beat && now - beat + STALE_TICKS <= 2 * STALE_TICKS ? state : NULL;
}

/* Multicast, the reserved class E and the limited broadcast: nothing that is ever forwarded. */
static __always_inline bool is_group(__be32 address)
{
	return bpf_ntohl(address) >= 0xe0000000;
}

struct transport_ports {
	__be16 source, destination;
};

/* @returns false for what is no whole UDP packet */
static __always_inline bool udp_ports(struct __sk_buff *skb, const struct port *port, const struct iphdr *ip, struct transport_ports *to)
{
	__u32 length = ip->ihl * 4;

	if (ip->protocol != IPPROTO_UDP || length < sizeof(*ip) || ip->frag_off & bpf_htons(FRAGMENT_MASK))
		return false;
	return !bpf_skb_load_bytes(skb, port->link_header + length, to, sizeof(*to));
}

/* From a LAN machine to the server on the box, or from the provider's server to the client on the box; never the other way round. */
static __always_inline bool dhcp_in(struct __sk_buff *skb, const struct port *port, const struct iphdr *ip)
{
	struct transport_ports udp;

	if (!udp_ports(skb, port, ip, &udp))
		return false;
	if (port->wan)
		return udp.source == bpf_htons(DHCP_SERVER) && udp.destination == bpf_htons(DHCP_CLIENT);
	return udp.destination == bpf_htons(DHCP_SERVER) && (is_group(ip->daddr) || is_own(ip->daddr));
}

static __always_inline bool dhcp_out(struct __sk_buff *skb, const struct port *port, const struct iphdr *ip)
{
	struct transport_ports udp;

	if (!udp_ports(skb, port, ip, &udp))
		return false;
	if (port->wan)
		return udp.source == bpf_htons(DHCP_CLIENT) && udp.destination == bpf_htons(DHCP_SERVER);
	return udp.source == bpf_htons(DHCP_SERVER);
}

#include "shape.h"
#include "carry.h"
#include "flood.h"

/* From the wire, or back from tun_in. */
SEC("tc") int device_in(struct __sk_buff *skb)
{
	enum counter reason;
	struct state *state;
	struct port *port;
	struct iphdr ip;
	bool known = false;
	int action;

	if (skb->mark == MARK_RETURNED) {
		skb->mark = 0;
		/* The device may have changed its link address since it was attached. */
		bpf_skb_change_type(skb, PACKET_HOST);
		return done(COUNT_IN_RETURNED, PASS);
	}
	port = port_of(skb->ifindex);
	if (!port)
		return done(COUNT_UNPLUGGED, TC_ACT_SHOT);
	if (skb->vlan_present) {
		if (skb->vlan_tci & VLAN_ID_MASK)
			return done(COUNT_IN_TAGGED, PASS);
		/* A tag inside a priority tag is nothing that a household sends; the kernel would take both off behind us. */
		if (skb->protocol == bpf_htons(ETH_P_8021Q) || skb->protocol == bpf_htons(ETH_P_8021AD) || bpf_skb_vlan_pop(skb))
			return done(COUNT_IN_MALFORMED, TC_ACT_SHOT);
	}
	if (skb->protocol != bpf_htons(ETH_P_IP)) {
		if (port->wan && skb->protocol == bpf_htons(ETH_P_IPV6))
			return done(COUNT_IN_IPV6_DROPPED, TC_ACT_SHOT);
		return done(COUNT_IN_NOT_IPV4, PASS);
	}
	if (skb->pkt_type == PACKET_OTHERHOST)
		return done(COUNT_IN_OTHER_HOST, PASS);
	if (bpf_skb_load_bytes(skb, port->link_header, &ip, sizeof(ip)))
		return done(COUNT_IN_MALFORMED, TC_ACT_SHOT);
	if (skb->pkt_type == PACKET_HOST) {
		action = carry(skb, port, &ip, &known);
		if (action != CARRY_MISS)
			return done(action == TC_ACT_SHOT ? COUNT_IN_CARRY_LOST : COUNT_IN_CARRIED, action);
	}
	if (dhcp_in(skb, port, &ip))
		return done(COUNT_IN_DHCP, PASS);

	/* A broadcast frame may carry the address of a subnet's broadcast, which the kernel knows, or one of our own, which is judged. */
	if (is_group(ip.daddr) || skb->pkt_type != PACKET_HOST) {
		if (port->wan && ip.protocol != IPPROTO_IGMP)
			return done(COUNT_IN_BROADCAST_DROPPED, TC_ACT_SHOT);
		if (!is_own(ip.daddr))
			return done(COUNT_IN_BROADCAST, PASS);
	}
	state = alive();
	if (!state) {
		if (!port->wan && is_own(ip.daddr))
			return done(COUNT_IN_STALE_PASSED, PASS);
		return done(COUNT_IN_STALE_DROPPED, TC_ACT_SHOT);
	}
	reason = may_go_up(skb, port, &ip, state, known);
	return done(reason, reason == COUNT_IN_UP ? bpf_redirect(port->other, 0) : TC_ACT_SHOT);
}

/* To the wire: judged packets, and what the box sends itself. */
SEC("tc") int device_out(struct __sk_buff *skb)
{
	struct state *state;
	struct port *port;
	struct iphdr ip;
	__u8 first = 0;

	if (is_judged(skb->mark)) {
		tell_queue(skb);
		return done(COUNT_OUT_JUDGED, PASS);
	}
	port = port_of(skb->ifindex);
	if (!port)
		return done(COUNT_UNPLUGGED, TC_ACT_SHOT);
	if (skb->vlan_present)
		return done(COUNT_OUT_TAGGED, PASS);
	if (skb->protocol != bpf_htons(ETH_P_IP))
		return done(COUNT_OUT_NOT_IPV4, PASS);
	if (bpf_skb_load_bytes(skb, port->link_header, &ip, sizeof(ip)))
		return done(COUNT_OUT_MALFORMED, TC_ACT_SHOT);
	if (dhcp_out(skb, port, &ip))
		return done(COUNT_OUT_DHCP, PASS);
	if (port->link_header)
		bpf_skb_load_bytes(skb, 0, &first, sizeof(first));
	if (is_group(ip.daddr) || first & 1)
		return done(COUNT_OUT_BROADCAST, PASS);
	state = alive();
	if (state && state->box)
		return done(COUNT_OUT_UP, bpf_redirect(state->box, 0));
	return port->wan ? done(COUNT_OUT_STALE_DROPPED, TC_ACT_SHOT) : done(COUNT_OUT_STALE_PASSED, PASS);
}

/* Written by the packet thread to the TUN of a device: for the box itself, or to be routed. */
SEC("tc") int tun_in(struct __sk_buff *skb)
{
	struct port *port = port_of(skb->ifindex);
	struct ethhdr link = { .h_source = { 0x02 }, .h_proto = bpf_htons(ETH_P_IP) };
	struct iphdr ip;

	if (!port)
		return done(COUNT_UNPLUGGED, TC_ACT_SHOT);
	if (skb->protocol != bpf_htons(ETH_P_IP) || bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return done(COUNT_DOWN_REFUSED, TC_ACT_SHOT);
	if (!is_own(ip.daddr)) {
		skb->mark = port->wan ? MARK_FROM_WAN : mark_of_sender(skb, &ip);
		return done(COUNT_DOWN_FORWARD, PASS);
	}
	if (port->redirect_header) {
		/* The kernel puts no header before a packet of more than 16 KB that is no super-packet: a large datagram that was
		 * reassembled. It is for the box all the same, only it seems to come from the TUN. */
		if (bpf_skb_change_head(skb, sizeof(link), 0))
			return done(COUNT_DOWN_BOX_WHOLE, PASS);
		__builtin_memcpy(link.h_dest, port->address, sizeof(link.h_dest));
		if (bpf_skb_store_bytes(skb, 0, &link, sizeof(link), 0))
			return done(COUNT_DOWN_REFUSED, TC_ACT_SHOT);
	}
	skb->mark = MARK_RETURNED;
	return done(COUNT_DOWN_BOX, bpf_redirect(port->other, BPF_F_INGRESS));
}

/* The router takes one off the TTL of whatever it routes; the box is no hop of its own packets, so one is put on before. */
static __always_inline void raise_ttl(struct __sk_buff *skb, const struct iphdr *ip)
{
	struct {
		__u8 ttl, protocol;
	} before = { ip->ttl, ip->protocol }, after = { ip->ttl + 1, ip->protocol };
	__be16 from, to;

	if (ip->ttl == 255)
		return;
	__builtin_memcpy(&from, &before, sizeof(from));
	__builtin_memcpy(&to, &after, sizeof(to));
	bpf_l3_csum_replace(skb, offsetof(struct iphdr, check), from, to, sizeof(from));
	bpf_skb_store_bytes(skb, offsetof(struct iphdr, ttl), &after.ttl, sizeof(after.ttl), 0);
}

/* Written by the packet thread to the box TUN: the box's own packets, judged, to be sent as if they had never left the kernel. */
SEC("tc") int box_in(struct __sk_buff *skb)
{
	struct bpf_fib_lookup route = { .family = AF_INET, .ifindex = skb->ifindex };
	struct bpf_redir_neigh hop = { .nh_family = AF_INET };
	struct port *port;
	struct iphdr ip;
	long found;

	if (skb->protocol != bpf_htons(ETH_P_IP) || bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return done(COUNT_DOWN_REFUSED, TC_ACT_SHOT);
	skb->mark = MARK_JUDGED;

	route.tos = ip.tos;
	route.l4_protocol = ip.protocol;
	route.ipv4_src = ip.saddr;
	route.ipv4_dst = ip.daddr;
	route.tot_len = skb->gso_size ? 0 : bpf_ntohs(ip.tot_len);
	found = bpf_fib_lookup(skb, &route, sizeof(route), 0);
	if ((found == BPF_FIB_LKUP_RET_SUCCESS || found == BPF_FIB_LKUP_RET_NO_NEIGH) && route.family == AF_INET) {
		port = port_of(route.ifindex);
		if (port && !port->redirect_header)
			return done(COUNT_DOWN_OWN, bpf_redirect(route.ifindex, 0));
		/* Room for the link header, which the neighbour code then writes, asking for the address first where it must. */
		hop.ipv4_nh = route.ipv4_dst;
		if (port && !bpf_skb_change_head(skb, sizeof(struct ethhdr), 0))
			return done(COUNT_DOWN_OWN, bpf_redirect_neigh(route.ifindex, &hop, sizeof(hop), 0));
	}
	/* Too big, no route, an unmanaged device: the kernel's router fragments, answers with ICMP, or sends. */
	raise_ttl(skb, &ip);
	return done(COUNT_DOWN_OWN_ROUTED, PASS);
}

char _license[] SEC("license") = "GPL";
