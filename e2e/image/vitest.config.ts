/** The flashable image in an emulated machine: minutes, not seconds. One file at a time. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
})
