'use client'

import type { DnsStatus } from '@bauta/control/schemas'
import { faultsBelow, messageExactlyAt } from '../../../forms/faults.ts'
import { TextList } from '../../../forms/text-list.tsx'
import { moment, plural } from '../../../live/format.ts'
import { Button, Card, FormFault, Num, Switch, Tag } from '../../../ui/index.ts'
import { allowDomain, isAllowed } from './dns-draft.ts'
import type { DnsCardProps } from './forwarding-card.tsx'

export function RebindCard({ draft, value, live }: DnsCardProps & { live: DnsStatus | undefined }) {
  return (
    <Card title="Private addresses in answers">
      <div className="grid gap-2">
        <Switch
          label="Strip private addresses from answers of the Internet"
          checked={value.rebindProtection}
          onChange={(event) => draft.set({ ...value, rebindProtection: event.target.checked })}
        />
        <p className="text-sm text-mute">
          A foreign name that leads to an address inside this house is nearly always an attack on a machine
          here (DNS rebinding). Domains that really do so are listed below.
        </p>
      </div>
      <h3 className="mt-4 mb-1 font-semibold">Stripped lately</h3>
      {live?.rebinds.length ? (
        <ul className="mb-4">
          {live.rebinds.map(({ name, at, count }) => (
            <li
              key={name}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-1.5 last:border-b-0"
            >
              <Num className="min-w-0 break-all">{name}</Num>
              <span className="text-sm text-mute">
                {plural(count, 'answer')}, last {moment(at, Date.now())}
              </span>
              <span className="ml-auto">
                {isAllowed(value, name) ? (
                  draft.stored && isAllowed(draft.stored, name) ? (
                    <Tag tone="good">allowed</Tag>
                  ) : (
                    <Tag tone="warn">allowed in the draft</Tag>
                  )
                ) : (
                  <Button size="small" onClick={() => draft.set(allowDomain(value, name))}>
                    Allow this domain
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="mb-4 text-mute">No answer was stripped since DNS was started.</p>
      )}
      <h3 className="mb-2 font-semibold">Allowed all the same</h3>
      <TextList
        what="domain"
        values={value.rebindAllow}
        onChange={(rebindAllow) => draft.set({ ...value, rebindAllow })}
        faults={faultsBelow(draft.faults, ['rebindAllow'])}
        placeholder="nas.example.net"
        empty="No domain may answer with private addresses."
      />
      <FormFault>{messageExactlyAt(draft.faults, ['rebindAllow'])}</FormFault>
    </Card>
  )
}
