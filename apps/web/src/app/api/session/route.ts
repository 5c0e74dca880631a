import { route } from '../../../server/route.ts'
import { sessionState } from '../../../server/session-reply.ts'

/** Asked by pages by themselves: looking does not prolong. */
export const GET = route({ auth: 'none' }, ({ services, session, peer }) =>
  sessionState(services, session, peer),
)

/** Somebody is there: the mouse moved, a key was pressed. */
export const POST = route({ auth: 'session' }, ({ services, session, peer }) =>
  sessionState(services, session, peer),
)
