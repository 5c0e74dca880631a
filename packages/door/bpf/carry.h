/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carrying: a packet of a connection that the packet thread has decided on is translated and sent on from here, and the thread never
 * sees it.
 *
 * Theory of operation
 *
 * A slot of the table says by a bit for each direction that its packets are carried, and by two hop numbers where to. The packet thread
 * sets the bit when it has let packets of that direction pass and knows that every further one would fare the same; it takes it away
 * before anything changes that. One store into a hop (device = 0) stops every connection that uses it.
 *
 * A third bit is set with the first packet of a connection: what comes in as the first answer to it may go on as well, of TCP a SYN with ACK. It
 * does change the connection, so the tally says that it came, and the thread makes up for it before anything else happens to the connection.
 *
 * A hit takes only what can be no exception: IPv4 without options, no fragment, time to live above 1, TCP with ACK and without SYN
 * (but in the first answer), FIN and RST, or UDP, or an echo in the direction that its type belongs to; what goes out under another address has DF set, because the packet thread numbers what may be fragmented; each
 * segment fits the link ahead; and it came by the device to which the other direction leads, so that an
 * address is carried only from where it lives. Everything else goes up, always: that is also what happens to a slot that is being
 * changed, which its generation tells (odd, or another one after the fields were read).
 *
 * What is written: addresses, ports, time to live, and the sums, all as differences, so that a packet that was damaged stays so;
 * a checksum that is still to be completed (CHECKSUM_PARTIAL) has the addresses in it and not the ports, and the helpers know that.
 */

#define FLAGS_THAT_DECIDE 0x17 /* FIN, SYN, RST, ACK */
#define FLAG_ACK 0x10
#define FLAGS_OF_ANSWER 0x12 /* SYN, ACK */
#define FLAGS_KNOWN 0x3f
#define TCP_HEADER 20
#define OPTION_MSS 2
#define HEADERS_BESIDE_MSS 40
#define DONT_FRAGMENT 0x4000

/* The part of a TCP header that is looked at; the ports are those of UDP too, whose length stands behind them, and an echo is shorter. */
struct transport {
	union {
		struct {
			__be16 source, destination;
			__be16 udp_length;
		};
		struct echo echo;
	};
	__be16 rest[3];
	__u8 offset, flags;
};

/* What a connection makes of a packet, copied out of its slot in one piece. */
struct rewriting {
	__u32 source, destination, ports; /* reading order; source port << 16 | destination port */
	__u8 hop, back;
	bool answers; /* it may be the first answer */
	__u32 generation;
};

/* With neither PSH nor URG, which rules may ask about. */
static __always_inline bool is_syn_ack(const struct transport *transport)
{
	return (transport->flags & FLAGS_KNOWN) == FLAGS_OF_ANSWER;
}

/* @returns false for what is no sound header, which the packet thread counts under its reason, and for what could change a state */
static __always_inline bool load_transport(struct __sk_buff *skb, __u32 at, const struct iphdr *ip, struct transport *to)
{
	__u32 room = bpf_ntohs(ip->tot_len) - sizeof(*ip), length;

	if (ip->protocol == IPPROTO_TCP)
		return !bpf_skb_load_bytes(skb, at, to, 14) && to->offset >> 4 >= 5 &&
		       ((to->flags & FLAGS_THAT_DECIDE) == FLAG_ACK || is_syn_ack(to));
	if ((ip->protocol != IPPROTO_UDP && ip->protocol != IPPROTO_ICMP) || bpf_skb_load_bytes(skb, at, to, 6))
		return false;
	if (ip->protocol == IPPROTO_ICMP)
		return is_echo(&to->echo) && !to->echo.code;
	length = bpf_ntohs(to->udp_length);
	/* A super-packet may name one of its segments. */
	return length >= 8 && (length == room || (skb->gso_size && length < room));
}

