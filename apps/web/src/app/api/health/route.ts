import { route } from '../../../server/route.ts'

export const GET = route({ auth: 'none' }, async () => ({ ok: true }))
