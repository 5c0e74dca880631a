import { expect, test } from 'vitest'
import { namesIn } from './list-format.ts'

test.each([
  ['0.0.0.0 ads.example', ['ads.example']],
  ['127.0.0.1\tA.Example  b.example # both', ['a.example', 'b.example']],
  ['::1 ip6.ads.example', ['ip6.ads.example']],
  ['ads.example', ['ads.example']],
  ['ads.example.', ['ads.example']],
  ['*.ads.example', ['ads.example']],
  ['.ads.example # why', ['ads.example']],
  ['||ads.example^', ['ads.example']],
  ['||ads.example^$important', ['ads.example']],
  ['address=/ads.example/', ['ads.example']],
  ['address=/ads.example/0.0.0.0', ['ads.example']],
  ['local=/ads.example/', ['ads.example']],
  ['bücher.example', ['xn--bcher-kva.example']],
])('%s', (line, names) => {
  expect(namesIn(line)).toEqual(names)
})

test.each([
  '',
  '   ',
  '# comment',
  '! comment',
  '[Adblock Plus]',
  '@@||good.example^',
  'com',
  '127.0.0.1 localhost',
  '0.0.0.0 0.0.0.0',
  '::1 ip6-localhost',
  '192.168.1.1 router.example',
  '||ads.example^$third-party',
  '||ads.example/banner^',
  'example.org##.ad',
  '/ads[0-9]+/',
  'a b',
  'bad..name',
  'x'.repeat(300),
  '<html>',
  'server=/corp.example/10.0.0.1',
  `${'a'.repeat(64)}.example`,
  '\u0000.example',
  'ads.example/path',
])('nothing in: %s', (line) => {
  expect(namesIn(line)).toEqual([])
})
