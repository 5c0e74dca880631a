import { expect, it } from 'vitest'
import { pssOf } from './memory.ts'

const SMAPS = `7f0000000000-7f0000100000 rw-s 00000000 00:10 12                         anon_inode:bpf-map
Size:               1024 kB
Pss:                 512 kB
Pss_Dirty:           500 kB
7f0000200000-7f0000300000 rw-p 00000000 00:00 0                          [heap]
Rss:                 100 kB
Pss:                 100 kB
7f0000400000-7f0000500000 rw-s 00000000 00:10 13                         anon_inode:bpf-map
Pss:                   8 kB
`

it('a process’s share of memory: all of it, and that of the mappings of a name', () => {
  expect(pssOf(SMAPS)).toBe(620 * 1024)
  expect(pssOf(SMAPS, 'anon_inode:bpf-map')).toBe(520 * 1024)
  expect(pssOf(SMAPS, 'nothing')).toBe(0)
})

it('what is added up already has one line', () => {
  expect(pssOf('556f-7ffc ---p 00000000 00:00 0  [rollup]\nRss: 9 kB\nPss:    7 kB\nPss_Anon:  3 kB\n')).toBe(
    7168,
  )
})
