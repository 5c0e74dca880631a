/**
 * The hardware address that a port shows to the provider. What it had before is noted, so that a clone that is no longer wished can be
 * taken back; a restart of the machine takes it back anyway, and the note (in the run folder) with it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Links } from '../../links.ts'
import { ip } from './ip-command.ts'

/** @param mac null: the port's own @throws Error when the port refuses it */
export async function showHardwareAddress(
  folder: string,
  port: string,
  mac: string | null,
  links: Links,
): Promise<void> {
  const now = links.devices.get(port)?.mac?.toLowerCase() ?? null
  if (now === null) return
  const note = join(folder, `own-mac-${port}`)
  const own = read(note)
  const wanted = mac?.toLowerCase() ?? own
  if (wanted === null || wanted === now) return
  if (own === null) writeFileSync(note, now)
  // Many cards refuse a change while they are up.
  await ip('link', 'set', 'dev', port, 'down')
  try {
    await ip('link', 'set', 'dev', port, 'address', wanted)
  } finally {
    await ip('link', 'set', 'dev', port, 'up')
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null
  } catch {
    return null
  }
}
