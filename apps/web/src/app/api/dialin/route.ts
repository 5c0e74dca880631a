import { route } from '../../../server/route.ts'

export const GET = route({ auth: 'session', watching: true }, ({ services }) => services.dataplane.dialin())
