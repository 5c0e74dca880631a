/**
 * A provider that speaks PPPoE. The kernel that runs the tests may have no PPP, so it is a second machine of software: the same
 * image with the router left out and Debian's pppoe-server put in from a second disk. Behind it stands a server that says who asks.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { card } from '../../docker/image/qemu.ts'
import { run as program } from '../../docker/image/shell.ts'
import { Guest } from './guest.ts'
import { PROVIDER } from './places.ts'

export const LOGIN = { user: 'anna@example', password: 'four plain words' }
export const ACCESS = '100.64.0.1'
/** The server, and what carries each of its sessions. */
const PROGRAMS = ['pppoe-server', 'pppoe']

export interface ProviderOptions {
  disk: string
  folder: string
  namespace: string
  /** the tap device of its card */
  tap: string
}

export function startPppoeProvider({ disk, folder, namespace, tap }: ProviderOptions): Guest {
  const tools = path.join(folder, 'tools')
  mkdirSync(tools)
  for (const name of PROGRAMS) copyFileSync(path.join('/usr/sbin', name), path.join(tools, name))
  program(['mksquashfs', tools, `${tools}.squashfs`, '-quiet', '-no-progress'])
  return Guest.start({
    name: 'provider',
    arch: 'amd64',
    firmware: 'bios',
    disk,
    folder,
    namespace,
    cards: [
      ...card(9, `tap,ifname=${tap},script=no,downscript=no`),
      ...[
        '-drive',
        `file=${tools}.squashfs,format=raw,if=none,id=tools,readonly=on`,
        '-device',
        'virtio-blk-pci,drive=tools',
      ],
    ],
  })
}

/** The router's own programs would take the card; the line is then given its access server. */
export async function prepareProvider(guest: Guest): Promise<void> {
  const server = `require('http').createServer((q, r) => { const m = /^.bytes.(\\d+)/.exec(q.url); r.end(m ? Buffer.alloc(+m[1], 120) : q.socket.remoteAddress) }).listen(80, '0.0.0.0')`
  await guest.sh('systemctl stop bauta-web bauta-dataplane bauta-console')
  await guest.sh(
    'for d in $(ls -d /sys/class/net/e* | xargs -n1 basename); do ip link set $d nomaster; ip address flush dev $d; tc qdisc del dev $d clsact 2>/dev/null; ip link set $d up; done; true',
  )
  await guest.sh(
    `ip address add ${PROVIDER.server}/32 dev lo; modprobe pppoe; mkdir -p /run/tools /run/ppp; mount -t squashfs /dev/vdb /run/tools`,
  )
  await guest.sh(
    // The box's own /etc cannot be written, and has no secrets.
    `mkdir -p /run/etc-ppp; cp -a /etc/ppp/. /run/etc-ppp/; printf '"%s" * "%s" *\\n' '${LOGIN.user}' '${LOGIN.password}' > /run/etc-ppp/chap-secrets; mount --bind /run/etc-ppp /etc/ppp`,
  )
  await guest.sh(
    `printf 'require-chap\\nlcp-echo-interval 5\\nlcp-echo-failure 3\\nnodefaultroute\\nnoipdefault\\nmtu 1492\\nmru 1492\\nms-dns ${PROVIDER.server}\\nlogfile /run/ppp.log\\n' > /run/options`,
  )
  await guest.sh(`systemd-run --unit=server --collect node -e ${JSON.stringify(server)}`)
  // Every name is the server's.
  await guest.sh(
    `systemd-run --unit=names --collect dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --no-resolv --bind-interfaces --listen-address=${PROVIDER.server} --address=/#/${PROVIDER.server}`,
  )
}

/** @param remote what the next session gets */
export async function serveSessions(guest: Guest, remote: string): Promise<void> {
  const card = '$(basename $(ls -d /sys/class/net/e* | head -1))'
  await guest.ask('systemctl stop access 2>/dev/null; pkill -x pppd; sleep 1')
  await guest.sh(
    `systemd-run --unit=access --collect /run/tools/pppoe-server -Q /run/tools/pppoe -F -I ${card} -C access -L ${ACCESS} -R ${remote} -N 1 -O /run/options`,
  )
}
