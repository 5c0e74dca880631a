import { route } from '../../../server/route.ts'

export const GET = route({ auth: 'session' }, ({ services }) => services.history.current())
