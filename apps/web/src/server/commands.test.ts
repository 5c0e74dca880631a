import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program } from '@bauta/chains'
import { askCommands, commandReplySchema, scriptCheckedSchema } from '@bauta/control'
import { listRevisions, readSettings } from '@bauta/db'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openCommandSocket, SHELL_AUTHOR } from './command-socket.ts'
import { type Bench, openBench } from './testing.ts'

const stored = async (bench: Bench) => (await bench.services.db.read(readSettings))!
const run = (bench: Bench, program: Program, line: string) =>
  bench.services.commands.run(SHELL_AUTHOR, program, line.split(' '))

describe('a command', () => {
  it('is a revision like any other, with its words, and is in force', async () => {
    await using bench = await openBench()
    const reply = await run(bench, 'ipchains', '-A forward -s 192.168.77.12 -j DENY')
    expect(reply).toEqual({ exit: 0, out: '', err: '', revision: 2 })
    const [head] = await listRevisions(bench.services.db.reader, null, 1)
    expect(head).toMatchObject({
      number: 2,
      author: SHELL_AUTHOR,
      summary: ['ipchains -A forward -s 192.168.77.12 -j DENY', expect.stringContaining('192.168.77.12')],
    })
    const { rules } = (await bench.services.dataplane.settings()).snapshot
    expect(rules.chains[1]!.rules.at(-1)).toMatchObject({ source: { network: '192.168.77.12' } })
    expect(rules.chains[1]!.rules.slice(0, -1)).toEqual(
      (await stored(bench)).snapshot.rules.chains[1]!.rules.slice(0, -1),
    )
  })
  it('is undone from the history', async () => {
    await using bench = await openBench()
    const before = (await stored(bench)).snapshot
    await run(bench, 'ipfwadm', '-F -p reject')
    expect((await stored(bench)).snapshot.rules.chains[1]!.policy).toBe('REJECT')
    await bench.services.settings.restore('anna', 1, 2)
    expect((await stored(bench)).snapshot).toEqual(before)
  })
  it('that is wrong, or that the box refuses, changes nothing', async () => {
    await using bench = await openBench()
    expect(await run(bench, 'ipchains', '-A forward -j NOWHERE')).toMatchObject({
      exit: 1,
      err: 'ipchains: No target by that name\n',
      revision: null,
    })
    bench.dataplane.behaviour.refusal = { message: 'not today', faults: [] }
    expect(await run(bench, 'ipchains', '-F')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('not today'),
    })
    expect(await run(bench, 'iptables', '-F')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('do not live together'),
    })
    expect((await stored(bench)).revision).toBe(1)
  })
  it('-M -S sets timeouts, and 0 keeps one', async () => {
    await using bench = await openBench()
    const { udp } = (await stored(bench)).snapshot.timeouts
    await run(bench, 'ipchains', '-M -S 7200 10 0')
    expect((await stored(bench)).snapshot.timeouts).toMatchObject({ tcp: 7200, tcpfin: 10, udp })
  })
  it('modprobe and rmmod switch helpers, whatever the dialect', async () => {
    await using bench = await openBench()
    const helper = async (at: number) => (await stored(bench)).snapshot.helpers.list[at]
    expect(await run(bench, 'modprobe', 'ip_masq_irc ports=6667,6668')).toMatchObject({
      exit: 0,
      revision: 2,
    })
    expect(await helper(1)).toEqual({ name: 'irc', enabled: true, ports: [6667, 6668] })
    expect(await run(bench, 'rmmod', 'ip_nat_ftp')).toMatchObject({ exit: 0, revision: 3 })
    expect(await helper(0)).toMatchObject({ name: 'ftp', enabled: false })
    const many = `ip_masq_irc ports=${Array.from({ length: 13 }, (_, i) => 7000 + i)}`
    expect(await run(bench, 'insmod', many)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('MAX_MASQ_APP_PORTS'),
      revision: null,
    })
    expect(await run(bench, 'modprobe', 'ip_tables')).toMatchObject({ exit: 0, revision: null })
  })
  it('ipmasqadm makes forwards of the page’s own', async () => {
    await using bench = await openBench()
    const line = 'portfw -a -P tcp -L 203.0.113.24 80 -R 192.168.77.20 8080'
    expect(await run(bench, 'ipmasqadm', line)).toMatchObject({ exit: 0, revision: 2 })
    expect((await stored(bench)).snapshot.forwards.list).toMatchObject([
      { protocol: 'tcp', targetPort: 8080, targets: [{ address: '192.168.77.20' }] },
    ])
    expect(await run(bench, 'ipmasqadm', 'portfw -d -P udp -L 203.0.113.24 80')).toMatchObject({
      exit: 1,
      revision: null,
    })
    await run(bench, 'ipmasqadm', 'autofw -A -r udp 6970 7170 -c tcp 7070')
    expect((await stored(bench)).snapshot.forwards.triggers).toHaveLength(1)
  })
  it('-Z has the counters begin anew, and is no revision', async () => {
    await using bench = await openBench()
    const count = async () => (await bench.services.dataplane.counters()).rules[0]!
    bench.dataplane.home.rules.set((await count()).id, { packets: 5, bytes: 500 })
    expect((await count()).packets).toBe(5)
    expect(await run(bench, 'ipchains', '-Z input')).toMatchObject({ exit: 0, revision: null })
    expect(await count()).toMatchObject({ packets: 0, bytes: 0 })
  })
  it('two at once are both done', async () => {
    await using bench = await openBench()
    const lines = [
      '-A input -s 10.0.0.1 -j DENY',
      '-A input -s 10.0.0.2 -j DENY',
      '-A input -s 10.0.0.3 -j DENY',
    ]
    await Promise.all(lines.map((line) => run(bench, 'ipchains', line)))
    const rules = (await stored(bench)).snapshot.rules.chains[0]!.rules.slice(-3)
    expect(rules.map(({ source }) => source!.network).sort()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    expect(new Set(rules.map(({ id }) => id)).size).toBe(3)
  })
})

