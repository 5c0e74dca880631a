'use client'

import { type Fault, type Interfaces, ROLES, type Role } from '@bauta/config'
import type { PortList, Status } from '@bauta/control/schemas'
import { messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { bitRate } from '../../../live/format.ts'
import {
  Button,
  Card,
  FormFault,
  Select,
  SkeletonRows,
  Table,
  Tag,
  TBody,
  Td,
  THead,
  Th,
  Tr,
} from '../../../ui/index.ts'
import { AddInterface } from './add-interface.tsx'
import { cableOf, type PortRow, portRows } from './port-rows.ts'
import { forget, type LinkRate, setRole } from './roles.ts'

const ROLE_WORDS: Record<Role, string> = { lan: 'LAN', wan: 'WAN', unused: 'unused' }

interface PortsCardProps {
  draft: DraftOf<'interfaces'>
  status: Status | null
  ports: PortList | undefined
  rates: ReadonlyMap<string, LinkRate>
}

/** What there is to plug a cable into, and which way each leads. */
export function PortsCard({ draft, status, ports, rates }: PortsCardProps) {
  const { value } = draft
  if (!value || !status)
    return (
      <Card title="Interfaces">
        <SkeletonRows rows={3} />
      </Card>
    )
  const rows = portRows(value, status.interfaces, ports?.ports ?? [])
  return (
    <Card title="Interfaces">
      <Table caption="Interfaces of the box" fixed>
        <THead>
          <Th className="w-24">Name</Th>
          <Th className="w-29">Role</Th>
          <Th>Hardware</Th>
          <Th className="w-28 max-lg:hidden">Cable</Th>
          <Th className="w-40">Addresses</Th>
          <Th numeric className="w-27">
            In<span className="lg:hidden">, out</span> now
          </Th>
          <Th numeric className="w-27 max-lg:hidden">
            Out now
          </Th>
          <Th className="w-22 max-xl:hidden">
            <span className="sr-only">Actions</span>
          </Th>
        </THead>
        <TBody>
          {rows.map((row) => (
            <Row
              key={row.name}
              row={row}
              rate={rates.get(row.name)}
              faults={draft.faults}
              value={value}
              onChange={draft.set}
            />
          ))}
        </TBody>
      </Table>
      <FormFault>{messageExactlyAt(draft.faults, ['list'])}</FormFault>
      <AddInterface
        taken={rows.map(({ name }) => name)}
        onAdd={(name) => draft.set(setRole(value, name, 'unused'))}
      />
    </Card>
  )
}

interface RowProps {
  row: PortRow
  rate: LinkRate | undefined
  faults: readonly Fault[]
  value: Interfaces
  onChange: (value: Interfaces) => void
}

function Row({ row, rate, faults, value, onChange }: RowProps) {
  const { name, role, at, link, port } = row
  const fault = at < 0 ? undefined : messageAt(faults, ['list', at])
  const cable = cableOf(row)
  const present = cable.state !== 'absent'
  const mac = port?.mac ?? link?.mac
  const forgetButton = at >= 0 && (role === 'unused' || !present) && (
    <Button kind="quiet" onClick={() => onChange(forget(value, name))} className="sm:h-7">
      Forget<span className="sr-only"> {name}</span>
    </Button>
  )
  return (
    <Tr>
      <Td mono phone="lead" className="font-semibold">
        {name}
        <span className="ml-2 font-normal sm:ml-0 sm:block lg:hidden">
          <Tag tone={cable.tone}>{cable.words}</Tag>
        </span>
      </Td>
      <Td phone="full" className="max-sm:pt-1.5! sm:py-1!">
        <div className="flex gap-2 sm:max-xl:flex-col sm:max-xl:items-start">
          <Select
            aria-label={`Role of ${name}`}
            aria-invalid={fault ? true : undefined}
            value={role}
            onChange={(event) => onChange(setRole(value, name, event.target.value as Role))}
            className="h-7! py-0 max-sm:h-11!"
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {ROLE_WORDS[one]}
              </option>
            ))}
          </Select>
          <span className="xl:hidden">{forgetButton}</span>
        </div>
        {fault && <span className="block text-sm font-medium text-bad">{fault}</span>}
      </Td>
      <Td className="break-words">
        {port?.model ?? (
          <span className="text-mute">{port ? 'does not say what it is' : 'made by the box'}</span>
        )}
        {mac && <span className="num block text-xs text-mute">{mac}</span>}
      </Td>
      <Td className="max-lg:hidden">
        <Tag tone={cable.tone}>{cable.words}</Tag>
      </Td>
      <Td mono phone="sub" className="break-words">
        {link?.addresses.join(', ') || (
          <span className="font-sans text-mute [word-spacing:normal]">
            {row.bridged ? 'part of the LAN' : 'no address'}
          </span>
        )}
        {link && link.state !== 'absent' && (
          <span className="block text-xs text-mute max-sm:hidden">MTU {link.mtu}</span>
        )}
      </Td>
      <Td numeric phone="trail" className="text-down">
        <span className="[word-spacing:normal] sm:hidden">in </span>
        {rate && present ? bitRate(rate.received) : '–'}
        <span className="block text-accent max-sm:hidden lg:hidden">
          <span className="sr-only">out </span>
          {rate && present ? bitRate(rate.sent) : '–'}
        </span>
      </Td>
      <Td numeric phone="subtrail" className="text-accent! sm:max-lg:hidden">
        <span className="[word-spacing:normal] sm:hidden">out </span>
        {rate && present ? bitRate(rate.sent) : '–'}
      </Td>
      <Td className="text-right max-xl:hidden sm:py-1!">{forgetButton}</Td>
    </Tr>
  )
}
