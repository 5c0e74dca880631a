'use client'

import { type Fault, ROLES, type Role } from '@bauta/config'
import { messageAt } from '../../../forms/faults.ts'
import { bitRate } from '../../../live/format.ts'
import { Button, Select, Tag, Td, type Tone, Tr } from '../../../ui/index.ts'
import type { Link, LinkRate, Row } from './roles.ts'

const STATES: Record<Link['state'], Tone> = { up: 'good', down: 'bad', absent: 'warn' }
const ROLE_WORDS: Record<Role, string> = { lan: 'LAN', wan: 'WAN', unused: 'unused' }

interface InterfaceRowProps {
  row: Row
  rate: LinkRate | undefined
  faults: readonly Fault[]
  onRole: (role: Role) => void
  onForget: () => void
}

export function InterfaceRow({ row, rate, faults, onRole, onForget }: InterfaceRowProps) {
  const { name, role, at, link } = row
  const fault = at < 0 ? undefined : messageAt(faults, ['list', at])
  const state = link?.state ?? 'absent'
  const present = state !== 'absent'
  const idle = role === 'unused' || !present
  const forgetButton = at >= 0 && idle && (
    <Button kind="quiet" onClick={onForget} className="sm:h-7">
      Forget<span className="sr-only"> {name}</span>
    </Button>
  )
  return (
    <Tr>
      <Td mono phone="lead" className="font-semibold">
        {name}
        <span className="ml-2 font-normal sm:ml-0 sm:block lg:hidden">
          <Tag tone={STATES[state]}>{state}</Tag>
        </span>
      </Td>
      <Td phone="full" className="max-sm:pt-1.5! sm:py-1!">
        <div className="flex gap-2 sm:max-lg:flex-col sm:max-lg:items-start">
          <Select
            aria-label={`Role of ${name}`}
            aria-invalid={fault ? true : undefined}
            value={role}
            onChange={(event) => onRole(event.target.value as Role)}
            className="h-7! py-0 max-sm:h-11!"
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {ROLE_WORDS[one]}
              </option>
            ))}
          </Select>
          <span className="lg:hidden">{forgetButton}</span>
        </div>
        {fault && <span className="block text-sm font-medium text-bad">{fault}</span>}
      </Td>
      <Td className="max-lg:hidden">
        <Tag tone={STATES[state]}>{state}</Tag>
      </Td>
      <Td mono phone="sub" className="break-words">
        {link?.addresses.join(', ') || 'no address'}
        {present && link && (
          <span className="block text-xs text-mute xl:hidden">
            MTU {link.mtu}
            {link.mac ? `, ${link.mac}` : ''}
          </span>
        )}
      </Td>
      <Td mono className="whitespace-nowrap max-xl:hidden">
        {link?.mac ?? '–'}
      </Td>
      <Td numeric className="max-xl:hidden">
        {present && link ? link.mtu : '–'}
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
      <Td className="text-right max-lg:hidden sm:py-1!">{forgetButton}</Td>
    </Tr>
  )
}
