import { route } from '../../../../server/route.ts'

/** Asks the wire of every port who is there. */
export const POST = route({ auth: 'session' }, ({ services }) => services.dataplane.probe())
