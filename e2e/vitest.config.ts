/** Network tests: real clients and servers in namespaces. One file at a time: they share two cores and measure time. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['net/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // what was measured is printed as it happens
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
})
