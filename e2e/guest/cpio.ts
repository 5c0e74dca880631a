/** A cpio archive in the form that the kernel unpacks at boot (“newc”; Documentation/driver-api/early-userspace/buffer-format.rst). */

export interface CpioEntry {
  /** Path without a leading slash. */
  name: string
  mode: number
  data?: Buffer
}

const FOLDER = 0o040755
const TRAILER: CpioEntry = { name: 'TRAILER!!!', mode: 0 }

/** @returns the archive, with the folders that the files need */
export function cpio(files: readonly CpioEntry[]): Buffer {
  const folders = new Set(
    files.flatMap(({ name }) =>
      name
        .split('/')
        .slice(0, -1)
        .map((_, i, parts) => parts.slice(0, i + 1).join('/')),
    ),
  )
  const entries = [...[...folders].map((name): CpioEntry => ({ name, mode: FOLDER })), ...files, TRAILER]
  return Buffer.concat(
    entries.flatMap(({ name, mode, data = Buffer.alloc(0) }, i) => record(i + 1, name, mode, data)),
  )
}

function record(inode: number, name: string, mode: number, data: Buffer): Buffer[] {
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0]
  const header = `070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`
  return [padded(Buffer.from(`${header}${name}\0`)), padded(data)]
}

const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc(-data.length & 3)])
