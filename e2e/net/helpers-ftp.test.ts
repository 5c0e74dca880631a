/**
 * FTP through the box with real programs: vsftpd and proftpd, curl, lftp and ncftp, active and passive, servers outside and behind a
 * forward.
 */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import {
  type ConnectionStateName,
  type Forward,
  HELPERS_AT_FIRST,
  type HelperName,
  NO_FORWARDS,
  type Rule,
  type Snapshot,
  withHelper,
} from '@bauta/config'
import { beforeAll, expect, it } from 'vitest'
import type { Host } from '../lab/plan.ts'
import { LAN, RESOLVER, WANS } from '../lab/plan.ts'
import { describeLab } from './harness/lab-test.ts'
import { accept, drop, netfilterHome, port, tcp } from './harness/netfilter-home.ts'
import { proftpd, publish, vsftpd } from './harness/servers.ts'

const { address: wan, gateway } = WANS.eth
/** Two servers of the Internet that have nothing on port 21 yet. */
const VSFTPD = RESOLVER
const PROFTPD = gateway
const EXTRA_PORT = 2121

const toServer = (address: string): Forward => ({
  id: 1,
  enabled: true,
  comment: '',
  protocol: 'tcp',
  ports: { from: 21, to: 21 },
  targets: [{ address, turns: 10 }],
  targetPort: null,
  source: null,
})

