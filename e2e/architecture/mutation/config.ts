/** One run of the tests over one mutant: the source file is changed on its way to the tests, never on the disk. */
import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification, type Vite } from 'vitest/node'
import { type Mutant, mutated } from './mutants.ts'
import { ROOT } from './suite.ts'

const mutant: Mutant | null = JSON.parse(process.env.BAUTA_MUTANT ?? 'null')
/** Test files in the order they are to run: those that fail soonest first. */
const order: string[] = JSON.parse(process.env.BAUTA_MUTATION_TESTS ?? '[]')

class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => order.indexOf(path.relative(ROOT, moduleId))
    return [...files].sort((a, b) => rank(a) - rank(b))
  }
}

/** Whether a module is the changed one, which must come from no cache and leave nothing in it. */
const isMutant = (id: string) => mutant !== null && id === path.join(ROOT, mutant.file)

const plugin: Vite.Plugin = {
  name: 'mutant',
  enforce: 'pre',
  transform: (code, id) => (isMutant(id) ? { code: mutated(code, mutant!), map: null } : undefined),
  configureVitest({ defineCacheKeyGenerator }) {
    defineCacheKeyGenerator(({ id }) => (isMutant(id) ? false : undefined))
  },
}

export default defineConfig({
  plugins: [plugin],
  test: {
    root: ROOT,
    include: order,
    bail: mutant ? 1 : 0,
    fileParallelism: false,
    isolate: false,
    testTimeout: 60_000,
    sequence: { sequencer: Sequencer },
  },
})
