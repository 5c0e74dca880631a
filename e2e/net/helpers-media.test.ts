/**
 * Helpers for media, telephones and tunnels, with real programs at both ends: GStreamer's RTSP server and ffmpeg, two sipp. PPTP's ends are
 * written after RFC 2637 (harness/pptp-peer.ts), with GRE packets through raw sockets, because this kernel may have no PPP.
 *
 * The port numbers that a program names are taken by the other machine beforehand: where a helper did nothing, the media would go there.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type HelperName, helperOf, withHelper } from '@bauta/config'
import { afterAll, expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { ROOT } from '../lab/record.ts'
import { run, sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const { address: wan, gateway } = WANS.eth
const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
const folder = mkdtempSync(path.join(tmpdir(), 'bauta-media-'))
afterAll(() => rmSync(folder, { recursive: true }))

const RTSP_SERVER = `
import gi
gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer, GLib
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_service('554')
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch('( audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay0 pt=0 )')
server.get_mount_points().add_factory('/tone', factory)
server.attach(None)
print('ready', flush=True)
GLib.MainLoop().run()
`

describeLab('media and tunnels', { wan: 'eth' }, (stage) => {
  const helpers = async (...names: HelperName[]) => {
    const { revision, snapshot } = await stage.dataplane.settings()
    let { helpers } = snapshot
    for (const { name } of helpers.list)
      helpers = withHelper(helpers, { ...helperOf(helpers, name), enabled: names.includes(name) })
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, helpers } })
  }
  /** The other machine talks from these ports, so they are its own at the WAN address. */
  const taken = new Set<number>()
  const take = async (...ports: number[]) => {
    for (const localPort of ports) {
      if (taken.has(localPort)) continue
      taken.add(localPort)
      const handle = await stage.on.lan2.udpOpen({ localPort })
      expect(await stage.on.lan2.udpWhoami({ handle, to: WHOAMI })).toEqual({ address: wan, port: localPort })
    }
  }
  const lines = (child: ChildProcess): string[] => {
    const heard: string[] = []
    createInterface(child.stdout!).on('line', (line) => heard.push(line))
    return heard
  }
  const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on('exit', resolve))

  /** @returns how many bytes of sound came in two seconds' worth of it */
  const play = async (name: string): Promise<number> => {
    const file = path.join(folder, name)
    const player = stage.lab.spawn(
      'lan1',
      // biome-ignore format: a command line
      ['timeout', '12', 'ffmpeg', '-hide_banner', '-loglevel', 'error', '-y', '-timeout', '5000000', '-rtsp_transport', 'udp',
        '-min_port', '6970', '-max_port', '6973', '-i', `rtsp://${gateway}/tone`, '-t', '2', '-f', 's16le', file],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    await ended(player)
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0
  }

  it('RTSP: without the helper a player hears nothing where its ports are another machine’s; with it all of it, on an even port and the next', async () => {
    const server = stage.lab.spawn(
      'isp',
      ['env', `GST_REGISTRY=${folder}/gst`, '/usr/bin/python3', '-c', RTSP_SERVER],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const said = lines(server)
    await until('the RTSP server', 30, () => said.includes('ready'))
    await take(6970, 6971)
    await helpers()
    expect(await play('without')).toBe(0)
    await helpers('rtsp')
    const playing = play('with')
    const media = await until('the media', 8, async () => {
      const { rows } = await stage.dataplane.connections({ q: `client:${LAN.lan1}`, limit: 50 })
      return rows.find(({ clientPort, packetsIn }) => clientPort === 6970 && packetsIn > 5)
    })
    expect(media.server).toBe(gateway)
    expect(media.masqPort % 2).toBe(0)
    expect(media.masqPort).not.toBe(6970)
    // Two seconds of 8000 samples, two bytes each.
    expect(await playing).toBe(32_000)
    console.log(`RTP came to the WAN port ${media.masqPort}, ${media.packetsIn} packets when looked at`)
  }, 60_000)

  it('PPTP: two machines have a tunnel to the same server with the same call number; a cleared call has none', async () => {
    await helpers('pptp')
    const peer = path.join(import.meta.dirname, 'harness/pptp-peer.ts')
    const start = (host: 'isp' | 'lan1' | 'lan2', ...words: string[]) => {
      const child = stage.lab.spawn(host, [process.execPath, peer, ...words], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const heard = lines(child)
      return {
        say: (line: string) => child.stdin!.write(`${line}\n`),
        hear: (what: object) => until(JSON.stringify(what), 5, () => heard.includes(JSON.stringify(what))),
        heard,
      }
    }
    const server = start('isp', 'server', '100')
    await server.hear({ ready: true })
    const one = start('lan1', 'client', gateway, '7', 'one')
    await one.hear({ called: 7, by: 100 })
    const two = start('lan2', 'client', gateway, '7', 'two')
    await two.hear({ called: 7, by: 101 })
    const callers = server.heard.map((line) => JSON.parse(line)).filter(({ called }) => called)
    expect(callers[0]).toEqual({ called: 100, by: 7 })
    expect(callers[1].by).not.toBe(7)
    for (let i = 0; i < 3; i++) {
      one.say(`say hello ${i}`)
      two.say(`say hello ${i}`)
      await one.hear({ heard: `you said one: hello ${i}`, call: 7 })
      await two.hear({ heard: `you said two: hello ${i}`, call: 7 })
    }
    await server.hear({ heard: 'one: hello 0', call: 100 })
    await server.hear({ heard: 'two: hello 0', call: 101 })
    two.say('clear')
    await two.hear({ ended: 101 })
    await server.hear({ ended: callers[1].by })
    const gre = async () =>
      (await stage.dataplane.connections({ limit: 100 })).rows.filter(({ protocol }) => protocol === 'GRE')
    expect((await gre()).map(({ client }) => client)).toEqual([LAN.lan1])
    one.say('say still there')
    await one.hear({ heard: 'you said one: still there', call: 7 })
  }, 40_000)

  it('SIP: two telephones (sipp) talk; places and ports are those that the other side reaches, and what is said to them arrives', async () => {
    await helpers('sip')
    await take(5060, 7078, 7079)
    const log = path.join(folder, 'sip')
    const callee = stage.lab.spawn(
      'isp',
      // biome-ignore format: a command line
      ['sipp', '-sn', 'uas', '-i', gateway, '-p', '5060', '-m', '1', '-nostdin', '-trace_msg', '-message_file', log],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const done = ended(callee)
    await sleep(500)
    const caller = stage.lab.spawn(
      'lan1',
      // biome-ignore format: a command line
      ['sipp', '-sn', 'uac', '-i', LAN.lan1, '-p', '5060', '-mi', LAN.lan1, '-mp', '7078', '-rtp_echo', '-d', '3000', '-m', '1',
        '-nostdin', `${gateway}:5060`],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const heard = await until(
      'the call',
      8,
      () => /INVITE[\s\S]*?m=audio (\d+)/.exec(readFileSync(log, 'latin1')) ?? undefined,
    )
    const [invite, port] = [heard[0], Number(heard[1])]
    expect(invite).toContain(`c=IN IP4 ${wan}`)
    expect(invite).toMatch(new RegExp(`Contact: <?sip:sipp@${wan.replaceAll('.', '\\.')}:\\d+`))
    expect(invite).not.toMatch(new RegExp(`(Via|Contact).*${LAN.lan1.replaceAll('.', '\\.')}`))
    expect(port).not.toBe(7078)
    expect(port % 2).toBe(0)
    // Sound from somebody else than the telephone exchange; the telephone sends it back.
    const handle = await stage.on.isp.udpOpen({ localPort: 9000 })
    expect(await stage.on.isp.udpAsk({ handle, to: { address: wan, port }, text: 'sound' })).toBe('sound')
    expect(await ended(caller)).toBe(0)
    expect(await done).toBe(0)
  }, 40_000)

  it('ipmasqadm user: a program opens a way in to a machine, for a while, and ends it', async () => {
    const CLI = path.join(ROOT, 'apps/cli/src/main.ts')
    const bauta = (...words: string[]) =>
      run([process.execPath, CLI, '--socket', stage.lab.record.dataplane.socket, ...words])
    const handle = await stage.on.isp.udpOpen({ localPort: 9001 })
    const inside = await stage.on.lan1.udpOpen({ localPort: 7100 })
    const knock = async () => {
      await stage.on.isp.udpAsk({ handle, to: { address: wan, port: 7101 }, text: 'x', waitMs: 300 })
      return stage.on.lan1.udpLastPeer({ handle: inside })
    }
    expect(await knock()).toBeNull()
    const place = ['user', '-P', 'udp', '-M', wan, '7101']
    bauta('ipmasqadm', ...place, '-a', '-S', LAN.lan1, '7100', '-t', '60')
    expect(await knock()).toMatchObject({ port: 9001 })
    expect(() => bauta('ipmasqadm', ...place, '-a', '-S', LAN.lan1, '22')).toThrow('below 1024')
    bauta('ipmasqadm', ...place, '-d')
    expect(() => bauta('ipmasqadm', ...place, '-d')).toThrow('nothing is waited for there')
  })
})
