import { expect, it } from 'vitest'
import { parseSources, parseTracking } from './chrony-status.ts'

it('reads the servers that are asked', () => {
  const text = `^,*,ntp.example.org,2,6,377,12,-0.000012345,-0.000011000,0.000420000
^,+,192.0.2.7,3,6,17,40,0.002,0.002,0.01
^,?,silent.example.org,0,7,0,4294967295,0.000000000,0.000000000,0.000000000
^,x,wrong.example.org,1,6,377,3,42.5,42.5,0.01
=,?,peer.example.org,0,7,0,1,0,0,0
`
  expect(parseSources(text)).toEqual([
    { name: 'ntp.example.org', state: 'used', offset: -0.000012345 },
    { name: '192.0.2.7', state: 'good', offset: 0.002 },
    { name: 'silent.example.org', state: 'silent', offset: null },
    { name: 'wrong.example.org', state: 'wrong', offset: 42.5 },
  ])
  expect(parseSources('')).toEqual([])
})

it('reads whether the clock follows one of them', () => {
  const tracking = (leap: string) =>
    `C0000207,192.0.2.7,3,1795708684.1,0.000012,-0.00001,0.00002,-12.3,0.01,0.5,0.003,0.001,64.2,${leap}\n`
  expect(parseTracking(tracking('Normal'))).toEqual({ synchronised: true, offset: 0.000012 })
  expect(parseTracking(tracking('Not synchronised'))).toEqual({ synchronised: false, offset: null })
  expect(parseTracking('')).toEqual({ synchronised: false, offset: null })
})
