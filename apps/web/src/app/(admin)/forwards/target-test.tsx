'use client'

import { parseAddress } from '@bauta/config'
import type { ForwardTest, ForwardTestReply } from '@bauta/control/schemas'
import { useMutation } from '@tanstack/react-query'
import { api } from '../../../live/api.ts'
import { Button } from '../../../ui/index.ts'

const TONES: Record<ForwardTestReply['result'], string> = {
  answers: 'text-good',
  refused: 'text-bad',
  silent: 'text-bad',
  unknown: 'text-mute',
}

/** Asks the machine from the box, whether the forward is applied yet or not. */
export function TargetTest({ protocol, address, port }: ForwardTest) {
  const test = useMutation({
    mutationFn: () => api.post<ForwardTestReply>('/api/forwards/test', { protocol, address, port }),
  })
  const possible = parseAddress(address) !== null && port >= 1 && port <= 65535
  return (
    <div className="grid gap-1 self-end">
      <Button size="small" busy={test.isPending} disabled={!possible} onClick={() => test.mutate()}>
        Does it answer?
      </Button>
      <p role="status" className="max-w-72 text-sm">
        {test.data && <span className={TONES[test.data.result]}>{test.data.text}</span>}
        {test.error && <span className="text-bad">{test.error.message}</span>}
      </p>
    </div>
  )
}
