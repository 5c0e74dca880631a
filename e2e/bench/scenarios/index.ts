/** All scenarios, in the order of the document. */
import type { Scenario } from '../scenario.ts'
import { bulk } from './bulk.ts'
import { connections } from './connections.ts'
import { frames } from './frames.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { processors } from './processors.ts'
import { resets } from './resets.ts'
import { rules } from './rules.ts'
import { udp } from './udp.ts'
import { watching } from './watching.ts'

export const SCENARIOS: readonly Scenario[] = [
  bulk,
  frames,
  latency,
  udp,
  connections,
  memory,
  resets,
  rules,
  processors,
  watching,
]

/**
 * @param names separated by commas; all scenarios where absent
 * @throws where one has a name that none has
 */
export function chosen(names: string | undefined): readonly Scenario[] {
  if (names === undefined) return SCENARIOS
  const wanted = names.split(',').map((name) => name.trim())
  for (const name of wanted)
    if (!SCENARIOS.some((scenario) => scenario.name === name))
      throw new Error(
        `--scenario: “${name}” is not one of ${SCENARIOS.map((scenario) => scenario.name).join(', ')}`,
      )
  return SCENARIOS.filter(({ name }) => wanted.includes(name))
}
