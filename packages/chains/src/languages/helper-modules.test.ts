import {
  defaultSnapshot,
  HELPERS_AT_FIRST,
  type Helpers,
  helperOf,
  helpersSchema,
  withHelper,
} from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { exportScript } from './export-script.ts'
import { helperLines, moduleLine } from './helper-modules.ts'
import { readScript } from './script.ts'

const { rules, timeouts, ports, forwards } = defaultSnapshot()
const NONE = helpersSchema.parse({ list: [] })
const current = (helpers: Helpers) => ({ rules, timeouts, ports, forwards, helpers })
const read = (script: string, helpers = NONE) => readScript(script, current(helpers))
const on = ({ list }: Helpers) =>
  list.filter(({ enabled }) => enabled).map((one) => `${one.name} ${one.ports.join()}`)

describe('modules of helpers in a script', () => {
  it.each([
    ['modprobe ip_masq_ftp ports=21,2121', ['ftp 21,2121']],
    ['/sbin/insmod ip_masq_irc', ['irc 6667']],
    ['insmod /lib/modules/2.2.19/ipv4/ip_masq_ftp.o', ['ftp 21']],
    ['modprobe -q ip_conntrack_ftp\nmodprobe ip_nat_ftp', ['ftp 21']],
    ['modprobe nf_conntrack_ftp ports=2121\nmodprobe nf_nat_ftp', ['ftp 2121']],
    ['sudo modprobe nf-conntrack-tftp', ['tftp 69']],
    ['modprobe ip_masq_quake', ['quake 26000,27000']],
    ['insmod ip_masq_raudio.o ports=7070,7071,7072', ['raudio 7070,7071,7072']],
    ['modprobe ip_masq_raudio', ['raudio 7070', 'rtsp 554']],
    ['modprobe ip_masq_raudio ports=554,7070', ['raudio 7070', 'rtsp 554']],
  ])('%s', (script, helpers) => {
    const { lines, settings } = read(script)
    expect(on(settings.helpers)).toEqual(helpers)
    expect(lines[0]!.fate).toBe('done')
  })
  it('are unloaded too', () => {
    for (const line of ['rmmod ip_masq_ftp', 'modprobe -r ip_nat_ftp'])
      expect(on(read(line, HELPERS_AT_FIRST).settings.helpers)).toEqual([])
    expect(read('rmmod ip_masq_irc', HELPERS_AT_FIRST).lines[0]).toMatchObject({
      fate: 'nothing',
      says: ['it is so already'],
    })
  })
  it('say what they become, and what is not followed', () => {
    const { lines } = read('modprobe ip_masq_ftp ports=21,2121 noport=6000')
    expect(lines[0]).toMatchObject({
      fate: 'done',
      says: ['Helper for FTP switched on, TCP ports 21 and 2121'],
      notes: ['noport is not followed: the helpers have ports only'],
    })
  })
  it('may have twelve ports, as MAX_MASQ_APP_PORTS said', () => {
    const many = Array.from({ length: 13 }, (_, i) => 2100 + i)
    expect(read(`modprobe ip_masq_ftp ports=${many.slice(1)}`).lines[0]!.fate).toBe('done')
    const { lines, settings } = read(`modprobe ip_masq_ftp ports=${many}`)
    expect(lines[0]).toMatchObject({ fate: 'problem', says: [expect.stringContaining('MAX_MASQ_APP_PORTS')] })
    expect(on(settings.helpers)).toEqual([])
  })
  it.each([
    ['modprobe ip_masq_ftp ports=none', 'problem', 'ports begin at 1'],
    ['modprobe ip_conntrack_amanda', 'problem', 'there is no helper for amanda here'],
    ['modprobe ip_masq_ftp ports=$PORTS', 'problem', '$PORTS has no value here'],
    ['for m in ftp irc; do\nmodprobe ip_masq_$m\ndone', 'problem', 'not followed'],
    ['depmod -a', 'nothing', 'no kernel modules are needed here'],
    ['modprobe ip_masq_portfw', 'nothing', 'no kernel modules are needed here'],
    ['modprobe iptable_nat', 'nothing', 'no kernel modules are needed here'],
    ['modprobe nf_conntrack', 'nothing', 'no kernel modules are needed here'],
  ])('%s is told', (script, fate, says) => {
    const { lines } = read(script)
    const line = lines.find((one) => one.text.includes('mod'))!
    expect(line).toMatchObject({ fate, says: [expect.stringContaining(says)] })
  })
  it('come with the rules, as one state of the settings, and bring no timeouts by themselves', () => {
    const { settings } = read('modprobe ip_masq_irc\nipchains -P forward DENY')
    expect(on(settings.helpers)).toEqual(['irc 6667'])
    expect(settings.ports).toMatchObject({ from: 61000 })
    expect(read('modprobe ip_masq_irc').settings.ports).toEqual(ports)
  })
})

describe('helpers in an export', () => {
  const many = (['ftp', 'irc', 'raudio', 'rtsp', 'tftp'] as const).reduce(
    (all, name) => withHelper(all, { ...helperOf(all, name), enabled: true }),
    withHelper(NONE, { name: 'ftp', enabled: true, ports: [21, 2121] }),
  )
  it('are the modules of the Linux that has the language', () => {
    expect(helperLines(many, 'classic')).toEqual({
      text: 'modprobe ip_masq_ftp ports=21,2121\nmodprobe ip_masq_irc\nmodprobe ip_masq_raudio\n',
      unsaid: ['tftp'],
    })
    expect(helperLines(many, 'netfilter')).toEqual({
      text: [
        'modprobe nf_conntrack_ftp ports=21,2121\nmodprobe nf_nat_ftp',
        'modprobe nf_conntrack_irc\nmodprobe nf_nat_irc',
        'modprobe nf_conntrack_tftp\nmodprobe nf_nat_tftp\n',
      ].join('\n'),
      unsaid: ['raudio', 'rtsp'],
    })
  })
  it('come back when the script is read', () => {
    const { text, unsaid } = exportScript('ipchains', rules, many)
    expect(on(read(text).settings.helpers)).toEqual(['ftp 21,2121', 'irc 6667', 'raudio 7070', 'rtsp 554'])
    expect(unsaid.at(-1)).toEqual({
      what: 'the helper for TFTP',
      reasons: ['Linux had no module for it then'],
    })
  })
  it('are comments in a file for iptables-restore', () => {
    const { text } = exportScript('iptables', { ...rules, dialect: 'netfilter' }, HELPERS_AT_FIRST)
    expect(text).toMatch(/^# Helpers .*\n# {3}modprobe nf_conntrack_ftp\n# {3}modprobe nf_nat_ftp\n\*/)
    expect(exportScript('iptables', { ...rules, dialect: 'netfilter' }, NONE).text).toMatch(/^\*/)
  })
  it('never throw, whatever the words', () => {
    for (const words of [
      ['modprobe'],
      ['insmod', '-f'],
      ['rmmod', 'ip_masq_'],
      ['modprobe', 'ip_masq_ftp', 'ports='],
    ])
      expect(() => moduleLine(words, NONE)).not.toThrow()
  })
})
