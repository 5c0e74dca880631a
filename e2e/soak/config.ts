/** The property tests for as long as one likes: every property for BAUTA_SOAK seconds instead of a few hundred runs. */
import path from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: JSON.parse(process.env.BAUTA_SOAK_FILES ?? '[]'),
    setupFiles: [path.join(import.meta.dirname, 'setup.ts')],
    testTimeout: 0,
    hookTimeout: 0,
    env: { TZ: 'UTC' },
  },
})