/* @returns false where the slot is being changed, or is not carried */
static __always_inline bool read_slot(const struct slot *slot, __u32 direction, bool tcp, bool syn, struct rewriting *to)
{
	const volatile __u32 *word = slot->word;
	const volatile __u8 *bytes = (const volatile __u8 *)slot;
	__u32 generation = word[WORD_GENERATION];
	__u8 out = bytes[BYTE_HOP_OUT], in = bytes[BYTE_HOP_IN], carry = bytes[BYTE_CARRY];

	/* What a helper reads has the helper's own notes in those bytes. */
	if (generation & 1 || bytes[BYTE_HELPER])
		return false;
	to->answers = direction == IN && carry & CARRIED_ANSWER && (syn || !tcp);
	if (!to->answers && (syn || !(carry & CARRIED_OUT << direction)))
		return false;
	if (direction == OUT) {
		to->source = word[WORD_WAN];
		to->destination = word[WORD_SERVER];
		to->ports = word[WORD_IN_PORTS];
		to->hop = out;
		to->back = in;
	} else {
		__u32 ports = word[WORD_OUT_PORTS];

		to->source = word[WORD_ASKED];
		to->destination = word[WORD_CLIENT];
		to->ports = ports << 16 | ports >> 16;
		to->hop = in;
		to->back = out;
	}
	to->generation = generation;
	return word[WORD_GENERATION] == generation;
}

static __always_inline __u32 header_bytes(__u8 protocol, const struct transport *transport)
{
	return sizeof(struct iphdr) + (protocol == IPPROTO_TCP ? (transport->offset >> 4) * 4 : 8);
}

/* The size that has to fit the link: of a super-packet that of its segments. */
static __always_inline __u32 wire_size(const struct __sk_buff *skb, __u32 length, __u32 headers)
{
	__u32 segment = skb->gso_size + headers;

	return skb->gso_size && segment < length ? segment : length;
}

/* As the packet thread counts: every segment has its own headers on the wire. */
static __always_inline void tell(struct __sk_buff *skb, __u32 number, __u32 direction, const struct rewriting *as, __u32 length, __u32 headers)
{
	struct tally *tally = bpf_map_lookup_elem(&tally_map, &number);
	__u32 packets = 1;

	if (!tally)
		return;
	if (skb->gso_size && length > headers)
		packets = (length - headers + skb->gso_size - 1) / skb->gso_size;
	if (packets == 0)
		packets = 1;
	__sync_fetch_and_add(&tally->packets[direction & 1], packets);
	__sync_fetch_and_add(&tally->bytes[direction & 1], length + (packets - 1) * headers);
	tally->seen = bpf_ktime_get_coarse_ns() / TICK_NS;
	/* Last, and with an exchange, which orders: whoever reads it finds the packet counted. */
	if (as->answers)
		__sync_lock_test_and_set(&tally->answered, as->generation);
}

/*
 * RFC 879: 20 bytes of IP and 20 of TCP around the payload; the smaller of the two links decides. The option is the first where a Linux,
 * Windows or BSD writes it; the packet thread finds it anywhere.
 *
 * @returns false where it would have to be looked for, or the packet can not be written to
 */
static __always_inline bool clamp_mss(struct __sk_buff *skb, __u32 at, const struct transport *transport, __u32 mtu)
{
	__u32 place = at + TCP_HEADER + 2, most = mtu - HEADERS_BESIDE_MSS;
	struct {
		__u8 kind, length;
		__be16 mss;
	} option;
	__be16 clamped = bpf_htons(most);

	if (transport->offset >> 4 == TCP_HEADER / 4)
		return true;
	if (bpf_skb_load_bytes(skb, at + TCP_HEADER, &option, sizeof(option)) || option.kind != OPTION_MSS || option.length != sizeof(option))
		return false;
	if (bpf_ntohs(option.mss) <= most)
		return true;
	/* What could be written to once can be again. */
	if (bpf_skb_store_bytes(skb, place, &clamped, sizeof(clamped), 0))
		return false;
	bpf_l4_csum_replace(skb, at + 16, option.mss, clamped, sizeof(clamped));
	return true;
}

/* A sum of words of 16 bits that is wider than it need be: 32 bits of it, as the helpers want them. */
static __always_inline __u32 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (sum & 0xffffffff) + (sum >> 32);
}

