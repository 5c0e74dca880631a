/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection table, seen from the kernel: the memory that the packet thread writes, in two mapped arrays. How a connection is found is
 * told in packages/masq/src/key-index.ts, and this is the same search: home bucket, tag, full key, and on to the next bucket
 * only where something went on. A miss is never wrong, only slower; so the search gives up early.
 *
 * The kernel writes nothing here. What it has carried it adds to `tallies`, one row for a slot.
 */
#include "layout.h"

#define OUT 0
#define IN 1
#define TAG 0x7f000000
#define SLOT_NUMBER 0x00ffffff
/* Hardly any connection is farther from home than this, and those are carried by the packet thread. */
#define MOST_BUCKETS 2

struct bucket {
	__u32 way[BUCKET_WORDS];
};

/* The loader sets the sizes of these three. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct bucket);
} index_map SEC(".maps");

struct slot {
	__u32 word[SLOT_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct slot);
} slot_map SEC(".maps");

/* What the kernel carried of a connection, by direction; upward for ever. The second half belongs to the packet thread: how much of it
 * it has taken over. src/tallies.ts knows this layout. */
struct tally {
	__u64 bytes[2];
	__u32 packets[2];
	__u32 seen; /* tick of the last packet, 1/100 s */
	__u32 answered; /* generation of the connection whose first answer was carried */
	__u8 taken[32];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct tally);
} tally_map SEC(".maps");

/* Where a carried packet goes; number 0 is used by nobody. src/hops.ts knows this layout. */
struct hop {
	__u32 device;  /* interface index; 0: not to be used (any more) */
	__be32 gateway; /* 0: the destination itself is on the link */
	__u16 mtu;
	__u8 redirect_header; /* of struct port */
	__u8 reserved;
	__u32 reserved2;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, HOPS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct hop);
} hop_map SEC(".maps");

/* Set once before the programs are attached: the key of the hash, and the number of buckets less one. */
struct table {
	__u32 seed;
	__u32 bucket_mask;
};

/* A packet's key as the table has it: reading order, near end first. */
struct key {
	__u32 near, far, ports, protocol;
};

/* A packet's ports as the table has them, if it goes out and if it comes in. */
static __always_inline void ports_between(__be16 source, __be16 destination, __u32 ports[2])
{
	__u32 sender = bpf_ntohs(source), receiver = bpf_ntohs(destination);

	ports[OUT] = sender << 16 | receiver;
	ports[IN] = receiver << 16 | sender;
}

struct echo {
	__u8 type, code;
	__be16 sum, id;
};
#define ICMP_ECHO 8
#define ICMP_ECHOREPLY 0

/* The same of an echo: its identifier is the near end's port, and what the near side sends, request or reply, the far end's
 * (packages/masq/src/icmp-queries.ts). So one that comes in has the other of the two. */
static __always_inline void ports_of_echo(const struct echo *echo, __u32 ports[2])
{
	ports[OUT] = bpf_ntohs(echo->id) << 16 | echo->type << 8 | echo->code;
	ports[IN] = ports[OUT] ^ ICMP_ECHO << 8;
}

static __always_inline bool is_echo(const struct echo *echo)
{
	return echo->type == ICMP_ECHO || echo->type == ICMP_ECHOREPLY;
}

/* packages/masq/src/hash.ts: HalfSipHash-1-3 over four words. */
static __always_inline __u32 hash_key(__u32 seed, const struct key *key, __u32 direction)
{
	__u32 second = ((seed ^ (seed >> 15)) * 0x2c1b3c6d) ^ 0x5bd1e995;
	__u32 v0 = seed, v1 = second, v2 = 0x6c796765 ^ seed, v3 = 0x74656462 ^ second;
	__u32 words[7] = { key->near, key->far, key->ports, direction << 8 | key->protocol };

#pragma unroll
	for (int round = 0; round < 7; round++) {
		if (round == 4)
			v2 ^= 0xff;
		v3 ^= words[round];
		v0 += v1;
		v1 = (v1 << 5 | v1 >> 27) ^ v0;
		v0 = v0 << 16 | v0 >> 16;
		v2 += v3;
		v3 = (v3 << 8 | v3 >> 24) ^ v2;
		v0 += v3;
		v3 = (v3 << 7 | v3 >> 25) ^ v0;
		v2 += v1;
		v1 = (v1 << 13 | v1 >> 19) ^ v2;
		v2 = v2 << 16 | v2 >> 16;
		v0 ^= words[round];
	}
	return v1 ^ v3;
}

static __always_inline bool is_slot_of(const struct slot *slot, const struct key *key, __u32 direction)
{
	const __u8 *bytes = (const __u8 *)slot;

	if (bytes[BYTE_PROTOCOL] != key->protocol)
		return false;
	if (direction == OUT)
		return slot->word[WORD_OUT_PORTS] == key->ports && slot->word[WORD_ASKED] == key->far && slot->word[WORD_CLIENT] == key->near;
	return slot->word[WORD_IN_PORTS] == key->ports && slot->word[WORD_SERVER] == key->far && slot->word[WORD_WAN] == key->near;
}

/*
 * A function of its own, which the kernel verifies once and not for every place and state it is called in.
 *
 * @returns slot + 1, or 0 for a connection that is not there, or too far from home
 */
__noinline __u32 find_slot(const struct key *key, __u32 seed, __u32 bucket_mask, __u32 direction)
{
	__u32 hash, mark, at;

	if (!key)
		return 0;
	hash = hash_key(seed, key, direction);
	mark = direction << 31 | (hash & TAG);
	at = hash & bucket_mask;
	for (int hop = 0; hop < MOST_BUCKETS; hop++) {
		struct bucket *bucket = bpf_map_lookup_elem(&index_map, &at);

		if (!bucket)
			return 0;
		for (int way = 0; way < BUCKET_WAYS; way++) {
			__u32 entry = *(volatile __u32 *)&bucket->way[way];
			__u32 number = (entry & SLOT_NUMBER) - 1;
			struct slot *slot;

			if ((entry & ~SLOT_NUMBER) != mark || !(entry & SLOT_NUMBER))
				continue;
			slot = bpf_map_lookup_elem(&slot_map, &number);
			if (slot && is_slot_of(slot, key, direction))
				return number + 1;
		}
		if (!bucket->way[BUCKET_WAYS])
			return 0;
		at = (at + 1) & bucket_mask;
	}
	return 0;
}

/*
 * @param direction the likelier one; afterwards that of the connection
 * @returns slot + 1, or 0
 */
static __always_inline __u32 find_connection(const struct table *table, const struct iphdr *ip, const __u32 ports[2], __u32 *direction)
{
	struct key key = { .protocol = ip->protocol };
	__u32 from = bpf_ntohl(ip->saddr), for_whom = bpf_ntohl(ip->daddr), found = 0;
	__u32 outward = ports[OUT], inward = ports[IN];

	/* Without this clang chooses between two addresses on the stack by arithmetic, which the verifier refuses. */
	barrier_var(outward);
	barrier_var(inward);
	for (int turn = 0; turn < 2; turn++) {
		key.near = *direction == OUT ? from : for_whom;
		key.far = *direction == OUT ? for_whom : from;
		key.ports = *direction == OUT ? outward : inward;
		found = find_slot(&key, table->seed, table->bucket_mask, *direction);
		if (found)
			break;
		*direction ^= 1;
	}
	return found;
}
