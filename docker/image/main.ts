/** `./bauta image build|run`: the flashable image, and a machine made of software to try it in. */
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { hostArch, parseArch } from './arch.ts'
import { build } from './build.ts'
import { runImage } from './run.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = path.join(ROOT, '.bauta/image')
const USAGE = `usage: ./bauta image build [--arch amd64|arm64] [--out FILE] [--no-compress]
       ./bauta image run [--arch amd64|arm64] [--image FILE] [--port N] [--bios] [--online]

  build   makes FILE (.bauta/image/bauta-ARCH.img unless told) and FILE.zst, to be written to a card or disk:
            zstd -dc FILE.zst | dd of=/dev/sdX bs=4M conv=fsync
  run     starts a copy of it in QEMU, with the admin page on 127.0.0.1; --online lets its WAN out through this machine
`
const MB = 1e6

async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2)
  const { values } = parseArgs({
    args,
    options: {
      arch: { type: 'string', default: hostArch() },
      out: { type: 'string' },
      image: { type: 'string' },
      port: { type: 'string', default: '0' },
      online: { type: 'boolean', default: false },
      bios: { type: 'boolean', default: false },
      compress: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const arch = parseArch(values.arch)
  const standard = path.join(FOLDER, `bauta-${arch}.img`)
  if (command === 'build') {
    const built = build({
      arch,
      out: path.resolve(values.out ?? standard),
      work: path.join(FOLDER, `work-${arch}-${process.pid}`),
      cache: path.join(FOLDER, 'npm'),
      compress: values.compress,
      say: (line) => console.log(line),
    })
    const { root, initrd, raw, compressed } = built.bytes
    console.log(
      `root ${(root / MB).toFixed(1)} MB, initrd ${(initrd / MB).toFixed(1)} MB, disk ${(raw / MB).toFixed(0)} MB`,
    )
    if (compressed !== null)
      console.log(
        `${built.compressed}: ${(compressed / MB).toFixed(1)} MB (${(compressed / (1 << 20)).toFixed(1)} MiB)`,
      )
    console.log(built.raw)
  } else if (command === 'run') {
    const image = path.resolve(values.image ?? standard)
    if (!existsSync(image))
      throw new Error(`there is no image ${image}; make one: ./bauta image build --arch ${arch}`)
    mkdirSync(FOLDER, { recursive: true })
    await runImage({
      arch,
      image,
      firmware: values.bios ? 'bios' : 'uefi',
      port: Number(values.port),
      online: values.online,
      folder: FOLDER,
      say: (line) => console.log(line),
    })
  } else if (command === 'help') process.stdout.write(USAGE)
  else throw new Error(USAGE)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
