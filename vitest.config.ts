/** Unit tests: no root, no network, no browser. What needs those lives in e2e/ under configurations of its own. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'apps/**/*.test.{ts,tsx}', 'e2e/{architecture,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/.next/**', '**/generated/**'],
  },
})
