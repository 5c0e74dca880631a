/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of the connection table as the kernel reads them. packages/masq/src/layout.ts describes and writes them; a test holds
 * the two equal, name by name.
 */

/* Index: a bucket is a cache line of 15 entries and one count of those that found no room. */
#define BUCKET_WORDS 16
#define BUCKET_WAYS 15
#define SLOTS_PER_BUCKET 4

/* Slots: words of 32 bits, then bytes. */
#define SLOT_WORDS 32
#define WORD_GENERATION 0
#define WORD_CLIENT 1
#define WORD_SERVER 2
#define WORD_WAN 3
#define WORD_OUT_PORTS 4
#define WORD_IN_PORTS 5
#define WORD_ASKED 7
#define BYTE_PROTOCOL 24
#define BYTE_HELPER 100
#define BYTE_CARRY 101
#define BYTE_HOP_OUT 110
#define BYTE_HOP_IN 111

/* Of BYTE_CARRY: 0x40 << direction says that the direction is carried. */
#define CARRIED_OUT 0x40
/* The first answer may be carried. */
#define CARRIED_ANSWER 0x20

/* Number 0 is no hop. */
#define HOPS 256
