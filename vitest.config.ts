/** Unit tests: no root, no network, no browser. What needs those lives in e2e/ under configurations of its own. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/**/*.test.ts',
      'apps/**/*.test.{ts,tsx}',
      'e2e/{architecture,bench}/**/*.test.ts',
      'docker/**/*.test.ts',
    ],
    // A slow board, or a machine that does much else, is no fault of the code.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    exclude: ['**/node_modules/**', '**/.next/**', '**/generated/**'],
  },
})
