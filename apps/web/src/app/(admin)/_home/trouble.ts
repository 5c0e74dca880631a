/** The house is offline: what is missing, seen from the box outwards, and what a person can do about it. */
import type { Status } from '@bauta/control/schemas'

export interface Trouble {
  title: string
  advice: string
}

export function troubleOf(status: Status): Trouble | null {
  if (status.online) return null
  const { wan } = status
  if (!wan.interface)
    return {
      title: 'No WAN',
      advice: 'No interface has the role WAN. Give one that role; then the house can go out.',
    }
  const device = status.interfaces.find((entry) => entry.name === wan.interface)
  if (!device || device.state === 'absent')
    return {
      title: 'No line',
      advice: `The box has no ${wan.interface} now. On a dialled line the call is not up; otherwise the device is unplugged.`,
    }
  if (device.state === 'down')
    return {
      title: 'No signal',
      advice: `${wan.interface} is down. Check the cable to the modem, and that the modem has power.`,
    }
  if (!wan.address)
    return {
      title: 'No address',
      advice: `${wan.interface} is up, but the provider has given it no address. Restart the modem if this lasts.`,
    }
  return {
    title: 'Offline',
    advice: `${wan.interface} has the address ${wan.address}, but the provider's side does not answer. Usually it comes back by itself.`,
  }
}
