import { spawnSync } from 'node:child_process'

/** Reading is allowed all the same: the checkout may lie below a folder that is closed to others. */
const AS_NOBODY = [
  '--reuid=65534',
  '--clear-groups',
  '--inh-caps=+dac_read_search',
  '--ambient-caps=+dac_read_search',
]

/**
 * Runs a module's text in Node as a user without rights.
 * @param folder where imports begin
 * @returns what it wrote to standard error
 */
export function complaintOfNobody(code: string, folder: string): string {
  const argv = [...AS_NOBODY, process.execPath, '-e', code]
  const { error, stderr } = spawnSync('setpriv', argv, { cwd: folder, encoding: 'utf8' })
  if (error) throw error
  return stderr
}
