/**
 * Programs that lend root's rights to whoever starts them (passwd, su, mount, pppd …) have no use in the image: nobody logs in but
 * root, and every daemon is started with the rights that it needs. Without them one way up is gone for whoever breaks into a daemon.
 */
import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import path from 'node:path'

const SETUID_SETGID = 0o6000

/** @returns the files whose bits were taken off, relative to `root` */
export function takeSetuid(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return files.filter((name) => {
    const file = path.join(root, name)
    const status = lstatSync(file)
    if (!status.isFile() || (status.mode & SETUID_SETGID) === 0) return false
    chmodSync(file, status.mode & 0o1777)
    return true
  })
}