const SCRIPT = `#!/bin/sh
ipchains -P input DENY
ipchains -A input -i $LAN -j ACCEPT
ipchains -P forward -j deny
ipchains -A forward -i eth1 -s 192.168.0.0/16 -j MASQ
modprobe ip_masq_ftp ports=21,2121
`

describe('a script', () => {
  it('is shown line by line and as a difference, and nothing happens before a yes', async () => {
    await using bench = await openBench()
    const request = { text: SCRIPT, variables: { LAN: 'eth0' }, interfaces: { eth0: '@lan', eth1: '@wan' } }
    const shown = await bench.services.commands.check(request)
    expect(shown.script.lines.map(({ line, fate }) => [line, fate])).toEqual([
      [2, 'nothing'],
      [3, 'done'],
      [4, 'nothing'],
      [5, 'done'],
      [6, 'done'],
    ])
    expect(shown.script.interfaces).toEqual(['eth0', 'eth1'])
    expect(shown.summary.join()).toContain('192.168.0.0/16')
    expect(shown.summary).toContain('Helper for FTP: TCP port 21 → TCP ports 21 and 2121')
    expect((await stored(bench)).revision).toBe(1)
    expect(await bench.services.commands.take('anna', request, shown.base)).toMatchObject({
      kind: 'saved',
      revision: 2,
    })
    const { rules, timeouts, ports, helpers } = (await stored(bench)).snapshot
    expect(helpers.list[0]).toEqual({ name: 'ftp', enabled: true, ports: [21, 2121] })
    expect(rules.chains[1]!.rules.at(-1)).toMatchObject({
      outInterface: { name: '@wan' },
      target: { verdict: 'MASQ' },
    })
    expect([timeouts.tcp, ports.from]).toEqual([900, 61000])
  })
  it('that was looked at before somebody else’s change is not taken', async () => {
    await using bench = await openBench()
    const request = { text: SCRIPT, variables: { LAN: 'eth0' }, interfaces: {} }
    const { base } = await bench.services.commands.check(request)
    await run(bench, 'ipchains', '-P output REJECT')
    expect(await bench.services.commands.take('anna', request, base)).toMatchObject({ kind: 'conflict' })
  })
  it('of the other dialect switches it, whole', async () => {
    await using bench = await openBench()
    const request = {
      text: 'iptables -P INPUT DROP\niptables -A INPUT -i lo -j ACCEPT',
      variables: {},
      interfaces: {},
    }
    const { base, script } = await bench.services.commands.check(request)
    expect(script).toMatchObject({ dialect: 'netfilter', switchesDialect: true })
    expect(await bench.services.commands.take('anna', request, base)).toMatchObject({ kind: 'saved' })
    expect((await stored(bench)).snapshot.rules.dialect).toBe('netfilter')
    expect(await run(bench, 'iptables', '-t nat -A POSTROUTING -o wan0 -j MASQUERADE')).toMatchObject({
      exit: 0,
      revision: 3,
    })
    expect(
      await bench.services.commands.restore(SHELL_AUTHOR, '*filter\n:INPUT ACCEPT\nCOMMIT\n', false),
    ).toMatchObject({ exit: 0, revision: 4 })
    expect(
      await bench.services.commands.restore(SHELL_AUTHOR, '*filter\n-A INPUT -j NO\nCOMMIT\n', false),
    ).toMatchObject({ exit: 2, revision: null })
  })
})

describe('the command socket', () => {
  it('is for its owner alone, and carries commands and scripts', async () => {
    await using bench = await openBench()
    const folder = mkdtempSync(join(tmpdir(), 'bauta-commands-'))
    const path = join(folder, 'commands.sock')
    const socket = await openCommandSocket(path, bench.services.commands, (line) => bench.log.push(line))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const words = ['-A', 'forward', '-j', 'MASQ']
    expect(
      await askCommands(path, '/v1/command', commandReplySchema, { program: 'ipchains', words }),
    ).toMatchObject({ revision: 2 })
    const text = 'ipchains -P forward REJECT'
    const shown = await askCommands(path, '/v1/script/check', scriptCheckedSchema, { text })
    expect(shown.script.lines).toHaveLength(1)
    const saved = z.object({ revision: z.int() })
    expect(await askCommands(path, '/v1/script', saved, { text, base: shown.base })).toEqual({ revision: 3 })
    await expect(askCommands(path, '/v1/script', saved, { text: 'ipchains -F', base: 1 })).rejects.toThrow(
      'newer revision',
    )
    await expect(askCommands(path, '/v1/command', saved, { program: 'rm', words: [] })).rejects.toThrow(
      'form',
    )
    await expect(askCommands(path, '/v1/lost', saved, {})).rejects.toThrow('nothing at')
    await socket.close()
    // A process that was killed leaves its socket behind: the next one takes the place.
    const again = await openCommandSocket(path, bench.services.commands, () => undefined)
    await again.close()
    rmSync(folder, { recursive: true })
  })
})
