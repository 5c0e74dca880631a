import { outcomeReply } from '../../../../server/outcome.ts'
import { revisionNumber } from '../../../../server/query.ts'
import { route } from '../../../../server/route.ts'

export const GET = route({ auth: 'session' }, async ({ services, params }) => {
  const revision = await services.history.read(revisionNumber(params.number))
  return revision ?? outcomeReply({ kind: 'missing' })
})
