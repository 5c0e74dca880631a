/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may go up: one machine that floods must not take the packet thread from the others.
 *
 * Theory of operation
 *
 * The thread reads each TUN in order of arrival, and some ten thousand packets that open connections, or some hundred thousand others, fill its
 * second. A machine can send ten times as many. Without this file its packets would fill the TUN's queue, and of everybody else's
 * the same share would be lost as of the flood. Two limits stand before a packet goes up, each for every *source* by itself:
 *
 * - Openings. A packet whose flow nobody knows costs the thread most, and takes a port and a place in the table: a first packet, a scan,
 *   garbage. Each source has a token bucket of them: `opening_ns` apart in the long run (a setting; 0: no limit), BURST_NS ahead at
 *   most. A flow is known when it has a connection in the table, carried or not, or when the thread has let a packet of it pass without one
 *   (`passed_map`: from a machine to the box, routed and not masqueraded). Fragments, whose flow cannot be told, have limits of
 *   their own in the thread's reassembler, and GRE is told apart by calls: both are taken as known. ICMP errors are of no flow, and
 *   are counted as openings of whoever sends them.
 *
 * - Room. Whatever it sends, known or not, a source may have no more packets waiting in a TUN's queue than SHARES times the places
 *   that are still free (dynamic thresholds: Choudhury and Hahne, 1998). So one machine alone has most of the queue, which is
 *   thousands of packets; n machines that all send too fast leave one place in 2n + 1 free, and a machine that sends little
 *   always finds one. When the thread has read as many packets as a queue holds and still has not found it empty, it
 *   does not get through, which is another thing than coming late; then a source may have no more than the thread reads in PACE_TICKS, or
 *   STANDING_ROOM where that is more, so that nobody waits long behind a flood. Nothing of this is felt while the thread keeps up, however much is sent, and there is no rate in it: it fits a fast
 *   machine and a slow one.
 *
 * What waits in a queue is `up`, which this file counts, less `read`, which the thread counts; what was lost between the two is mended
 * when the thread finds the queue empty. Of a source only an upper bound is known, by two counts: `newer` since `up` was `mark`, and
 * `older` from before. Once `read` has passed `mark` the older ones are gone, and the newer become the older. It is never more than
 * twice what is right. CPUs that race for a row lose a count, no packet.
 *
 * A source is on the LAN the hardware address, which costs more to forge than an IP address and which a flood with invented
 * IP addresses still has; outside, and on links without hardware addresses, it is the IP address. What it sends of known flows and
 * of others has a row each, so that a flood of one kind does not stop the other. A row belongs to its source until it is silent for IDLE_TICKS; who finds its
 * row taken is a *stranger*, and strangers share one row for each device and kind. So a flood from random addresses, which takes
 * what rows are free and then shares one, counts as one machine, and whoever was there before keeps his row and his share. It does
 * delay those who come after it from an address that was not heard of before. In a flood from the Internet with forged sources these are first
 * packets to forwarded ports, which nothing tells from the flood; answers to the household are of known flows, and not concerned.
 *
 * While the packet thread is away nothing goes up, and nobody asks here. The queues are kept from process to process, sources are not.
 */

/* src/flood.ts knows these and the layouts below; a test holds the two equal. */
#define QUEUES 256
#define QUEUE_LENGTH 5000
#define SOURCES 4096
#define STRANGERS 512
#define PASSED 16384
#define PASSED_KIND 2

#define SHARES 2
#define IDLE_TICKS 1000
#define STANDING_ROOM 512
#define PACE_TICKS 20
#define BURST_NS 2000000000

#define OWNER_KNOWN (1ULL << 62)
#define OWNER_IP (1ULL << 61)
#define OWNER_ANY (1ULL << 63)

