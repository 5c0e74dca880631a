/** Tests in virtual machines, for what needs another kernel: minutes, not seconds. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['guest/**/*.test.ts'],
    fileParallelism: false,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
})
