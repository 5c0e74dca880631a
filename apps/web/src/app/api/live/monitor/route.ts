import { followStream } from '../../../../server/follow-stream.ts'
import { route } from '../../../../server/route.ts'

export const GET = route({ auth: 'session', watching: true }, (call) =>
  followStream(call, '/v1/monitor/stream'),
)
