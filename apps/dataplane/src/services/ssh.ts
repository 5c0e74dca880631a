/**
 * A shell on the appliance, from the home network, for those whose keys are in the settings.
 *
 * sshd is no child of the dataplane: whoever logs in must not sit in the dataplane's confinement, nor lose the shell when the
 * dataplane is exchanged. systemd runs it as a unit of its own (systemd-run), made of files in the run folder; host keys are made once and
 * kept with the state. A guest has its own ways in, and this service opens none there.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatAddress, type Snapshot } from '@bauta/config'
import type { Links } from '../links.ts'
import type { DaemonStatus, Service } from '../services.ts'
import { renderKeys, renderSshd, type SshPaths } from './ssh-config.ts'

const UNIT = 'bauta-ssh.service'
/** Below /run; the name is built into Debian's sshd. */
const SEPARATION = 'sshd'
const execute = promisify(execFile)

/** Runs a program to its end; tests put something simpler in its place. @throws where it fails */
export type Run = (command: string, args: string[]) => Promise<string>
const realRun: Run = async (command, args) => (await execute(command, args)).stdout

export interface SshOptions {
  appliance: boolean
  stateDir: string
  runDir: string
  run?: Run
}

export class SshService implements Service {
  readonly name = 'The shell'
  readonly nouns = ['access'] as const
  readonly #options: SshOptions
  readonly #run: Run
  readonly #paths: SshPaths & { config: string }
  #wanted = false
  /** Known not to run: links change often, and systemd need not be asked each time. */
  #closed = false
  #problem: string | null = null

  constructor(options: SshOptions) {
    this.#options = options
    this.#run = options.run ?? realRun
    const folder = join(options.runDir, 'ssh')
    this.#paths = {
      config: join(folder, 'sshd_config'),
      keys: join(folder, 'authorized_keys'),
      pid: join(folder, 'sshd.pid'),
      hostKey: join(options.stateDir, 'ssh/ssh_host_ed25519_key'),
    }
  }

  async apply(snapshot: Snapshot, links: Links): Promise<string[]> {
    const { access } = snapshot
    if (!this.#options.appliance) {
      if (access.ssh)
        throw new Error(
          'Bauta is a guest on this machine, which has its own ways in; SSH is opened there, not here',
        )
      return []
    }
    this.#wanted = access.ssh
    try {
      const done = access.ssh ? await this.#open(snapshot, links) : await this.#close()
      this.#problem = null
      return done
    } catch (error) {
      this.#problem = (error as Error).message
      throw error
    }
  }

  daemons(): DaemonStatus[] {
    if (!this.#wanted) return []
    const pid = Number(read(this.#paths.pid)) || null
    const running = pid !== null && existsSync(`/proc/${pid}`)
    const problem = running ? null : (this.#problem ?? 'it is being started')
    return [{ name: 'sshd', running, pid: running ? pid : null, startedAt: null, restarts: 0, problem }]
  }

  /** The shell outlives the dataplane: somebody may be mending it from there. */
  stop(): Promise<void> {
    return Promise.resolve()
  }

  async #open({ access, lan }: Snapshot, links: Links): Promise<string[]> {
    const there = [...links.devices.values()].some(({ addresses }) =>
      addresses.some(({ address }) => formatAddress(address) === lan.address),
    )
    // The event that tells of the address comes by here again.
    if (!there) return []
    this.#closed = false
    const { config, keys } = this.#paths
    const files: [file: string, text: string][] = [
      [config, renderSshd(lan.address, this.#paths)],
      [keys, renderKeys(access)],
    ]
    const same = files.every(([file, text]) => read(file) === text)
    if (same && (await this.#active())) return []
    mkdirSync(join(this.#options.runDir, 'ssh'), { recursive: true, mode: 0o700 })
    for (const [file, text] of files) writeFileSync(file, text, { mode: 0o600 })
    await this.#makeHostKey()
    // Also where it only looks at its configuration, sshd wants the folder that its unprivileged half is locked into.
    await this.#run('install', ['-d', '-m', '755', `/run/${SEPARATION}`])
    await this.#run('/usr/sbin/sshd', ['-t', '-f', config])
    await this.#run('systemctl', ['stop', UNIT]).catch(() => '')
    await this.#run('systemd-run', [
      `--unit=${UNIT}`,
      '--collect',
      '--quiet',
      '--description=Shell of Bauta, from the home network',
      '--property=Restart=always',
      '--property=RestartSec=2',
      `--property=RuntimeDirectory=${SEPARATION}`,
      '/usr/sbin/sshd',
      '-D',
      '-f',
      config,
    ])
    return [
      `SSH is open at ${lan.address} for ${access.keys.length === 1 ? 'one key' : `${access.keys.length} keys`}`,
    ]
  }

  async #close(): Promise<string[]> {
    if (this.#closed) return []
    this.#closed = !existsSync(this.#paths.config) && !(await this.#active())
    if (this.#closed) return []
    rmSync(join(this.#options.runDir, 'ssh'), { recursive: true, force: true })
    await this.#run('systemctl', ['stop', UNIT]).catch(async (error: Error) => {
      // systemd knows no such unit: it never came to be, or has ended by itself
      if (await this.#active()) throw error
    })
    this.#closed = true
    return ['SSH is closed']
  }

  #active(): Promise<boolean> {
    return this.#run('systemctl', ['is-active', '--quiet', UNIT]).then(
      () => true,
      () => false,
    )
  }

  async #makeHostKey(): Promise<void> {
    const { hostKey } = this.#paths
    if (existsSync(hostKey)) return
    mkdirSync(join(this.#options.stateDir, 'ssh'), { recursive: true, mode: 0o700 })
    await this.#run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bauta', '-f', hostKey])
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
