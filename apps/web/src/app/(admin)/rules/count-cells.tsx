'use client'

import type { Count } from '@bauta/chains'
import clsx from 'clsx'
import Link from 'next/link'
import { PhoneWords } from '../../../forms/phone-words.tsx'
import { bytes, count } from '../../../live/format.ts'
import { Td } from '../../../ui/index.ts'
import { usePolicyCount, useRuleCount } from './counts.tsx'

/** The figure of a rule in force leads to a packet that it is about. */
export const RuleCountCells = ({ id }: { id: number }) => (
  <Cells counted={useRuleCount(id)} href={id > 0 ? `/why?rule=${id}` : null} name={`rule ${id}`} />
)
export const PolicyCountCells = ({ chain }: { chain: string }) => (
  <Cells counted={usePolicyCount(chain)} href={null} name={`the policy of ${chain}`} />
)

interface CellsProps {
  counted: Count | undefined
  href: string | null
  /** Whose figures they are. */
  name: string
}

/** Packets and bytes: two columns where there is room, one with two lines where there is less, the second line on phones. */
function Cells({ counted, href, name }: CellsProps) {
  const look = !counted?.packets && 'text-mute'
  const inBytes = counted ? bytes(counted.bytes) : '–'
  return (
    <>
      <Td numeric phone="sub" className={clsx(look)}>
        {counted && href ? (
          <Link
            href={href}
            prefetch={false}
            title={`Why? Try a packet of ${name}`}
            className="underline decoration-edge underline-offset-2 hover:decoration-current"
          >
            {count(counted.packets)}
            <span className="sr-only"> of {name}: why?</span>
          </Link>
        ) : (
          (counted && count(counted.packets)) || '–'
        )}
        <PhoneWords> packets</PhoneWords>
        <span className="block text-mute max-sm:hidden xl:hidden">{inBytes}</span>
      </Td>
      <Td numeric phone="subtrail" className={clsx('sm:max-xl:hidden', look)}>
        {inBytes}
      </Td>
    </>
  )
}
