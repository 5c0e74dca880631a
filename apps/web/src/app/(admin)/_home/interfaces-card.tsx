'use client'

import type { Status } from '@bauta/control/schemas'
import { bytes } from '../../../live/format.ts'
import {
  Card,
  EmptyState,
  Num,
  SkeletonRows,
  Table,
  Tag,
  TBody,
  Td,
  THead,
  Th,
  type Tone,
  Tr,
} from '../../../ui/index.ts'

type Interface = Status['interfaces'][number]

const STATES: Record<Interface['state'], { tone: Tone; word: string }> = {
  up: { tone: 'good', word: 'up' },
  down: { tone: 'bad', word: 'down' },
  absent: { tone: 'warn', word: 'absent' },
}
const ROLES: Record<Interface['role'], string> = { lan: 'LAN', wan: 'WAN', unused: 'unused' }

export function InterfacesCard({ status }: { status: Status | null }) {
  return (
    <Card title="Interfaces">
      {!status && <SkeletonRows rows={2} />}
      {status?.interfaces.length === 0 && (
        <EmptyState title="No interface has a role">
          The box carries nothing until one is LAN and one is WAN.
        </EmptyState>
      )}
      {status && status.interfaces.length > 0 && (
        <Table caption="Interfaces of the box">
          <THead>
            <Th>Name</Th>
            <Th>Role</Th>
            <Th>Address</Th>
            <Th>State</Th>
            <Th numeric>MTU</Th>
            <Th numeric>Received</Th>
            <Th numeric>Sent</Th>
          </THead>
          <TBody>
            {status.interfaces.map((entry) => (
              <Row key={entry.name} entry={entry} />
            ))}
          </TBody>
        </Table>
      )}
    </Card>
  )
}

function Row({ entry }: { entry: Interface }) {
  const { tone, word } = STATES[entry.state]
  return (
    <Tr>
      <Td phone="lead" mono className="font-semibold">
        {entry.name}
        <span className="ml-2 font-sans font-normal text-mute sm:hidden">{ROLES[entry.role]}</span>
      </Td>
      <Td>{ROLES[entry.role]}</Td>
      <Td phone="sub" mono>
        {entry.addresses.join(', ') || '–'}
      </Td>
      <Td phone="trail">
        <Tag tone={tone}>{word}</Tag>
      </Td>
      <Td numeric>{entry.mtu}</Td>
      <Td numeric phone="subtrail">
        <span className="sr-only sm:hidden">received </span>
        {bytes(entry.rxBytes)}
        <Num className="sm:hidden"> / {bytes(entry.txBytes)}</Num>
      </Td>
      <Td numeric>{bytes(entry.txBytes)}</Td>
    </Tr>
  )
}
