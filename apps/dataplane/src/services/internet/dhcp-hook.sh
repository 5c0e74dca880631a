#!/bin/sh
# dhcpcd runs this when something happened on the WAN port, and tells it in the environment. What concerns the lease is handed to the
# dataplane as it is; NUL bytes between, so that no value can pass for another. Nothing else of the system is touched.
case $reason in
  BOUND | RENEW | REBIND | REBOOT | TIMEOUT | EXPIRE | NAK | NOCARRIER | STOP | STOPPED | FAIL | RELEASE) ;;
  *) exit 0 ;;
esac
[ -n "$BAUTA_LEASE" ] || exit 0
umask 077
env -0 >"$BAUTA_LEASE.$$" && mv -f "$BAUTA_LEASE.$$" "$BAUTA_LEASE"