/* What a sum changes by where a word becomes another (RFC 1624, equation 3). */
static __always_inline __u64 difference(__u32 before, __u32 after)
{
	return (__u64)(__u32)~before + after;
}

static __always_inline __u16 corrected(__u16 check, __u32 by)
{
	__u32 sum = (__u16)~check + (by & 0xffff) + (by >> 16);

	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

/* Headers are written where they lie. @returns whether those of `length` bytes lie in one piece */
static __always_inline bool lie_whole(struct __sk_buff *skb, __u32 length)
{
	return (void *)(long)skb->data + length <= (void *)(long)skb->data_end;
}

/* @returns false where the packet could not be written to, and is as it was */
static __always_inline bool correct_sum(struct __sk_buff *skb, __u32 at, __u8 protocol, __u32 addresses, __u64 ports)
{
	__u32 sum_at = at + (protocol == IPPROTO_TCP ? 16 : 6);
	__u64 sum_flags = protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0;

	if (bpf_l4_csum_replace(skb, sum_at, 0, addresses, BPF_F_PSEUDO_HDR | sum_flags))
		return false;
	if (ports)
		bpf_l4_csum_replace(skb, sum_at, 0, fold(ports), sum_flags);
	return true;
}

/* Addresses, the sum over them, and one off the time to live, which shares its 16 bits with the protocol. */
static __always_inline void write_ip(struct iphdr *ip, const __be32 after[2], __u64 addresses)
{
	struct {
		__u8 ttl, protocol;
	} before = { ip->ttl, ip->protocol }, later = { ip->ttl - 1, ip->protocol };
	__u16 from, to;

	__builtin_memcpy(&from, &before, sizeof(from));
	__builtin_memcpy(&to, &later, sizeof(to));
	ip->check = corrected(ip->check, fold(addresses + (__u16)~from + to));
	ip->ttl = later.ttl;
	ip->saddr = after[0];
	ip->daddr = after[1];
}

enum rewritten { REWRITE_MISS, REWRITE_DONE, REWRITE_LOST };

/*
 * The sum of what is carried first, by a helper, which knows of sums that are still to be completed and makes the packet writable; then the headers.
 *
 * @returns REWRITE_MISS where the packet is as it was, REWRITE_LOST where it is neither as it was nor as it should be
 */
static __always_inline enum rewritten rewrite(struct __sk_buff *skb, __u32 at, const struct iphdr *ip, const struct transport *transport, const struct rewriting *to)
{
	__be32 after[2] = { bpf_htonl(to->source), bpf_htonl(to->destination) };
	__u64 addresses = difference(ip->saddr, after[0]) + difference(ip->daddr, after[1]);
	__u32 room = at + sizeof(struct iphdr) + sizeof(struct udphdr), ports, was = 0;
	/* The near end's port is the first of a request's, and the last of an answer's. */
	__be16 id = bpf_htons(transport->echo.type == ICMP_ECHO ? to->ports >> 16 : to->ports);
	void *data;

	if (!lie_whole(skb, room) && bpf_skb_pull_data(skb, room))
		return REWRITE_MISS;
	if (ip->protocol == IPPROTO_ICMP) {
		/* Its sum knows no addresses. */
		if (bpf_l4_csum_replace(skb, at + sizeof(*ip) + offsetof(struct echo, sum), transport->echo.id, id, sizeof(id)))
			return REWRITE_MISS;
	} else {
		__builtin_memcpy(&was, transport, sizeof(was));
		ports = bpf_htonl(to->ports);
		if (!correct_sum(skb, at + sizeof(*ip), ip->protocol, fold(addresses), was == ports ? 0 : difference(was, ports)))
			return REWRITE_MISS;
	}
	data = (void *)(long)skb->data + at;
	if (data + sizeof(struct iphdr) + sizeof(struct udphdr) > (void *)(long)skb->data_end)
		return REWRITE_LOST;
	write_ip(data, after, addresses);
	if (ip->protocol == IPPROTO_ICMP)
		((struct echo *)(data + sizeof(struct iphdr)))->id = id;
	else
		*(__be32 *)(data + sizeof(struct iphdr)) = bpf_htonl(to->ports);
	return REWRITE_DONE;
}

/* Hands the packet to the device of the hop; the neighbour code writes the link header, and asks for the address where it must. */
static __always_inline int leave(struct __sk_buff *skb, const struct port *from, const struct hop *hop, __u32 mark)
{
	struct bpf_redir_neigh next = { .nh_family = AF_INET, .ipv4_nh = hop->gateway };

	skb->mark = mark;
	if (!hop->redirect_header)
		return bpf_redirect(hop->device, 0);
	/* Room for a header that a packet from a ppp link does not have. */
	if (!from->link_header && bpf_skb_change_head(skb, sizeof(struct ethhdr), 0))
		return TC_ACT_SHOT;
	return bpf_redirect_neigh(hop->device, &next, sizeof(next), 0);
}

/* @param known is set where a connection was found @returns what to do with the packet where it was carried, CARRY_MISS where it has to go up */
#define CARRY_MISS (-2)

static __always_inline int carry(struct __sk_buff *skb, const struct port *port, struct iphdr *ip, bool *known)
{
	__u32 zero = 0;
	struct state *state = bpf_map_lookup_elem(&shared, &zero);
	struct transport transport = {};
	struct rewriting to = {};
	const struct slot *slot;
	struct hop *hop, *back;
	struct hop target;
	__u32 at = port->link_header, length, headers, found, number, place, direction, mark, ports[2];
	bool tcp = ip->protocol == IPPROTO_TCP, syn;
	enum rewritten written;

	if (!state || !state->carrying)
		return CARRY_MISS;
	if (ip->version != 4 || ip->ihl != 5 || ip->ttl <= 1 || ip->frag_off & bpf_htons(FRAGMENT_MASK))
		return CARRY_MISS;
	if (!load_transport(skb, at + sizeof(*ip), ip, &transport))
		return CARRY_MISS;
	syn = tcp && is_syn_ack(&transport);
	length = bpf_ntohs(ip->tot_len);
	headers = header_bytes(ip->protocol, &transport);
	if (length < headers || length > skb->len - at)
		return CARRY_MISS;

	/* From the outside an answer is likelier than something that goes out; between two home networks either may be. */
	direction = port->wan ? IN : OUT;
	if (ip->protocol == IPPROTO_ICMP)
		ports_of_echo(&transport.echo, ports);
	else
		ports_between(transport.source, transport.destination, ports);
	found = find_connection(&state->table, ip, ports, &direction);
	if (!found)
		return CARRY_MISS;
	*known = true;
	number = found - 1;
	slot = bpf_map_lookup_elem(&slot_map, &number);
	if (!slot || !read_slot(slot, direction, tcp, syn, &to))
		return CARRY_MISS;
	if (direction == OUT && !(ip->frag_off & bpf_htons(DONT_FRAGMENT)) && to.source != bpf_ntohl(ip->saddr))
		return CARRY_MISS;
	place = to.hop;
	hop = bpf_map_lookup_elem(&hop_map, &place);
	place = to.back;
	back = bpf_map_lookup_elem(&hop_map, &place);
	if (!hop || !back || back->device != skb->ifindex)
		return CARRY_MISS;
	target = *hop;
	if (!target.device || wire_size(skb, length, headers) > target.mtu)
		return CARRY_MISS;
	if (!target.gateway)
		target.gateway = bpf_htonl(to.destination);

	/* Short frames are filled up on Ethernet; what follows the packet is not the packet's. */
	if (!skb->gso_size && skb->len - at > length && bpf_skb_change_tail(skb, at + length, 0))
		return CARRY_MISS;
	if (syn && !clamp_mss(skb, at + sizeof(*ip), &transport, target.mtu < back->mtu ? target.mtu : back->mtu))
		return CARRY_MISS;
	written = rewrite(skb, at, ip, &transport, &to);
	if (written != REWRITE_DONE)
		return written == REWRITE_MISS ? CARRY_MISS : TC_ACT_SHOT;
	mark = port->wan ? MARK_FROM_WAN : mark_of(state, ip->saddr);
	tell(skb, number, direction, &to, length, headers);
	return leave(skb, port, &target, mark);
}