/* A TUN, by the last bits of its interface index. */
struct queue {
	__u32 up;   /* packets sent up, ever */
	__u32 read; /* by the packet thread, ever */
	__u32 empty; /* `read` when the packet thread last found nothing in it */
	__u32 began, had; /* the tick since when the pace is taken, and `read` of then */
	__u32 pace;	  /* packets that were read in the PACE_TICKS before */
	__u32 rest[10];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, QUEUES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct queue);
} queue_map SEC(".maps");

struct source {
	__u64 owner;   /* OWNER_ANY, kind, queue << 48, hardware or IP address; 0: nobody yet */
	__u64 free_at; /* when the next opening would be due, in ns; up to BURST_NS ahead */
	__u32 seen;    /* tick of the last packet */
	__u32 mark, last; /* values of `up`: when `newer` began, and after its last packet */
	__u32 older, newer;
	__u32 refused[2]; /* openings; for want of room */
	__u32 address; /* source of the last packet refused, reading order */
	__u32 rest[4];
};

/* The rows of strangers come last: two for each queue. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SOURCES + STRANGERS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct source);
} source_map SEC(".maps");

/* A flow that the packet thread let pass without a connection, at the place that the last bits of its hash say. Rows of an array are 8 bytes at least. */
struct passed {
	__u32 hash, rest;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PASSED);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct passed);
} passed_map SEC(".maps");

/* Both ports as the table has them: of what goes out, and of what comes in. @returns false where the header is not there */
static __always_inline bool ports_of(struct __sk_buff *skb, __u32 at, const struct iphdr *ip, __u32 ports[2])
{
	if (ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP) {
		struct transport_ports ends;

		if (bpf_skb_load_bytes(skb, at, &ends, sizeof(ends)))
			return false;
		ports_between(ends.source, ends.destination, ports);
	} else if (ip->protocol == IPPROTO_ICMP) {
		struct echo echo;

		if (bpf_skb_load_bytes(skb, at, &echo, sizeof(echo)))
			return false;
		if (is_echo(&echo))
			ports_of_echo(&echo, ports);
	}
	return true;
}

/* Whether the packet thread has met the flow before. */
static __always_inline bool is_known(struct __sk_buff *skb, const struct port *port, const struct iphdr *ip, const struct state *state)
{
	struct key key = { .protocol = ip->protocol };
	__u32 direction = port->wan ? IN : OUT, ports[2] = { 0, 0 }, hash, place;
	const volatile struct passed *passed;

	if (ip->protocol == IPPROTO_GRE || ip->frag_off & bpf_htons(FRAGMENT_MASK))
		return true;
	if (!ports_of(skb, port->link_header + ip->ihl * 4, ip, ports))
		return false;
	if (find_connection(&state->table, ip, ports, &direction))
		return true;
	key.near = bpf_ntohl(ip->saddr);
	key.far = bpf_ntohl(ip->daddr);
	key.ports = ports[OUT];
	hash = hash_key(state->table.seed, &key, PASSED_KIND);
	place = hash & (PASSED - 1);
	passed = bpf_map_lookup_elem(&passed_map, &place);
	return passed && passed->hash == hash;
}

static __always_inline __u64 owner_of(struct __sk_buff *skb, const struct port *port, const struct iphdr *ip)
{
	__u8 from[6];
	__u64 owner = 0;

	if (port->wan || port->link_header != sizeof(struct ethhdr) ||
	    bpf_skb_load_bytes(skb, offsetof(struct ethhdr, h_source), from, sizeof(from)))
		return OWNER_IP | bpf_ntohl(ip->saddr);
	for (int i = 0; i < 6; i++)
		owner = owner << 8 | from[i];
	return owner;
}

