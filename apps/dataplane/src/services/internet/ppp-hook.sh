#!/bin/sh
# pppd runs this when the session carries IP, and tells in the environment what the provider gave. It is handed to the dataplane as it is;
# NUL bytes between, so that no value can pass for another. Nothing else of the system is touched.
[ -n "$BAUTA_SESSION" ] || exit 0
umask 077
env -0 >"$BAUTA_SESSION.$$" && mv -f "$BAUTA_SESSION.$$" "$BAUTA_SESSION"
