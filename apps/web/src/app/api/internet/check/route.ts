import { route } from '../../../../server/route.ts'

/** “Is it me?” */
export const POST = route({ auth: 'session' }, ({ services }) => services.dataplane.checkInternet())
