/** `./bauta image build|run`: the flashable image, and a machine made of software to try it in. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { hostArch, parseArch } from './arch.ts'
import { build } from './build.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = path.join(ROOT, '.bauta/image')
const USAGE = `usage: ./bauta image build [--arch amd64|arm64] [--out FILE] [--no-compress]
       ./bauta image run [--arch amd64|arm64] [--image FILE] [--port N] [--bios]

  build   makes FILE (.bauta/image/bauta-ARCH.img unless told) and FILE.zst, to be written to a card or disk:
            zstd -dc FILE.zst | dd of=/dev/sdX bs=4M conv=fsync
  run     starts a copy of it in QEMU, with the admin page on 127.0.0.1
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
  } else throw new Error(USAGE)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
