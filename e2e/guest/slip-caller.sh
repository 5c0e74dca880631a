#!/bin/sh
# Somebody outside who speaks SLIP: $1 the line, $2 the protocol as slattach calls it, $3 the device's name, $4 own address, $5 the box's;
# what follows is for chat, which dials and logs in. Lasts until it is ended.
line=$1 mode=$2 name=$3 own=$4 box=$5
shift 5
stty -F "$line" 115200 raw -echo clocal
exec 0<>"$line"
[ $# = 0 ] || chat -v -s -S ABORT 'NO CARRIER' "$@" >&0 || exit 1
said=$(slattach -e -v -p "$mode" -s 115200 -L -) || exit 1
echo "$said"
made=${said##*interface }
# the kernel makes it where the box is
ip link set "$made" netns caller name "$name"
ip -n caller address add "$own" peer "$box" dev "$name"
ip -n caller link set "$name" up mtu 576
ip -n caller route replace default dev "$name"
exec sleep infinity
