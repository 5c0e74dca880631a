'use client'

import type { Count } from '@bauta/chains'
import clsx from 'clsx'
import { PhoneWords } from '../../../forms/phone-words.tsx'
import { bytes, count } from '../../../live/format.ts'
import { Td } from '../../../ui/index.ts'
import { usePolicyCount, useRuleCount } from './counts.tsx'

export const RuleCountCells = ({ id }: { id: number }) => <Cells counted={useRuleCount(id)} />
export const PolicyCountCells = ({ chain }: { chain: string }) => <Cells counted={usePolicyCount(chain)} />

/** Packets and bytes: two columns where there is room, one with two lines where there is less, the second line on phones. */
function Cells({ counted }: { counted: Count | undefined }) {
  const look = !counted?.packets && 'text-mute'
  const inBytes = counted ? bytes(counted.bytes) : '–'
  return (
    <>
      <Td numeric phone="sub" className={clsx(look)}>
        {counted ? count(counted.packets) : '–'}
        <PhoneWords> packets</PhoneWords>
        <span className="block text-mute max-sm:hidden xl:hidden">{inBytes}</span>
      </Td>
      <Td numeric phone="subtrail" className={clsx('sm:max-xl:hidden', look)}>
        {inBytes}
      </Td>
    </>
  )
}
