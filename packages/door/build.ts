/**
 * Compiles bpf/door.bpf.c to bpf/door.bpf.o, which is committed: a router needs no compiler.
 *
 *     node packages/door/build.ts            builds
 *     node packages/door/build.ts --check    builds aside and says whether the committed object is what the source gives
 *
 * The same compiler gives the same bytes in any checkout: the source is named relatively, paths are mapped away and DWARF is stripped
 * (BTF stays, libbpf needs it for the maps). Another major version of clang may give other bytes, so --check asks for the one it was made with.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const FOLDER = import.meta.dirname
const SOURCE = 'bpf/door.bpf.c'
const OBJECT = 'bpf/door.bpf.o'
/** Debian 12's. */
const CLANG_MAJOR = 14

/** @returns the major version of the clang that would be used, or null without clang */
export function clangMajor(): number | null {
  try {
    const answer = execFileSync('clang', ['--version'], { encoding: 'utf8' })
    return Number(/version (\d+)/.exec(answer)?.[1] ?? Number.NaN)
  } catch {
    return null
  }
}

/** @returns true when the committed object is byte for byte what the source compiles to */
export function isCurrent(): boolean {
  return withObject((path) => readFileSync(path).equals(readFileSync(join(FOLDER, OBJECT))))
}

export function canCheck(): boolean {
  return clangMajor() === CLANG_MAJOR
}

/** The object appears whole or not at all. */
function build(): void {
  withObject((path) => renameSync(path, join(FOLDER, OBJECT)))
}

function withObject<Result>(use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(FOLDER, 'bpf', '.build-'))
  try {
    const path = join(folder, 'door.bpf.o')
    compile(path)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compile(to: string): void {
  // <asm/types.h> is the only header that depends on the machine, and its types do not.
  const machine = execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim()
  const flags = ['-O2', '-g', '-mcpu=v3', '-target', 'bpf', '-Wall', '-Wextra', '-Werror']
  const paths = [
    `-I/usr/include/${machine}-linux-gnu`,
    `-ffile-prefix-map=${FOLDER}=.`,
    '-fdebug-compilation-dir=.',
  ]
  execFileSync('clang', [...flags, ...paths, '-c', SOURCE, '-o', to], { cwd: FOLDER, stdio: 'inherit' })
  execFileSync('llvm-strip', ['-g', to], { stdio: 'inherit' })
}

function main(): number {
  if (!process.argv.includes('--check')) {
    build()
    return 0
  }
  if (!canCheck()) {
    console.log(
      `not checked: ${OBJECT} was compiled with clang ${CLANG_MAJOR}, here is ${clangMajor() ?? 'none'}`,
    )
    return 0
  }
  if (isCurrent()) return 0
  console.error(
    `${OBJECT} is not what ${SOURCE} compiles to: run “node packages/door/build.ts” and commit it`,
  )
  return 1
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main()
