/** `./bauta lab …` */
import { parseArgs } from 'node:util'
import { Lab } from './lab.ts'
import { HOSTS, type Host, type WanKind } from './plan.ts'
import { isAlive, signal } from './processes.ts'
import { SOFTWARES } from './record.ts'

const USAGE = `usage: ./bauta lab up [--name N] [--wan eth|ppp0|dhcp] [--appliance] [--admin-password WORD] [--port N] [--no-web]
                  [--software ${SOFTWARES.join('|')}]
       ./bauta lab exec [--name N] HOST -- COMMAND…     HOST: ${HOSTS.join(' ')}
       ./bauta lab wan down|up [--address A] [--name N]
       ./bauta lab dhcp offer|silence [--address A] [--seconds N] [--name N]
       ./bauta lab status [--json] [--name N]
       ./bauta lab down [--keep] [--name N]`

const OPTIONS = {
  name: { type: 'string', default: 'lab' },
  wan: { type: 'string', default: 'eth' },
  appliance: { type: 'boolean', default: false },
  software: { type: 'string', default: 'bauta' },
  'admin-password': { type: 'string' },
  'no-web': { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  address: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const

class Misuse extends Error {}

async function main(words: string[]): Promise<void> {
  const split = words.indexOf('--')
  const command = split < 0 ? [] : words.slice(split + 1)
  const { values, positionals } = parseArgs({
    args: split < 0 ? words : words.slice(0, split),
    options: OPTIONS,
    allowPositionals: true,
  })
  const [verb, ...rest] = positionals
  switch (verb) {
    case 'up': {
      const lab = await Lab.up({
        name: values.name,
        wan: oneOf('--wan', values.wan, ['eth', 'ppp0', 'dhcp'] satisfies WanKind[]),
        appliance: values.appliance,
        software: oneOf('--software', values.software, SOFTWARES),
        adminPassword: values['admin-password'],
        web: !values['no-web'],
        port: Number(values.port),
        progress: (step) => console.error(`· ${step}`),
      })
      return printStatus(lab, values.json)
    }
    case 'exec':
      return execute(Lab.find(values.name), oneOf('HOST', rest[0] ?? '', [...HOSTS]), command)
    case 'wan': {
      const lab = Lab.find(values.name)
      if (oneOf('lab wan', rest[0] ?? '', ['down', 'up']) === 'down') lab.wanDown()
      else lab.wanUp(values.address)
      return
    }
    case 'dhcp': {
      const lab = Lab.find(values.name)
      if (oneOf('lab dhcp', rest[0] ?? '', ['offer', 'silence']) === 'silence') return lab.silence()
      const { address, seconds } = values
      return lab.offer({ address, seconds: seconds === undefined ? undefined : Number(seconds) })
    }
    case 'status':
      return printStatus(Lab.find(values.name), values.json)
    case 'down':
      return Lab.find(values.name).down({ keep: values.keep })
    default:
      throw new Misuse(USAGE)
  }
}

function oneOf<T extends string>(what: string, word: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === word)
  if (found === undefined)
    throw new Misuse(`${what}: “${word}” is not one of ${allowed.join(', ')}\n${USAGE}`)
  return found
}

/** Ends as the command ends. */
function execute(lab: Lab, host: Host, command: readonly string[]): Promise<void> {
  if (command.length === 0) throw new Misuse(USAGE)
  const child = lab.spawn(host, command, { stdio: 'inherit' })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => signal(child.pid!, name))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, killedBy) => {
      process.exitCode = killedBy ? 1 : (code ?? 1)
      resolve()
    })
  })
}

function printStatus({ record }: Lab, json: boolean): void {
  const processes = record.processes.map((entry) => ({ ...entry, alive: isAlive(entry) }))
  if (json) {
    console.log(JSON.stringify({ ...record, processes }, null, 2))
    return
  }
  console.log(`lab ${record.name}: ${record.software}, WAN ${record.wan}`)
  for (const host of HOSTS)
    console.log(
      `  ${host.padEnd(7)} ${record.namespaces[host].padEnd(34)} ${record.addresses[host].join(' ')}`,
    )
  for (const { role, pid, alive } of processes) console.log(`  ${role.padEnd(14)} ${alive ? pid : 'ended'}`)
  if (record.admin.outside)
    console.log(`  admin page     ${record.admin.outside} (inside: ${record.admin.inside})`)
  console.log(`  files          ${record.directory}`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof Misuse ? 2 : 1
}
