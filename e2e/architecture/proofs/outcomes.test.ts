import { expect, it } from 'vitest'
import { Outcomes } from './outcomes.ts'

const vitest = {
  testResults: [
    {
      name: '/box/packages/a.test.ts',
      assertionResults: [
        { title: 'plain', ancestorTitles: [], status: 'passed' },
        { title: 'wrong', ancestorTitles: ['group', 'inner'], status: 'failed' },
        { title: 'left out', ancestorTitles: [], status: 'skipped' },
        { title: 'one of 3 (x)', ancestorTitles: ['group', 'inner'], status: 'passed' },
        { title: 'one of 4 (x)', ancestorTitles: [], status: 'failed' },
        { title: 'by $1 a month', ancestorTitles: ['other'], status: 'passed' },
      ],
    },
  ],
}
const spec = (title: string, ok: boolean, status: string) => ({
  title,
  file: 'web/a.spec.ts',
  ok,
  tests: [{ status }],
})
const playwright = {
  config: { rootDir: '/box/e2e' },
  suites: [
    {
      title: 'web/a.spec.ts',
      specs: [spec('top', true, 'expected')],
      suites: [
        { title: 'nested', specs: [spec('deep', false, 'unexpected'), spec('skipped', true, 'skipped')] },
      ],
    },
  ],
}
const outcomes = new Outcomes([vitest, playwright], '/box')

it('tells what passed, what failed, and what did not run, of both kinds of tests', () => {
  const unit = (title: string) => outcomes.of({ file: 'packages/a.test.ts', title })
  expect(['plain', 'wrong', 'left out', 'unknown'].map(unit)).toEqual([
    'passed',
    'failed',
    'not run',
    'not run',
  ])
  const page = (title: string) => outcomes.of({ file: 'e2e/web/a.spec.ts', title })
  expect(['top', 'deep', 'skipped'].map(page)).toEqual(['passed', 'failed', 'not run'])
})

it('takes a title with places for values as failed when one of its tests failed', () => {
  const unit = (title: string) => outcomes.of({ file: 'packages/a.test.ts', title })
  expect([unit('one of %s (x)'), unit('one of $count (x)'), unit('one of %s (y)')]).toEqual([
    'failed',
    'failed',
    'not run',
  ])
})

it('takes the title of a group for all tests in it, and a template’s places for values as such', () => {
  const unit = (title: string) => outcomes.of({ file: 'packages/a.test.ts', title })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the documents have them, from the source
  const templates = ['one of ${COUNT} (x)', '${word}']
  expect(['other', 'group', 'inner', 'grou', ...templates].map(unit)).toEqual([
    'passed',
    'failed',
    'failed',
    'not run',
    'failed',
    'failed',
  ])
  expect(outcomes.of({ file: 'e2e/web/a.spec.ts', title: 'nested' })).toBe('failed')
})

it('knows which files were part of the run', () => {
  expect(
    ['packages/a.test.ts', 'e2e/web/a.spec.ts', 'packages/b.test.ts'].map((file) => outcomes.has(file)),
  ).toEqual([true, true, false])
})

it('repeats what failed, and the beginning of why', () => {
  const failing = {
    testResults: [
      {
        name: '/box/e2e/net/a.test.ts',
        status: 'failed',
        assertionResults: [
          {
            title: 'counts',
            ancestorTitles: ['group'],
            status: 'failed',
            failureMessages: [
              `\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n\n${'at x\n'.repeat(20)}`,
            ],
          },
          { title: 'fine', ancestorTitles: [], status: 'passed' },
        ],
      },
      { name: '/box/e2e/net/b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  }
  const page = {
    config: { rootDir: '/box/e2e' },
    suites: [
      {
        title: 'web/a.spec.ts',
        specs: [
          {
            ...spec('looks right', false, 'unexpected'),
            tests: [{ status: 'unexpected', results: [{ errors: [{ message: 'not visible' }] }] }],
          },
        ],
      },
    ],
  }
  const [test, file, seen, ...more] = new Outcomes([failing, page], '/box').failures()
  expect(test!.split('\n').slice(0, 3)).toEqual([
    'e2e/net/a.test.ts › group › counts',
    '    AssertionError: expected 1 to be 2',
    '    at x',
  ])
  expect(test!.split('\n')).toHaveLength(9)
  expect(file).toBe('e2e/net/b.test.ts › the file itself\n    no such module')
  expect(seen).toBe('e2e/web/a.spec.ts › web/a.spec.ts › looks right\n    not visible')
  expect(more).toEqual([])
})

it('takes the last run of a file that ran twice', () => {
  const again = {
    testResults: [
      {
        name: '/box/packages/a.test.ts',
        assertionResults: [{ title: 'wrong', ancestorTitles: [], status: 'passed' }],
      },
    ],
  }
  const both = new Outcomes([vitest, playwright, again], '/box')
  expect(both.of({ file: 'packages/a.test.ts', title: 'wrong' })).toBe('passed')
  expect(both.of({ file: 'packages/a.test.ts', title: 'plain' })).toBe('not run')
  expect(both.failedFiles()).toEqual(['e2e/web/a.spec.ts'])
  expect(new Outcomes([vitest], '/box').failedTitles()).toEqual([
    'packages/a.test.ts › group › inner › wrong',
    'packages/a.test.ts › one of 4 (x)',
  ])
})
