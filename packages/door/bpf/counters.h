/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the door counts: every packet that it sees ends in exactly one of these. The same list, with a meaning for people, is in
 * src/counters.ts; a test holds the two equal in names and order.
 */
enum counter {
	/* device ingress: from the wire */
	COUNT_IN_CARRIED,
	COUNT_IN_CARRY_LOST,
	COUNT_IN_UP,
	COUNT_IN_RETURNED,
	COUNT_IN_NOT_IPV4,
	COUNT_IN_TAGGED,
	COUNT_IN_OTHER_HOST,
	COUNT_IN_BROADCAST,
	COUNT_IN_DHCP,
	COUNT_IN_STALE_PASSED,
	COUNT_IN_STALE_DROPPED,
	COUNT_IN_IPV6_DROPPED,
	COUNT_IN_BROADCAST_DROPPED,
	COUNT_IN_MALFORMED,
	COUNT_IN_FLOOD,
	COUNT_IN_CROWDED,
	/* device egress: to the wire */
	COUNT_OUT_JUDGED,
	COUNT_OUT_UP,
	COUNT_OUT_NOT_IPV4,
	COUNT_OUT_TAGGED,
	COUNT_OUT_BROADCAST,
	COUNT_OUT_DHCP,
	COUNT_OUT_STALE_PASSED,
	COUNT_OUT_STALE_DROPPED,
	COUNT_OUT_MALFORMED,
	/* TUN ingress: written by the packet thread */
	COUNT_DOWN_FORWARD,
	COUNT_DOWN_BOX,
	COUNT_DOWN_BOX_WHOLE,
	COUNT_DOWN_OWN,
	COUNT_DOWN_OWN_ROUTED,
	COUNT_DOWN_REFUSED,
	/* anywhere */
	COUNT_UNPLUGGED,
	COUNTERS
};
