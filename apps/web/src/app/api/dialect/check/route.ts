import { route } from '../../../../server/route.ts'

/** What the rules would be in the other dialect, what that changes, and what the box would do; changes nothing. */
export const POST = route({ auth: 'session' }, ({ services }) => services.commands.checkDialect())