describeLab('FTP', { wan: 'eth' }, (stage) => {
  let content: Buffer = Buffer.alloc(0)
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const set = async (change: (snapshot: Snapshot) => Partial<Snapshot>) => {
    const { revision, snapshot } = await stage.dataplane.settings()
    return stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, ...change(snapshot) } })
  }
  const setHelper = (name: HelperName, enabled: boolean, ports: number[]) =>
    set(({ helpers }) => ({ helpers: withHelper(helpers, { name, enabled, ports }) }))

  /** Runs a client that writes the file to `out`. @returns whether it is the file */
  const fetches = (host: Host, argv: (out: string) => string[]): boolean => {
    const out = path.join(stage.lab.record.directory, `got-${host}`)
    rmSync(out, { force: true })
    stage.lab.run(host, argv(out))
    return digest(readFileSync(out)) === digest(content)
  }
  const curl = (host: Host, to: string, ...options: string[]) =>
    fetches(host, (out) => ['curl', '-sS', '--max-time', '10', ...options, '-o', out, `ftp://${to}/file.bin`])
  const lftp = (host: Host, to: string, ...settings: string[]) =>
    fetches(host, (out) => [
      'lftp',
      '-c',
      [
        'set net:timeout 5',
        'set net:max-retries 1',
        'set ftp:ssl-allow no',
        ...settings.map((one) => `set ${one}`),
        `open ${to}`,
        `get file.bin -o ${out}`,
      ].join('; '),
    ])
  const ncftp = (host: Host, to: string, mode: '-E' | '-F') =>
    fetches(host, (out) => ['sh', '-c', `ncftpget -V -t 5 -r 1 ${mode} -c ftp://${to}/file.bin >${out}`])

  beforeAll(async () => {
    if (!stage.lab) return
    const published = publish(stage.lab, 'ftp', 300_000)
    content = published.content
    await vsftpd(stage.lab, { host: 'isp', address: VSFTPD, port: 21 }, published.folder)
    await vsftpd(stage.lab, { host: 'isp', address: VSFTPD, port: EXTRA_PORT }, published.folder)
    await proftpd(stage.lab, { host: 'isp', address: PROFTPD, port: 21 }, published.folder)
    await vsftpd(stage.lab, { host: 'lan2', address: LAN.lan2, port: 21 }, published.folder)
    await proftpd(stage.lab, { host: 'lan1', address: LAN.lan1, port: 21 }, published.folder)
  }, 30_000)

  it('curl fetches from vsftpd and proftpd with EPSV, PASV, EPRT and PORT', () => {
    for (const server of [VSFTPD, PROFTPD]) {
      expect(curl('lan1', server), 'EPSV').toBe(true)
      expect(curl('lan1', server, '--disable-epsv'), 'PASV').toBe(true)
      expect(curl('lan1', server, '--ftp-port', '-'), 'EPRT').toBe(true)
      expect(curl('lan1', server, '--ftp-port', '-', '--disable-eprt'), 'PORT').toBe(true)
    }
  })

  it('lftp fetches active and passive', () => {
    for (const server of [VSFTPD, PROFTPD]) {
      expect(lftp('lan1', server, 'ftp:passive-mode off')).toBe(true)
      expect(lftp('lan1', server, 'ftp:passive-mode on', 'ftp:prefer-epsv no')).toBe(true)
      expect(lftp('lan1', server, 'ftp:passive-mode on', 'ftp:prefer-epsv yes')).toBe(true)
    }
  })

  it('ncftp fetches active and passive', () => {
    for (const server of [VSFTPD, PROFTPD])
      for (const mode of ['-E', '-F'] as const) expect(ncftp('lan1', server, mode)).toBe(true)
  })

  it('two clients that name the same ports have masq ports of their own', () => {
    for (const host of ['lan1', 'lan2'] as const)
      expect(curl(host, VSFTPD, '--ftp-port', `${LAN[host]}:45000-45001`)).toBe(true)
  })

  it('the table tells: the control connection is shifted and controls its data, and /proc counts it', async () => {
    const slow = stage.lab.spawn('lan1', [
      'curl',
      '-sS',
      '--limit-rate',
      '20k',
      '--ftp-port',
      '-',
      '--disable-eprt',
      '-o',
      '/dev/null',
      `ftp://${VSFTPD}/file.bin`,
    ])
    try {
      await expect
        .poll(
          async () =>
            (await stage.dataplane.text('/proc/net/ip_masq/tcp'))
              .split('\n')
              .filter((line) => line.includes('ESTABLISHED')).length,
          { timeout: 5000 },
        )
        .toBeGreaterThanOrEqual(2)
      const [tcp, app, plain] = await Promise.all(
        ['ip_masq/tcp', 'ip_masq/app', 'ip_masquerade'].map((file) =>
          stage.dataplane.text(`/proc/net/${file}`),
        ),
      )
      // flags 0200: OUT_SEQ; then references, and how many it controls
      expect(tcp).toMatch(/:0015 \S+ ESTABLISHED\s+[37]00\s+2\s+1 /)
      expect(tcp).toMatch(/ESTABLISHED\s+\S+\s+2\s+-1 /)
      expect(app).toMatch(/^TCP {2}21 {6}[1-9]\d* +ftp/m)
      expect(plain).toMatch(/:0015 \w{4} [0-9A-F]{8} +-?[1-9]\d* +0 /)
    } finally {
      slow.kill()
    }
  })

  it('a port that the settings name in addition has the helper; without it, active FTP fails', async () => {
    const to = `${VSFTPD}:${EXTRA_PORT}`
    expect(() => curl('lan1', to, '--ftp-port', '-')).toThrow()
    await setHelper('ftp', true, [21, EXTRA_PORT])
    expect(curl('lan1', to, '--ftp-port', '-')).toBe(true)
    await setHelper('ftp', false, [21])
    expect(() => curl('lan1', VSFTPD, '--ftp-port', '-')).toThrow()
    expect(curl('lan1', VSFTPD)).toBe(true)
    await setHelper('ftp', true, [21])
    expect(curl('lan1', VSFTPD, '--ftp-port', '-')).toBe(true)
  })

  it('a server inside, behind a forward, is fetched from active and passive, by its WAN address', async () => {
    for (const inside of [LAN.lan2, LAN.lan1]) {
      await set(() => ({ forwards: { ...NO_FORWARDS, list: [toServer(inside)] } }))
      expect(curl('isp', wan, '--disable-epsv'), 'PASV').toBe(true)
      expect(curl('isp', wan), 'EPSV').toBe(true)
      expect(curl('isp', wan, '--ftp-port', '-', '--disable-eprt'), 'PORT').toBe(true)
      expect(curl('isp', wan, '--ftp-port', '-'), 'EPRT').toBe(true)
      expect(lftp('isp', wan, 'ftp:passive-mode on', 'ftp:prefer-epsv no')).toBe(true)
    }
  })

  it('netfilter: the data connection is RELATED, and needs a rule that lets such in', async () => {
    const { snapshot } = await stage.dataplane.settings()
    const allow = (...list: ConnectionStateName[]): Partial<Rule> => ({
      states: { list, invert: false },
      ...accept,
    })
    try {
      await set(() => ({ rules: netfilterHome(), forwards: NO_FORWARDS }))
      expect(curl('lan1', VSFTPD, '--ftp-port', '-')).toBe(true)
      expect(curl('lan1', VSFTPD)).toBe(true)
      // Out to port 21 only, and whatever belongs to it.
      const strict = { FORWARD: [allow('ESTABLISHED'), { ...tcp, ...port(21), ...accept }, drop] }
      await set(() => ({ rules: netfilterHome(strict) }))
      expect(() => curl('lan1', VSFTPD, '--ftp-port', '-')).toThrow()
      expect(() => curl('lan1', VSFTPD)).toThrow()
      const related = { FORWARD: [allow('ESTABLISHED', 'RELATED'), { ...tcp, ...port(21), ...accept }, drop] }
      await set(() => ({ rules: netfilterHome(related) }))
      expect(curl('lan1', VSFTPD, '--ftp-port', '-')).toBe(true)
      expect(curl('lan1', VSFTPD, '--disable-epsv')).toBe(true)
    } finally {
      await set(() => ({ rules: snapshot.rules }))
    }
  })

  it('from inside by the WAN address it is fetched from, too', async () => {
    await set(() => ({ forwards: { ...NO_FORWARDS, list: [toServer(LAN.lan2)] } }))
    expect(curl('lan1', wan), 'EPSV').toBe(true)
    expect(curl('lan1', wan, '--disable-epsv', '--no-ftp-skip-pasv-ip'), 'PASV').toBe(true)
    expect(curl('lan1', wan, '--ftp-port', '-', '--disable-eprt'), 'PORT').toBe(true)
    await set(() => ({ forwards: NO_FORWARDS, helpers: HELPERS_AT_FIRST }))
  })
})