/* @returns the row that the packet counts in: its source's, or that of strangers */
static __always_inline struct source *source_of(__u64 owner, __u32 queue, bool known, __u32 tick)
{
	/* The upper half of a product with 2^64 / golden ratio depends on every bit. */
	__u32 place = (owner * 0x9e3779b97f4a7c15ULL) >> 52 & (SOURCES - 1);
	struct source *source = bpf_map_lookup_elem(&source_map, &place);

	if (!source)
		return NULL;
	if (source->owner != owner) {
		if (source->owner && tick - source->seen < IDLE_TICKS) {
			place = SOURCES + queue * 2 + known;
			source = bpf_map_lookup_elem(&source_map, &place);
			if (!source)
				return NULL;
			owner = OWNER_ANY | (known ? OWNER_KNOWN : 0) | (__u64)queue << 48;
		}
		if (source->owner != owner) {
			__builtin_memset(source, 0, sizeof(*source));
			source->owner = owner;
		}
	}
	source->seen = tick;
	return source;
}

static __always_inline bool takes_token(struct source *source, __u64 now, __u32 apart)
{
	__u64 due = source->free_at;

	if ((__s64)(now - due) > 0)
		due = now;
	if (due - now > BURST_NS)
		return false;
	source->free_at = due + apart;
	return true;
}

/* The pace is taken all the time, so that it is known when the queue begins to stand. @returns the most that a source may have in it then */
static __always_inline __u32 standing_room(struct queue *queue, __u32 read, __u32 tick)
{
	__u32 ticks = tick - queue->began, pace;

	if (ticks >= PACE_TICKS) {
		queue->pace = (read - queue->had) * PACE_TICKS / ticks;
		queue->had = read;
		queue->began = tick;
	}
	pace = queue->pace;
	return pace > STANDING_ROOM ? pace : STANDING_ROOM;
}

static __always_inline bool takes_room(struct source *source, struct queue *queue, __u32 tick)
{
	__u32 up = *(volatile __u32 *)&queue->up, read = *(volatile __u32 *)&queue->read, room;
	__u32 most = standing_room(queue, read, tick);
	__s32 backlog = up - read;

	if (backlog < 0)
		backlog = 0;
	if (!backlog || (__s32)(read - source->last) >= 0) {
		source->older = 0;
		source->newer = 0;
		source->mark = up;
	} else if ((__s32)(read - source->mark) >= 0) {
		source->older = source->newer;
		source->newer = 0;
		source->mark = up;
	}
	room = backlog < QUEUE_LENGTH ? SHARES * (QUEUE_LENGTH - backlog) : 0;
	if (room > most && (__s32)(read - *(volatile __u32 *)&queue->empty) > QUEUE_LENGTH)
		room = most;
	if (source->older + source->newer >= room)
		return false;
	source->newer++;
	source->last = __sync_fetch_and_add(&queue->up, 1) + 1;
	return true;
}

/* @param known the connection was found already @returns COUNT_IN_UP, or why not */
static __always_inline enum counter may_go_up(struct __sk_buff *skb, const struct port *port, const struct iphdr *ip,
					      const struct state *state, bool known)
{
	__u32 place = port->other & (QUEUES - 1);
	struct queue *queue = bpf_map_lookup_elem(&queue_map, &place);
	__u64 now = bpf_ktime_get_ns();
	__u64 owner = owner_of(skb, port, ip) | OWNER_ANY | (__u64)place << 48;
	__u32 tick = now / TICK_NS;
	struct source *source;
	bool opening;

	if (!known)
		known = is_known(skb, port, ip, state);
	if (known)
		owner |= OWNER_KNOWN;
	source = source_of(owner, place, known, tick);
	if (!queue || !source)
		return COUNT_IN_UP;
	opening = !known && state->opening_ns;
	if (opening && !takes_token(source, now, state->opening_ns)) {
		source->refused[0]++;
		source->address = bpf_ntohl(ip->saddr);
		return COUNT_IN_FLOOD;
	}
	if (!takes_room(source, queue, tick)) {
		source->refused[1]++;
		source->address = bpf_ntohl(ip->saddr);
		return COUNT_IN_CROWDED;
	}
	return COUNT_IN_UP;
}
