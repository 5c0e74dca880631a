/** Writes docs/drop-reasons.md from the list: `node apps/dataplane/src/drop-reasons-doc.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dropReasonsDoc } from './drop-reasons.ts'

writeFileSync(join(import.meta.dirname, '../../../docs/drop-reasons.md'), dropReasonsDoc())
