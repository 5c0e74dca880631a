/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the queues of a shaped line (apps/dataplane/src/services/shaping) are told of a packet, and could not see themselves.
 *
 * Towards the household: whether it came from the WAN. Only that is held to the line's speed, and not what the box itself or another
 * network of the household sends; skb->priority names the class, as prio and htb take it.
 *
 * Towards the WAN: whose it is. Behind masquerading every packet has the box's address, and cake would see one sender. skb->mark has the
 * number of the machine in its upper half; a filter of two instructions makes that cake's host. The number is the last ten bits of the
 * machine's address: machines of a home network of /22 or less never share one.
 *
 * Both are set by device_out, the last that sees the packet before the queue. Packets that the packet thread sends are translated
 * already, so the machine is found by the connection; one that is not found (a fragment, an echo) counts as the box's own.
 */

/* src/services/shaping/queues.ts knows these. */
#define CLASS_SHAPED 0xba070002
#define MACHINES 1024

static __always_inline bool is_judged(__u32 mark)
{
	return mark == MARK_JUDGED || mark == MARK_FROM_WAN || (mark & ~MACHINE_MASK) == MARK_OF_MACHINE;
}

/* @returns the mark of what a machine of the household sends to wherever */
static __always_inline __u32 mark_of(const struct state *state, __be32 machine)
{
	if (!state || !state->shaped)
		return MARK_JUDGED;
	return MARK_OF_MACHINE | ((bpf_ntohl(machine) & (MACHINES - 1)) + 1);
}

/* The same for a packet as it leaves, translated or not. */
static __always_inline __u32 mark_of_sender(struct __sk_buff *skb, const struct iphdr *ip)
{
	__u32 zero = 0, length = ip->ihl * 4, found, number;
	struct state *state = bpf_map_lookup_elem(&shared, &zero);
	struct key key = {};
	struct slot *slot;
	__be16 ports[2];

	if (!state || !state->shaped)
		return MARK_JUDGED;
	if (!is_own(ip->saddr))
		return mark_of(state, ip->saddr);
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return MARK_JUDGED;
	if (ip->frag_off & bpf_htons(FRAGMENT_MASK) || length < sizeof(*ip) || bpf_skb_load_bytes(skb, length, ports, sizeof(ports)))
		return MARK_JUDGED;
	key.near = bpf_ntohl(ip->saddr);
	key.far = bpf_ntohl(ip->daddr);
	key.ports = bpf_ntohs(ports[0]) << 16 | bpf_ntohs(ports[1]);
	key.protocol = ip->protocol;
	found = find_slot(&key, state->table.seed, state->table.bucket_mask, IN);
	if (!found)
		return MARK_JUDGED;
	number = found - 1;
	slot = bpf_map_lookup_elem(&slot_map, &number);
	return slot ? mark_of(state, bpf_htonl(slot->word[WORD_CLIENT])) : MARK_JUDGED;
}

/* The mark has done its work; what it said goes where the queue of the device looks. */
static __always_inline void tell_queue(struct __sk_buff *skb)
{
	__u32 zero = 0, mark = skb->mark;
	struct state *state;
	struct port *port;

	skb->mark = 0;
	if (mark == MARK_JUDGED)
		return;
	state = bpf_map_lookup_elem(&shared, &zero);
	if (!state || !state->shaped)
		return;
	if (mark == MARK_FROM_WAN) {
		skb->priority = CLASS_SHAPED;
		return;
	}
	port = port_of(skb->ifindex);
	if (port && port->wan)
		skb->mark = (mark & MACHINE_MASK) << 16;
}
