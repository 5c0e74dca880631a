/** `./bauta image run`: a copy of an image in QEMU, its LAN port reachable on 127.0.0.1. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import type { Arch } from './arch.ts'
import { card, machine } from './qemu.ts'
import { run } from './shell.ts'
import { StageWatch, stageLine } from './stages.ts'

export interface RunOptions {
  arch: Arch
  image: string
  firmware: 'uefi' | 'bios'
  /** 0: any */
  port: number
  /** the guest's WAN leads to the Internet, through this machine */
  online: boolean
  /** where the copy may lie */
  folder: string
  say: (line: string) => void
}

/** The household's network of a fresh box (packages/config, applianceSnapshot). */
const LAN = { net: '192.168.77.0/24', host: '192.168.77.254', box: '192.168.77.1' }

/** @returns when the guest ends, or this program is told to */
export async function runImage(options: RunOptions): Promise<void> {
  const { arch, image, firmware, folder, say } = options
  const port = options.port || (await freePort())
  const work = mkdtempSync(path.join(folder, 'run-'))
  try {
    const disk = path.join(work, 'disk.img')
    run(['cp', '--sparse=always', image, disk])
    run(['truncate', '--size=2G', disk])
    const forward = `hostfwd=tcp:127.0.0.1:${port}-${LAN.box}:80`
    const argv = machine({
      arch,
      disk,
      firmware,
      megabytes: 512,
      extra: [
        ...card(1, `user${options.online ? '' : ',restrict=on'}`),
        ...card(2, `user,restrict=on,net=${LAN.net},host=${LAN.host},dhcpstart=192.168.77.250,${forward}`),
        ...['-serial', 'stdio', '-monitor', 'none'],
      ],
    })
    say(`starting ${image} (${arch}, ${firmware}, emulated): stage, its time, time since power on`)
    const guest = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    const end = () => guest.kill('SIGTERM')
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
    const watch = new StageWatch()
    guest.stdout.on('data', (chunk: Buffer) => {
      for (const stage of watch.feed(chunk.toString())) {
        say(stageLine(stage))
        if (stage.name === 'admin page') say(`\nThe admin page: http://127.0.0.1:${port}/   (Ctrl-C ends it)`)
      }
    })
    const code = await new Promise<number | null>((resolve, reject) => {
      guest.on('error', reject)
      guest.on('close', resolve)
    })
    if (code)
      throw new Error(
        `QEMU ended with ${code}; its last words on the serial line:\n${watch.text.slice(-1500)}`,
      )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}
