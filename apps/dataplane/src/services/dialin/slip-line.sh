#!/bin/sh
# Answers one serial line by SLIP, for one call; started in a session of its own, with all of these in the environment:
#   DEVICE SPEED        the line
#   CHAT                at a modem: its chat script; empty over a cable, where nobody is asked who it is
#   NODE LOGIN ACCOUNTS BEGIN   for slip-login-main.ts, which asks who calls
#   MODE                what slattach calls the protocol: slip, cslip, adaptive
#   INTERFACE OWN PEER  the device of the packet path, the box's address and the caller's
#   MTU SESSION         SESSION: the file that tells who is on
#
# The line becomes the terminal of this session, so the kernel ends it by SIGHUP when the line is hung up, and SLIP with it. SLIP lasts while
# somebody, whoever it is, has the line open: slattach only begins it, tells the device and ends; this script holds the line, and takes SLIP off it
# when it is told to end.
# How it ends is told by words in the log, read by slip-words.ts.
quit() {
  echo "slip: $1" >&2
  exit 1
}
for program in slattach stty ip; do
  command -v $program >/dev/null || quit "missing: $program"
done
# A kernel without SLIP should be told of before anybody calls: begun and ended on a line of our own.
[ -z "$CHAT" ] || said=$(slattach -e -v -m -p "$MODE" - 2>&1 0<>/dev/ptmx) || quit "no SLIP: $said"
# without waiting for a carrier, until there is a call
said=$(stty -F "$DEVICE" "$SPEED" raw -echo cs8 -parenb -cstopb crtscts hupcl clocal 2>&1) || quit "no line: $said"
exec 0<>"$DEVICE"

if [ -n "$CHAT" ]; then
  chat -s -S -v -f "$CHAT" >&0 || quit 'no call'
  # from here on, whoever loses the carrier is hung up
  stty -clocal
  echo 'slip: somebody calls' >&2
  who=$("$NODE" "$LOGIN" "$DEVICE" "$ACCOUNTS" "$BEGIN") || quit 'not let in'
else
  who=
fi

trap 'slattach -q -p tty -; exit 1' TERM
# “slip started on /dev/ttyS0 interface sl0”
said=$(slattach -e -v -m -p "$MODE" - 2>&1) || quit "no SLIP: $said"
made=${said##*interface }
[ "$made" != "$said" ] || quit "no SLIP: $said"
{
  # the kernel's 10 packets are less than a sender begins with, and each that is dropped makes compressed headers wait for the next try
  ip link set dev "$made" name "$INTERFACE" mtu "$MTU" txqueuelen 30 &&
    ip -4 address add "$OWN" peer "$PEER/32" dev "$INTERFACE" &&
    ip link set dev "$INTERFACE" up
} || quit "no device $INTERFACE"

umask 077
printf 'PEERNAME=%s\0' "$who" >"$SESSION.new" && mv -f "$SESSION.new" "$SESSION"
echo "slip: begun as $INTERFACE" >&2
sleep infinity &
wait
