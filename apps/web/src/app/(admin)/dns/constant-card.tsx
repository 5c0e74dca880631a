'use client'

import { DNS_WORDS } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import { faultsBelow, messageExactlyAt } from '../../../forms/faults.ts'
import { TextList } from '../../../forms/text-list.tsx'
import { Card, FormFault } from '../../../ui/index.ts'
import type { DnsCardProps } from './forwarding-card.tsx'

/** Addresses that machines may have as their DNS servers for ever, whatever servers the provider gives. */
export function ConstantCard({ draft, value, live }: DnsCardProps & { live: DnsStatus | undefined }) {
  return (
    <Card title="Constant DNS addresses">
      <p className="mb-2 text-sm text-mute">
        For machines whose DNS servers are typed in and never changed. What they ask of the first address goes
        to the first of the provider’s servers of the moment, and so on, past the names, cache and lists of
        this page. Choose addresses that no network of yours has.
      </p>
      <TextList
        what="address"
        values={value.constant}
        onChange={(constant) => draft.set({ ...value, constant })}
        faults={faultsBelow(draft.faults, ['constant'])}
        placeholder="10.2.0.1"
        empty="None: machines ask the box."
        most={DNS_WORDS.length}
      />
      <FormFault>{messageExactlyAt(draft.faults, ['constant'])}</FormFault>
      {live && draft.stored && draft.stored.constant.length > 0 && (
        <Now constant={draft.stored.constant} servers={live.lineServers} />
      )}
    </Card>
  )
}

/** By how many servers the line has. */
const HAS = ['no server', 'only one server', 'only two servers']

function Now({ constant, servers }: { constant: readonly string[]; servers: readonly string[] }) {
  return (
    <dl aria-label="Where they lead now" className="mt-4 grid gap-1 text-sm">
      {constant.map((address, i) => (
        <div key={address} className="flex flex-wrap gap-x-2">
          <dt className="font-mono">{address}</dt>
          <dd>
            {servers[i] ? (
              <>
                leads to <span className="font-mono">{servers[i]}</span> now
              </>
            ) : (
              <span className="text-mute">is refused now: the line has {HAS[servers.length]}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
