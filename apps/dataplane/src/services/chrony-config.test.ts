import { applianceSnapshot, timeSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { renderChrony } from './chrony-config.ts'

const PATHS = {
  drift: '/state/chrony/drift',
  socket: '/run/chrony/chronyd.sock',
  pid: '/run/chrony/chronyd.pid',
}
const HOME = { lanDevice: 'br-lan', lanNetworks: ['192.168.77.0/24'], setsClock: true }
const time = { ...applianceSnapshot([]).time, servers: ['ntp.example.org', '192.0.2.7'] }

describe('chronyd’s file', () => {
  it('says it all', () => {
    expect(renderChrony(time, HOME, PATHS).split('\n')).toEqual([
      '# Written by Bauta from its settings; changes made here are overwritten.',
      'server ntp.example.org iburst',
      'server 192.0.2.7 iburst',
      'driftfile /state/chrony/drift',
      'pidfile /run/chrony/chronyd.pid',
      'bindcmdaddress /run/chrony/chronyd.sock',
      'cmdport 0',
      'makestep 1 3',
      'rtcsync',
      'binddevice br-lan',
      'allow 192.168.77.0/24',
      '',
    ])
  })

  it.each([
    ['nobody is to be served', { ...time, serve: false }, HOME],
    ['there is no home network yet', time, { ...HOME, lanDevice: null }],
    ['the home network has no address yet', time, { ...HOME, lanNetworks: [] }],
  ])('opens no port where %s', (_, settings, context) => {
    const text = renderChrony(settings, context, PATHS)
    expect(text).toContain('\nport 0\n')
    expect(text).not.toMatch(/allow|binddevice/)
  })

  it('leaves the clock alone where it belongs to somebody else', () => {
    expect(renderChrony(time, { ...HOME, setsClock: false }, PATHS)).not.toMatch(/makestep|rtcsync/)
  })

  it.each(['a b', 'a\nallow 0/0', '', 'x#y', 'ntp.example.org iburst'])(
    'can never be broken by a server’s name: the schema refuses %j',
    (server) => {
      expect(timeSchema.safeParse({ ...time, servers: [server] }).success).toBe(false)
    },
  )
})
