/** `bauta ipchains`: listings from the settings that run, their counters, and the masquerade table. */
import {
  countersOfReport,
  type InterfaceTable,
  ipchainsMasqListing,
  listChains,
  noCounters,
  parseMasquerade,
} from '@bauta/chains'
import { parseNetwork, type Rules, type Snapshot } from '@bauta/config'
import type { DataplaneClient } from '@bauta/control'
import { CommandFailed } from './command-failed.ts'
import { IPCHAINS_HELP } from './help.ts'
import type { IpchainsCommand, ListFlags } from './ipchains-arguments.ts'
import { findNames, type NameSource } from './names.ts'

/** @returns what to print */
export async function runIpchains(
  command: IpchainsCommand,
  client: DataplaneClient,
  source: NameSource,
): Promise<string> {
  switch (command.name) {
    case 'help':
      return IPCHAINS_HELP
    case 'list':
      return listRules(command.chain, command.options, client, source)
    case 'list-masquerade':
      return listMasquerade(command.options, client, source)
  }
}

async function listRules(
  chain: string | undefined,
  options: ListFlags,
  client: DataplaneClient,
  source: NameSource,
): Promise<string> {
  const { rules, interfaces } = (await client.settings()).snapshot
  if (chain !== undefined && !rules.chains.some((one) => one.name === chain))
    throw new CommandFailed(
      `there is no chain “${chain}”; there are ${rules.chains.map((one) => one.name).join(', ')}`,
    )
  return listChains(rules, {
    ...options,
    chain,
    interfaces: tableOf(interfaces),
    counters: options.verbose ? countersOfReport(await client.counters()) : noCounters,
    ...(options.numeric ? {} : { names: await findNames(addressesOf(rules), source) }),
  })
}

async function listMasquerade(
  options: ListFlags,
  client: DataplaneClient,
  source: NameSource,
): Promise<string> {
  const rows = parseMasquerade(await client.text('/proc/net/ip_masquerade'))
  const addresses = rows.flatMap((row) => [row.client, row.server])
  return ipchainsMasqListing(rows, {
    ...options,
    ...(options.numeric ? {} : { names: await findNames(addresses, source) }),
  })
}

const tableOf = ({ list }: Snapshot['interfaces']): InterfaceTable => ({
  list: list.map((entry, index) => ({ index, ...entry })),
})

function addressesOf(rules: Rules): number[] {
  return rules.chains
    .flatMap((chain) => chain.rules)
    .flatMap((rule) => [rule.source, rule.destination])
    .map((match) => parseNetwork(match?.network ?? '0.0.0.0/0'))
    .flatMap((network) => (typeof network === 'string' || network.mask === 0 ? [] : [network.address]))
}
