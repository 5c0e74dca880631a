/**
 * A box of software: an image in QEMU, with a shell that only whoever holds the machine can open (units handed in through SMBIOS,
 * docker/image/qemu.ts; nothing in the image is changed for a test). Killed guests keep their disk, as a power cut does.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import type { Arch } from '../../docker/image/arch.ts'
import { machine, units } from '../../docker/image/qemu.ts'
import { type StageName, StageWatch, stageLine } from '../../docker/image/stages.ts'
import { sleep } from '../lab/shell.ts'

export interface GuestOptions {
  name: string
  arch: Arch
  firmware: 'uefi' | 'bios'
  disk: string
  /** where its sockets lie */
  folder: string
  /** network cards, as QEMU's arguments */
  cards: readonly string[]
  /** the namespace that QEMU runs in; tap devices are made there */
  namespace?: string
}

/** Lines from the port are commands; a line with the status ends each answer. */
const SHELL = `[Unit]
Description=the shell of a test
DefaultDependencies=no
After=systemd-udevd.service
[Service]
ExecStart=/bin/sh -c 'while read -r line; do sh -c "$line" 2>&1 </dev/null; echo "::ended $?::"; done </dev/hvc0 >/dev/hvc0'
Restart=always
OOMScoreAdjust=-900
`

export class Guest {
  readonly options: GuestOptions
  readonly stages: StageWatch
  readonly #process: ChildProcess
  readonly #shellSocket: string
  #shell: net.Socket | null = null
  #heard = ''
  #complaint = ''

  private constructor(options: GuestOptions) {
    this.options = options
    mkdirSync(options.folder, { recursive: true })
    this.#shellSocket = path.join(options.folder, `${options.name}.sock`)
    rmSync(this.#shellSocket, { force: true })
    const argv = machine({
      arch: options.arch,
      disk: options.disk,
      firmware: options.firmware,
      megabytes: 512,
      extra: [
        ...options.cards,
        ...units({ 'bauta-test-shell.service': SHELL }),
        ...[
          '-device',
          'virtio-serial-pci',
          '-chardev',
          `socket,id=shell,path=${this.#shellSocket},server=on,wait=off`,
        ],
        ...['-device', 'virtconsole,chardev=shell', '-serial', 'stdio', '-monitor', 'none'],
      ],
    })
    const enter = options.namespace ? ['ip', 'netns', 'exec', options.namespace] : []
    // Behind everything else that the machine does: what the guest serves is measured in its own time.
    const whole = ['nice', '-n', '5', ...enter, ...argv]
    this.stages = new StageWatch()
    this.#process = spawn(whole[0]!, whole.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout!.on('data', (chunk: Buffer) => {
      for (const stage of this.stages.feed(chunk.toString())) console.log(stageLine(stage))
    })
    this.#process.stderr!.on('data', (chunk: Buffer) => {
      this.#complaint += chunk
    })
  }

  static start(options: GuestOptions): Guest {
    return new Guest(options)
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** @throws with the serial line’s last words */
  async reaches(stage: StageName, seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000
    while (!this.stages.has(stage)) {
      if (!this.alive || Date.now() > end)
        throw new Error(
          `${this.options.name} did not reach “${stage}” ${this.alive ? `within ${seconds} s` : 'and ended'}\n${this.#complaint}${this.stages.text.slice(-1500)}`,
        )
      await sleep(200)
    }
  }

  /** One command in the guest. @returns what it printed @throws where its status is not 0 */
  async sh(command: string, seconds = 120): Promise<string> {
    const { status, out } = await this.ask(command, seconds)
    if (status !== 0) throw new Error(`${this.options.name}: ${command}: status ${status}\n${out}`)
    return out
  }

  async ask(command: string, seconds = 120): Promise<{ status: number; out: string }> {
    const shell = await this.#open()
    this.#heard = ''
    // Through base64, because the line passes a terminal and two shells.
    shell.write(`echo ${Buffer.from(command).toString('base64')} | base64 -d | sh\n`)
    const end = Date.now() + seconds * 1000
    for (;;) {
      const ended = /::ended (\d+)::/.exec(this.#heard)
      if (ended) return { status: Number(ended[1]), out: this.#answer(ended.index) }
      if (!this.alive) throw new Error(`${this.options.name} is gone while it was asked: ${command}`)
      if (Date.now() > end)
        throw new Error(`${this.options.name} did not answer within ${seconds} s: ${command}\n${this.#heard}`)
      await sleep(50)
    }
  }

  /** Without the terminal’s echo of the question. */
  #answer(end: number): string {
    const text = this.#heard.slice(0, end).replaceAll('\r', '')
    return text.replace(/^[^\n]*base64 -d \| sh\n/, '').trim()
  }

  async #open(): Promise<net.Socket> {
    if (this.#shell && !this.#shell.destroyed) return this.#shell
    const shell = await new Promise<net.Socket>((resolve, reject) => {
      const socket = net.connect(this.#shellSocket)
      socket.once('connect', () => resolve(socket))
      socket.once('error', reject)
    })
    shell.on('data', (chunk) => {
      this.#heard += chunk
    })
    shell.on('error', () => {})
    this.#shell = shell
    return shell
  }

  /** As when somebody pulls the plug. */
  async cutPower(): Promise<void> {
    this.#shell?.destroy()
    if (!this.alive) return
    const gone = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.kill('SIGKILL')
    await gone
  }
}
