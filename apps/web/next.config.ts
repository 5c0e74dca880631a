import path from 'node:path'
import type { NextConfig } from 'next'

process.env.NEXT_TELEMETRY_DISABLED ??= '1'

/** Read by `next build`, and handed to Next by src/server.ts, so that a start needs no TypeScript loader. */
const config: NextConfig = {
  /** Two builds at once must not share a folder. */
  distDir: process.env.BAUTA_DIST ?? '.next',
  outputFileTracingRoot: path.join(import.meta.dirname, '../..'),
  turbopack: { root: path.join(import.meta.dirname, '../..') },
  transpilePackages: ['@bauta/chains', '@bauta/config', '@bauta/control', '@bauta/db', '@bauta/packet'],
  serverExternalPackages: ['better-sqlite3'],
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  /** A page on the LAN gains little from gzip, the router's CPU loses much, and event streams must not be buffered. */
  compress: false,
}
export default config
