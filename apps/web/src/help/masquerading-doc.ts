/** Prints docs/masquerading.md. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { masqueradingDoc } from './topics.ts'

writeFileSync(join(import.meta.dirname, '../../../../docs/masquerading.md'), masqueradingDoc())
