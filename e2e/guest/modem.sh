#!/bin/sh
# A modem and the provider behind it, on the far end of a serial line: answers Hayes commands, then speaks PPP.
stty icrnl -echo # a carriage return ends a command
while IFS= read -r command; do
  command=$(printf %s "$command" | tr -d '\r')
  case $command in
    ATDT666) printf 'BUSY\r\n' ;;
    ATDT555*) printf 'CONNECT 115200\r\n'; exec pppd 115200 local nodetach noauth noipv6 noccp lock \
      nodefaultroute ms-dns 203.0.113.53 203.0.113.1:203.0.113.44 ip-up-script /bin/true ip-down-script /bin/true ;;
    ATDT*) printf 'NO CARRIER\r\n' ;;
    AT*) printf '\r\nOK\r\n' ;;
  esac
done
