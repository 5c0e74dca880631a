import type { Device } from '@bauta/control/schemas'
import clsx from 'clsx'
import Link from 'next/link'
import { PhoneWords } from '../../../forms/phone-words.tsx'
import { bitRate, count, lasting } from '../../../live/format.ts'
import { Tag, Td, Tr } from '../../../ui/index.ts'
import { connectionsOf, isFlooding, titleOf } from './device-list.ts'

interface DeviceRowProps {
  device: Device
  now: number
  onOpen: () => void
}

export function DeviceRow({ device, now, onOpen }: DeviceRowProps) {
  const { address, mac, maker, present, connections, rate, named } = device
  const quiet = rate.down + rate.up < 1
  return (
    <Tr>
      <Td phone="lead" className="min-w-0">
        <button
          type="button"
          onClick={onOpen}
          className={clsx(
            'max-w-full truncate text-left underline decoration-edge underline-offset-3 hover:decoration-current max-sm:-my-1 max-sm:py-1',
            named === 'nobody' ? 'text-mute' : 'font-semibold',
          )}
        >
          {titleOf(device)}
        </button>
        {isFlooding(device) && (
          <span className="ml-2">
            <Tag tone="warn">floods</Tag>
          </span>
        )}
        {maker && named !== 'nobody' && (
          <span className="block truncate text-sm text-mute max-sm:hidden">{maker}</span>
        )}
      </Td>
      <Td mono phone="sub">
        {address}
        <span className="block text-xs text-mute max-sm:hidden">{mac ?? 'hardware address not seen'}</span>
      </Td>
      <Td className="max-lg:hidden">
        {present ? (
          <Tag tone="good">there</Tag>
        ) : (
          <span className="text-mute">{ago(now - device.lastSeenAt)}</span>
        )}
      </Td>
      <Td numeric phone="trail" className={quiet ? 'text-mute' : 'text-down'}>
        {!present ? (
          <>
            <span className="font-sans text-mute [word-spacing:normal] lg:hidden">
              {ago(now - device.lastSeenAt)}
            </span>
            <span className="text-mute max-lg:hidden">–</span>
          </>
        ) : quiet ? (
          'quiet'
        ) : (
          bitRate(rate.down)
        )}
        {present && !quiet && (
          <span className="block text-accent max-sm:hidden lg:hidden">
            <span className="sr-only">sends </span>
            {bitRate(rate.up)}
          </span>
        )}
      </Td>
      <Td numeric className={clsx('max-lg:hidden', quiet ? 'text-mute' : 'text-accent')}>
        {present && !quiet ? bitRate(rate.up) : '–'}
      </Td>
      <Td numeric phone="subtrail">
        {connections > 0 ? (
          <Link
            prefetch={false}
            href={connectionsOf(address)}
            className="underline decoration-edge underline-offset-3 hover:decoration-current"
          >
            {count(connections)}
            <span className="sr-only"> connections of {titleOf(device)}</span>
            <span aria-hidden className="font-sans [word-spacing:normal] sm:hidden">
              {connections === 1 ? ' connection' : ' connections'}
            </span>
          </Link>
        ) : (
          <span className="text-mute">
            0<PhoneWords> connections</PhoneWords>
          </span>
        )}
      </Td>
    </Tr>
  )
}

const ago = (ms: number): string => `${lasting(Math.max(0, ms) / 1000)} ago`
