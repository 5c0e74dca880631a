/**
 * Holds the door to what the settings and the kernel say: every managed device that exists has the door on it, with
 * its TUN up; a device that went is forgotten; one that came back under another number, or has another role now, is
 * attached anew.
 */
import { pathInterfaces, type Role, type Snapshot } from '@bauta/config'
import { BOX_TUN, tunNameOf } from '@bauta/door'
import type { Links } from './links.ts'
import { ownAddresses } from './path-config.ts'

/** What is needed of @bauta/door; tests put something simpler in its place. */
export interface DoorHandle {
  attach(port: { device: string; tun: string; role: 'lan' | 'wan' }): void
  attachBox(tun: string): void
  detach(device: string): void
  setOwn(addresses: number[]): void
}

export interface AttachmentsOptions {
  door: DoorHandle
  /** Brings a TUN up with the switches it needs. */
  prepareTun: (tun: string) => void
  /** Sets the switches of a managed interface. */
  prepareInterface: (device: string) => void
}

interface Attached {
  ifindex: number
  role: Role
}

export class Attachments {
  readonly #options: AttachmentsOptions
  readonly #attached = new Map<string, Attached>()
  #boxAttached = false
  #own = ''

  constructor(options: AttachmentsOptions) {
    this.#options = options
  }

  /** @throws when the door cannot be attached; what was attached before stays */
  reconcile(snapshot: Snapshot, links: Links): void {
    const { door, prepareTun } = this.#options
    this.#setOwn(links)
    if (!this.#boxAttached) {
      prepareTun(BOX_TUN)
      door.attachBox(BOX_TUN)
      this.#boxAttached = true
    }
    const wanted = new Map(
      pathInterfaces(snapshot)
        .filter(({ role }) => role !== 'unused')
        .map(({ name, role }) => [name, role]),
    )
    for (const name of [...this.#attached.keys()])
      if (!wanted.has(name) || !links.devices.has(name)) this.#letGo(name, links.devices.has(name))
    for (const [name, role] of wanted) {
      const link = links.devices.get(name)
      if (link) this.#hold(name, role, link.ifindex)
    }
  }

  #setOwn(links: Links): void {
    const own = ownAddresses(links)
    const print = own.join()
    if (print === this.#own) return
    this.#options.door.setOwn(own)
    this.#own = print
  }

  #hold(name: string, role: Role, ifindex: number): void {
    const attached = this.#attached.get(name)
    if (attached?.ifindex === ifindex && attached.role === role) return
    const { door, prepareTun, prepareInterface } = this.#options
    if (attached) this.#letGo(name, attached.ifindex === ifindex)
    prepareInterface(name)
    prepareTun(tunNameOf(name))
    door.attach({ device: name, tun: tunNameOf(name), role: role === 'wan' ? 'wan' : 'lan' })
    this.#attached.set(name, { ifindex, role })
  }

  /** A device that is gone took its filters with it; the door only forgets the name. */
  #letGo(name: string, exists: boolean): void {
    this.#attached.delete(name)
    try {
      this.#options.door.detach(name)
    } catch (error) {
      if (exists) throw error
    }
  }
}
