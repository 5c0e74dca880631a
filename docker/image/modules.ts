/**
 * Which kernel modules a router takes along: what boards are made of, what networks are made of, and whatever those need. A list
 * of what to take, not of what to leave, so that the next kernel brings no surprise. They are stored unpacked: the squashfs around
 * them packs better, and a slow board does not unpack twice.
 */
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { run } from './shell.ts'

/** Below kernel/. */
const TAKEN = [
  /^(arch|block|crypto|lib)\//,
  /^fs\/(ext4|jbd2|mbcache|fat|nls|squashfs|overlayfs|efivarfs)\b/,
  /^net\/(802|8021q|bridge|core|ethernet|ipv4|ipv6|key|l2tp|llc|packet|sched|unix|xfrm|dsa)\//,
  /^drivers\/(acpi|ata|block|bus|char|clk|cpufreq|dma|extcon|firmware|gpio|hwmon|i2c|interconnect|leds|mailbox|memory|mfd|mmc)\//,
  /^drivers\/(nvme|nvmem|pci|phy|pinctrl|power|ptp|pwm|regulator|reset|rtc|soc|spi|thermal|tty|virtio|watchdog|hv|iommu)\//,
  /^drivers\/input\/(serio|keyboard)\//,
  /^drivers\/net\/(bonding|ipvlan|mdio|pcs|phy|ppp|slip|usb|wireguard|dsa|hyperv|vmxnet3)\//,
  /^drivers\/net\/[a-z0-9_-]+\.ko/,
  /^drivers\/net\/ethernet\/(3com|8390|actions|adaptec|agere|allwinner|alteon|amazon|amd|aquantia|arc|atheros|broadcom|cadence|davicom|dec|dlink|engleder|faraday|freescale|google|hisilicon|huawei|intel|marvell|mediatek|micrel|microchip|microsoft|natsemi|nvidia|packetengines|realtek|rockchip|samsung|sis|smsc|stmicro|sun|ti|via|wangxun|xilinx)\//,
  /^drivers\/net\/ethernet\/[a-z0-9_-]+\.ko/,
  /^drivers\/scsi\/([a-z0-9_-]*scsi|sd_mod|sg|hv_storvsc|vmw_pvscsi|virtio_scsi)[a-z0-9_-]*\.ko/,
  /^drivers\/usb\/(chipidea|class|common|core|dwc2|dwc3|host|musb|phy|roles|serial|storage|typec)\//,
  /^drivers\/hid\/(hid|hid-generic|usbhid\/usbhid)\.ko/,
]
/** In what was taken, for machines that are no routers at home. */
const LEFT = [
  /\/(bnx2x|cnic|bnxt|ice|i40e|fm10k|irdma|prestera|octeontx2?|octeon_ep\w*|hinic\d?|hns3|mana|enetc|dpaa2?|nouveau|sata_(mv|vsc|qstor))\//,
  /^drivers\/net\/usb\/(ipheth|cdc-phonet)/,
  /^drivers\/char\/(ipmi|pcmcia|xillybus)\//,
  /^drivers\/(ata)\/pata_(?!acpi|legacy|amd|oldpiix|platform)/,
  /^drivers\/mfd\/.*(wm8|wm5|arizona|madera|cs4|cs42)/,
]

/**
 * @param file modules.dep of depmod: `kernel/a.ko: kernel/b.ko kernel/c.ko`
 * @returns the modules to keep, as that file names them
 */
export function choose(file: string): Set<string> {
  const needs = new Map(
    file
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name, rest] = line.split(':')
        return [name!, rest!.trim().split(' ').filter(Boolean)] as const
      }),
  )
  const kept = new Set<string>()
  const keep = (name: string): void => {
    if (kept.has(name)) return
    kept.add(name)
    for (const needed of needs.get(name) ?? []) keep(needed)
  }
  for (const name of needs.keys()) if (isTaken(name.replace(/^kernel\//, ''))) keep(name)
  return kept
}

const isTaken = (name: string): boolean =>
  TAKEN.some((pattern) => pattern.test(name)) && !LEFT.some((pattern) => pattern.test(name))

/** @returns the kernel's version */
export function trimModules(root: string): string {
  const base = path.join(root, 'usr/lib/modules')
  const [version, ...more] = readdirSync(base)
  if (!version || more.length > 0)
    throw new Error(`${base} should hold one kernel; it holds ${readdirSync(base)}`)
  const folder = path.join(base, version)
  run(['depmod', '-b', path.join(root, 'usr'), version])
  const kept = choose(readFileSync(path.join(folder, 'modules.dep'), 'utf8'))
  for (const name of globSync('kernel/**/*.ko*', { cwd: folder }))
    if (!kept.has(name)) rmSync(path.join(folder, name))
  const packed = [...kept].filter((name) => name.endsWith('.xz')).map((name) => path.join(folder, name))
  if (packed.length > 0) run(['xz', '--decompress', '--threads=2', '--', ...packed])
  removeEmpty(path.join(folder, 'kernel'))
  run(['depmod', '-b', path.join(root, 'usr'), version])
  return version
}

function removeEmpty(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name)
    if (statSync(file).isDirectory()) removeEmpty(file)
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true })
}

/** Firmware that wired cards load; packages bring that of half the world's gadgets. */
export function trimFirmware(root: string): void {
  const folder = path.join(root, 'usr/lib/firmware')
  if (!existsSync(folder)) return
  const kept = path.join(root, 'usr/lib/firmware.kept')
  mkdirSync(kept)
  for (const name of ['rtl_nic'])
    if (existsSync(path.join(folder, name))) renameSync(path.join(folder, name), path.join(kept, name))
  rmSync(folder, { recursive: true })
  renameSync(kept, folder)
}
