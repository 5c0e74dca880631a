/**
 * The first root of a guest: just enough to mount the machine's own file system (9p, read-only) below a layer in memory, and to go on
 * there. So a guest has every program of the machine, the checkout included, and nothing it does reaches the machine.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type CpioEntry, cpio } from './cpio.ts'
import type { GuestKernel } from './kernel.ts'

/** The name under which QEMU offers the machine's root. */
export const ROOT_TAG = 'machine'
const BOOT_MODULES = ['virtio_pci', 'virtio_net', '9pnet_virtio', '9p', 'overlay']
const PROGRAM = 0o100755
const FILE = 0o100644
/** The first process may not end; QEMU is told not to start again. */
const POWER_OFF = 'echo b > /proc/sysrq-trigger'

/** @param script what the guest runs, in its shell, and then ends */
export function initramfs(kernel: GuestKernel, script: string): Buffer {
  const modules = loadOrder(kernel, BOOT_MODULES)
  const file = (name: string, data: Buffer, mode = FILE): CpioEntry => ({ name, mode, data })
  return cpio([
    file('bin/busybox', readFileSync(kernel.busybox), PROGRAM),
    file('init', Buffer.from(init(kernel, modules.map(shortName))), PROGRAM),
    file('main.sh', Buffer.from(`${script}\n${POWER_OFF}\n`), PROGRAM),
    ...modules.map((name) => file(`modules/${shortName(name)}`, moduleData(kernel, name))),
  ])
}

const shortName = (name: string): string => path.basename(name).replace(/\.ko(\.xz)?$/, '.ko')

/** Dependencies first; `modules.dep` lists them last to first. What is built in is not there, and needs nothing. */
export function loadOrder(
  { root, version }: Pick<GuestKernel, 'root' | 'version'>,
  wanted: readonly string[],
): string[] {
  const lines = readFileSync(path.join(root, 'lib/modules', version, 'modules.dep'), 'utf8').split('\n')
  const found = wanted.flatMap((name) => {
    const line = lines.find((text) => new RegExp(`/${name}\\.ko(\\.xz)?:`).test(text))
    if (!line) return []
    const [self = '', needs = ''] = line.split(':')
    return [...needs.trim().split(' ').filter(Boolean).reverse(), self]
  })
  return [...new Set(found)]
}

function moduleData({ root, version }: GuestKernel, name: string): Buffer {
  const file = path.join(root, 'lib/modules', version, name)
  return name.endsWith('.xz') ? execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 26 }) : readFileSync(file)
}

function init({ root }: GuestKernel, modules: readonly string[]): string {
  return `#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install /bin
mkdir -p /proc /sys /lower /layer /new
mount -t proc proc /proc
for module in ${modules.join(' ')}; do insmod /modules/$module; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 ${ROOT_TAG} /lower || exec sh
mount -t tmpfs -o mode=755 tmpfs /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work overlay /new
mount -t proc proc /new/proc
mount -t sysfs sysfs /new/sys
mount -t devtmpfs dev /new/dev
mkdir -p /new/dev/pts
mount -t devpts devpts /new/dev/pts
for place in run tmp; do mount -t tmpfs -o mode=1777 tmpfs /new/$place; done
mkdir -p /new/run/lock /new/lib/modules
mount --bind /lower${root}/lib/modules /new/lib/modules
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cp /main.sh /new/run/main.sh
exec switch_root /new /bin/sh /run/main.sh
`
}
