/** The product inside the router's namespace, run the way it runs on a real box. */
import type { Lab, LabOptions } from './lab.ts'

export async function startProduct(_lab: Lab, _options: LabOptions): Promise<void> {
  throw new Error('not yet')
}
