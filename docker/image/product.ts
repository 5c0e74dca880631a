/** Bauta itself for one architecture: the built pages, the sources that run as they are, their npm packages, Node. */
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { ARCH, type Arch } from './arch.ts'
import { closure } from './closure.ts'
import { compileTree } from './compile.ts'
import { fetchPackage, readLock } from './npm-package.ts'
import { run } from './shell.ts'

const PROJECT = path.resolve(import.meta.dirname, '../..')
const WORKSPACES = ['apps/web', 'apps/dataplane', 'apps/cli']
/** Where the image has it. */
export const HOME = 'usr/lib/bauta'

const NOT_SOURCE =
  /(^|\/)(src\/(app|components)|node_modules|\.next[^/]*|golden|[^/]*\.test\.tsx?|[^/]*\.tsbuildinfo|testing\.ts|next-env\.d\.ts|bench\.ts|bundle\.ts|tsconfig\.json)(\/|$)/
const NOT_RUN = /\.(map|d\.[cm]?ts|md|tsbuildinfo|flow)$/i

/** @param cache a folder for what was fetched from npm */
export function installProduct(root: string, arch: Arch, cache: string): void {
  run([process.execPath, path.join(PROJECT, 'apps/dataplane/bundle.ts')])
  const home = path.join(root, HOME)
  const lock = readLock(PROJECT)
  const platform = `linux-${ARCH[arch].node}`
  for (const key of closure(lock, WORKSPACES))
    if (key.startsWith('node_modules/')) copyPackage(key, home)
    else copyWorkspace(key, home)
  cpSync(path.join(PROJECT, 'prisma/migrations'), path.join(home, 'prisma/migrations'), { recursive: true })
  writeFileSync(path.join(home, 'package.json'), '{ "name": "bauta", "private": true, "type": "module" }\n')
  compileTree(home)
  // The dataplane runs from its bundle; of its sources stays what is no module.
  for (const name of globSync('apps/dataplane/src/**/*.js', { cwd: home })) rmSync(path.join(home, name))
  copyPages(home)
  writeStart(home)
  for (const name of globSync('node_modules/better-sqlite3/{deps,src,prebuilds/*}', { cwd: home }))
    if (!name.endsWith(`/${platform}.node`)) rmSync(path.join(home, name), { recursive: true })
  const koffi = `@koromix/koffi-${platform}`
  cpSync(fetchPackage(lock, koffi, cache), path.join(home, 'node_modules', koffi), { recursive: true })
  installNode(root, fetchPackage(lock, `node-${platform}`, cache))
}

function copyWorkspace(key: string, home: string): void {
  const from = path.join(PROJECT, key)
  cpSync(from, path.join(home, key), {
    recursive: true,
    filter: (file) => !NOT_SOURCE.test(path.relative(from, file)) && !/\.bpf\.c$|counters\.h$/.test(file),
  })
  const { name } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8')) as { name: string }
  const link = path.join(home, 'node_modules', name)
  mkdirSync(path.dirname(link), { recursive: true })
  symlinkSync(path.relative(path.dirname(link), path.join(home, key)), link)
}

function copyPackage(key: string, home: string): void {
  const from = path.join(PROJECT, key)
  if (!existsSync(from)) throw new Error(`${key} is not installed here; run ./bauta setup`)
  const wanted =
    key === 'node_modules/next'
      ? nextFilter()
      : key === 'node_modules/@prisma/client'
        ? isPrismaRun
        : () => true
  cpSync(from, path.join(home, key), {
    recursive: true,
    // A package's own packages come by their own names.
    filter: (file) => {
      const name = path.relative(from, file)
      if (/(^|\/)node_modules(\/|$)/.test(name) || NOT_RUN.test(name)) return false
      return statSync(file).isDirectory() || wanted(name)
    },
  })
}

/** Of Prisma's engines only the one that was generated for SQLite. */
const isPrismaRun = (name: string): boolean =>
  !/^runtime\//.test(name) || /^runtime\/(client\.|query_compiler_fast_bg\.sqlite\.)/.test(name)

/** Builds of React for other uses than ours. The rest of what Next brings is loaded here and there, also its compiler. */
/** Which of them loads is told by the pages, not by the server. */
const RUN = /^dist\/compiled\/next-server\/app-[a-z-]*turbo\.runtime\.prod\.js$/
const BUILD_ONLY = /^dist\/compiled\/(next-server|react-dom[^/]*|react-server-dom[^/]*|next-devtools)\//

/**
 * Next brings its compiler and many builds of React. `next build` wrote down which of the bundled packages its server loads; of
 * its own folders everything stays that a server could ask for.
 */
function nextFilter(): (name: string) => boolean {
  const pages = path.join(PROJECT, 'apps/web/.next')
  const trace = JSON.parse(readFileSync(path.join(pages, 'next-server.js.nft.json'), 'utf8')) as {
    files: string[]
  }
  const next = path.join(PROJECT, 'node_modules/next')
  const traced = new Set(trace.files.map((file) => path.relative(next, path.join(pages, file))))
  return (name) => {
    if (/^dist\/(docs|esm|telemetry\/.*flush)\//.test(name)) return false
    if (!name.startsWith('dist/compiled/')) return true
    return traced.has(name) || !BUILD_ONLY.test(name) || RUN.test(name)
  }
}

function copyPages(home: string): void {
  const from = path.join(PROJECT, 'apps/web/.next')
  cpSync(from, path.join(home, 'apps/web/.next'), {
    recursive: true,
    filter: (file) => {
      const name = path.relative(from, file)
      return (
        !/^(cache|diagnostics|types|trace.*|build|turbopack|dev)(\/|$)/.test(name) &&
        !/\.(map|nft\.json)$/.test(name)
      )
    },
  })
}

/**
 * Next reads its settings from a file that it hands to a compiler first: 40 MB of memory and, on a small processor, many seconds. What
 * `next build` found is said to it outright, as in Next’s own standalone server.
 */
function writeStart(home: string): void {
  const file = path.join(home, 'apps/web/.next/required-server-files.json')
  // Where it was built is nobody’s business, and no place on the box.
  const text = readFileSync(file, 'utf8').replaceAll(PROJECT, `/${HOME}`)
  writeFileSync(file, text)
  rmSync(file.replace(/json$/, 'js'), { force: true })
  const { config } = JSON.parse(text) as { config: unknown }
  writeFileSync(
    path.join(home, 'apps/web/start.js'),
    `process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = ${JSON.stringify(JSON.stringify(config))}\nawait import('./src/server.js')\n`,
  )
}

function installNode(root: string, from: string): void {
  const node = path.join(root, 'usr/bin/node')
  cpSync(path.join(from, 'bin/node'), node)
  // Symbols that only a debugger reads, 20 MB of them; binutils know one architecture, LLVM's tool all.
  for (const strip of ['llvm-strip', 'strip'])
    try {
      run([strip, '--strip-debug', '--strip-unneeded', node])
      return
    } catch {
      // Neither tool is needed for a build; the image is a little larger then.
    }
}
