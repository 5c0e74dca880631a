'use client'

/**
 * The household's page: state and load of the connections, and two buttons, for people who are not administrators. It has a
 * session of its own kind and asks nothing of the administrators' API. Made for a phone in the hand.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, api, messageOf, rememberCsrf } from '../../live/api.ts'
import type { DialView } from '../../server/dial-reply.ts'
import { Button } from '../../ui/button.tsx'
import { Entrance } from '../../ui/entrance.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { DialConnection } from './dial-connection.tsx'
import { DialLogin } from './dial-login.tsx'

const KEY = ['dial'] as const
const LOOK_EVERY_MS = 2000

async function look(): Promise<DialView> {
  const view = await api.get<DialView>('/api/dial')
  rememberCsrf(view.csrf)
  return view
}

export function DialPage() {
  const client = useQueryClient()
  const { data, error, isPending } = useQuery({
    queryKey: KEY,
    queryFn: look,
    retry: false,
    refetchInterval: ({ state }) => (isOut(state.error) ? false : LOOK_EVERY_MS),
  })
  const again = () => client.invalidateQueries({ queryKey: KEY })

  if (isOut(error))
    return (
      <Entrance
        title="Connect"
        lead="For the household: the state of the Internet connections, and the buttons."
      >
        <DialLogin onIn={() => client.resetQueries({ queryKey: KEY })} />
      </Entrance>
    )
  if (isPending || (!data && !error))
    return (
      <Entrance title="Connect" lead="Asking the box.">
        <SkeletonRows rows={2} />
      </Entrance>
    )
  const logOut = async () => {
    await api.post('/api/dial/logout').catch(() => {})
    await client.resetQueries({ queryKey: KEY })
  }
  return (
    <Entrance
      title="Internet"
      lead={data ? `Hello, ${data.name}.` : 'One moment.'}
      aside={
        data && (
          <Button kind="quiet" size="small" onClick={() => void logOut()}>
            Log out
          </Button>
        )
      }
    >
      {error && (
        <Notice tone="bad" live title="The box does not answer" className="mb-4">
          {messageOf(error)}
        </Notice>
      )}
      <ul className="-mx-6 -mb-6 max-sm:-mx-4.5">
        {data?.connections
          .toSorted((a, b) => Number(b.inUse) - Number(a.inUse))
          .map((connection) => (
            <DialConnection key={connection.name} connection={connection} now={data.now} onDone={again} />
          ))}
      </ul>
    </Entrance>
  )
}

const isOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401
