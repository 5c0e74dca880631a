/**
 * Mutants of a source file: one small change each, as somebody might make it by mistake. The kinds are those that mutation
 * testing commonly has: operators, conditions, texts, lists, and a statement left out. Numbers are left alone: most of them
 * are sizes and offsets, where another value is as right. Types are no code and give no mutants.
 */
import { parseAst } from 'vitest/node'

export interface Mutant {
  file: string
  line: number
  kind: string
  start: number
  end: number
  /** What stands between start and end now, and what shall. */
  before: string
  after: string
}

interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}
type Change = (node: Node, text: string) => [start: number, end: number, after: string][]

const BINARY: Record<string, string[]> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
}
const ASSIGNMENT: Record<string, string> = {
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '&=': '|=',
  '|=': '&=',
  '^=': '&=',
  '<<=': '>>=',
  '>>=': '<<=',
  '>>>=': '<<=',
  '??=': '&&=',
}
const METHODS: Record<string, string> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  toUpperCase: 'toLowerCase',
  toLowerCase: 'toUpperCase',
}

/** The operator stands between the operands; comments there would be in the way, and there are none. */
function operator(node: Node, text: string, others: string[]): ReturnType<Change> {
  const left = node.left as Node
  const at = text.indexOf(node.operator as string, left.end)
  return others.map((other) => [at, at + (node.operator as string).length, other])
}

const condition = (test: Node): ReturnType<Change> => [
  [test.start, test.end, 'true'],
  [test.start, test.end, 'false'],
]

const CHANGES: Record<string, Change> = {
  BinaryExpression: (node, text) => operator(node, text, BINARY[node.operator as string] ?? []),
  LogicalExpression: (node, text) => operator(node, text, BINARY[node.operator as string] ?? []),
  AssignmentExpression(node, text) {
    const other = ASSIGNMENT[node.operator as string]
    return other === undefined ? [] : operator(node, text, [other])
  },
  IfStatement: ({ test }) => condition(test as Node),
  ConditionalExpression: ({ test }) => condition(test as Node),
  WhileStatement: ({ test }) => [[(test as Node).start, (test as Node).end, 'false']],
  ForStatement: ({ test }) => (test ? [[(test as Node).start, (test as Node).end, 'false']] : []),
  UnaryExpression({ operator: sign, start, argument }) {
    if (sign !== '!' && sign !== '-' && sign !== '~') return []
    // “-1” is a number as it stands
    if (sign === '-' && (argument as Node).type === 'Literal') return []
    return [[start, (argument as Node).start, '']]
  },
  UpdateExpression({ operator: sign, start, end, prefix }) {
    const at = prefix ? start : end - 2
    return [[at, at + 2, sign === '++' ? '--' : '++']]
  },
  Literal({ value, start, end }) {
    if (typeof value === 'boolean') return [[start, end, String(!value)]]
    if (typeof value === 'string') return [[start, end, value === '' ? "'mutant'" : "''"]]
    return []
  },
  TemplateLiteral: ({ start, end }) => (end - start > 2 ? [[start, end, "''"]] : []),
  ArrayExpression: ({ elements, start, end }) =>
    (elements as unknown[]).length > 0 ? [[start, end, '[]']] : [],
  MemberExpression({ computed, optional, property, object }) {
    const { name, start, end } = property as Node
    const changes: ReturnType<Change> = []
    const other = computed ? undefined : METHODS[name as string]
    if (other !== undefined) changes.push([start, end, other])
    if (optional) changes.push([(object as Node).end, start, computed ? '[' : '.'])
    return changes
  },
  ExpressionStatement: ({ start, end, directive }) => (directive ? [] : [[start, end, ';']]),
  ReturnStatement: ({ start, end, argument }) => (argument ? [] : [[start, end, ';']]),
  ContinueStatement: ({ start, end }) => [[start, end, ';']],
  BreakStatement: ({ start, end }) => [[start, end, ';']],
}

/** A literal in these places is a name, not a value. */
const NAMES_ONLY = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'])
/** Nodes of TypeScript that have a value in them. */
const WITH_VALUE = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'])

export function mutantsOf(file: string, text: string): Mutant[] {
  const found: Mutant[] = []
  visit(parseAst(text, { lang: 'ts' }) as unknown as Node)
  return found

  function visit(node: Node): void {
    if (node.type.startsWith('TS') && !WITH_VALUE.has(node.type)) return
    if (NAMES_ONLY.has(node.type) && !node.declaration) return
    for (const [start, end, after] of CHANGES[node.type]?.(node, text) ?? []) {
      const before = text.slice(start, end)
      const line = text.slice(0, start).split('\n').length
      if (before !== after) found.push({ file, line, kind: node.type, start, end, before, after })
    }
    for (const [field, child] of Object.entries(node)) {
      if (field === 'key' && !node.computed) continue
      for (const one of Array.isArray(child) ? child : [child])
        if (one && typeof one === 'object' && 'type' in one) visit(one as Node)
    }
  }
}

export function mutated(
  text: string,
  { start, end, after }: Pick<Mutant, 'start' | 'end' | 'after'>,
): string {
  return text.slice(0, start) + after + text.slice(end)
}

/** `count` of them, the same for the same seed; all, where there are no more. */
export function sample<T>(all: readonly T[], count: number, seed: number): T[] {
  const pool = [...all]
  let state = seed | 0
  const random = () => {
    // mulberry32: small, and good enough to draw lots
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  for (let i = 0; i < Math.min(count, pool.length); i++) {
    const j = i + Math.floor(random() * (pool.length - i))
    const other = pool[j]!
    pool[j] = pool[i]!
    pool[i] = other
  }
  return pool.slice(0, count)
}
