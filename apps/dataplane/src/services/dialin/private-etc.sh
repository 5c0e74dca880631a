#!/bin/sh
# pppd knows one place for the secrets of callers, /etc/ppp, and reads options there that are for others. It is given a folder of its own
# in that place, which nobody else sees: this runs in a mount namespace made for it. Nothing of the system is touched.
# $1: the folder; $2: pppd's options
mount --bind "$1" /etc/ppp && exec pppd file "$2"
