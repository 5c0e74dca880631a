import { expect, it } from 'vitest'
import { Outcomes } from './outcomes.ts'

const vitest = {
  testResults: [
    {
      name: '/box/packages/a.test.ts',
      assertionResults: [
        { title: 'plain', status: 'passed' },
        { title: 'wrong', status: 'failed' },
        { title: 'left out', status: 'skipped' },
        { title: 'one of 3 (x)', status: 'passed' },
        { title: 'one of 4 (x)', status: 'failed' },
        { title: 'by $1 a month', status: 'passed' },
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
      specs: [spec('top', true, 'expected')],
      suites: [{ specs: [spec('deep', false, 'unexpected'), spec('skipped', true, 'skipped')] }],
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

it('knows which files were part of the run', () => {
  expect(
    ['packages/a.test.ts', 'e2e/web/a.spec.ts', 'packages/b.test.ts'].map((file) => outcomes.has(file)),
  ).toEqual([true, true, false])
})
