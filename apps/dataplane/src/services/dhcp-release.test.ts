import { expect, it } from 'vitest'
import { releaseMessage } from './dhcp-release.ts'

it('is the message that the client itself would send', () => {
  const lease = {
    address: '192.168.77.20',
    mac: '3c:22:fb:10:20:30',
    hostname: 'tv',
    clientId: '01:3c:22:fb:10:20:30',
    expiresAt: 0,
  }
  const message = releaseMessage(lease, '192.168.77.1', 0xdeadbeef)
  expect(message).toHaveLength(300)
  expect(message.subarray(0, 16).toString('hex')).toBe('01010600deadbeef00000000c0a84d14')
  expect(message.subarray(28, 44).toString('hex')).toBe('3c22fb10203000000000000000000000')
  expect(message.subarray(236, 259).toString('hex')).toBe('638253633501073604c0a84d013d07013c22fb102030ff')
  expect(
    releaseMessage({ ...lease, clientId: null }, '192.168.77.1', 1)
      .subarray(236, 250)
      .toString('hex'),
  ).toBe('638253633501073604c0a84d01ff')
})
