import { expect, test } from 'vitest'
import { sourcesFrom } from './apt-sources.ts'

const SIGNED = 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'

test('the archives of the build machine, with the suite of the image', () => {
  const targets = [
    'http://mirror.example/debian/\tbookworm\tDebian',
    'http://mirror.example/debian/\tbookworm\tDebian',
    'http://mirror.example/debian/\tbookworm-updates\tDebian',
    'http://mirror.example/debian-security/\tbookworm-security\tDebian-Security',
    'http://other.example/tools/\tstable\tTools',
    'http://mirror.example/debian/\tbookworm-backports\tDebian Backports',
  ].join('\n')
  expect(sourcesFrom(targets)).toEqual([
    `${SIGNED} http://mirror.example/debian trixie main non-free-firmware`,
    `${SIGNED} http://mirror.example/debian trixie-updates main non-free-firmware`,
    `${SIGNED} http://mirror.example/debian-security trixie-security main non-free-firmware`,
  ])
})

test('a mirror that was named outright', () => {
  expect(sourcesFrom('', 'http://mirror.example/debian/')).toEqual([
    `${SIGNED} http://mirror.example/debian trixie main non-free-firmware`,
    `${SIGNED} http://mirror.example/debian trixie-updates main non-free-firmware`,
    `${SIGNED} http://mirror.example/debian-security trixie-security main non-free-firmware`,
  ])
})

test.each([
  ['', undefined],
  ['http://x/y\tstable\tOther', undefined],
  ['', 'http://m/debian x\ndeb evil'],
])('no archive to be found in %j, mirror %j: a sentence what to do', (targets, mirror) => {
  expect(() => sourcesFrom(targets, mirror)).toThrow(/DEBIAN_MIRROR/)
})
