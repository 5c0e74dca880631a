/** The administrator beside the browser: sets the scene through the API, and looks at what came of a form. */
import { defaultSnapshot, NOUNS, type Noun, type Snapshot } from '@bauta/config'
import type { Page } from '@playwright/test'

export const NAME = 'anna'
export const PASSWORD = 'four plain words together'

interface Stored {
  revision: { number: number; author: string }
  snapshot: Snapshot
}

export interface StorageState {
  cookies: {
    name: string
    value: string
    domain: string
    path: string
    expires: number
    httpOnly: boolean
    secure: boolean
    sameSite: 'Strict'
  }[]
  origins: []
}

export class Administrator {
  readonly url: string
  readonly #token: string
  readonly #csrf: string

  private constructor(url: string, token: string, csrf: string) {
    this.url = url
    this.#token = token
    this.#csrf = csrf
  }

  /** Makes the first administrator of the box. */
  static claim = (url: string): Promise<Administrator> => Administrator.#enter(url, '/api/setup')
  /** Opens one more session. */
  static logIn = (url: string): Promise<Administrator> => Administrator.#enter(url, '/api/login')

  /** The session that a browser has. */
  static async of(page: Page): Promise<Administrator> {
    const { origin } = new URL(page.url())
    const [cookie] = await page.context().cookies(origin)
    const reply = await fetch(`${origin}/api/session`, {
      headers: { cookie: `${cookie!.name}=${cookie!.value}` },
    })
    const { csrf } = (await reply.json()) as { csrf: string }
    return new Administrator(origin, cookie!.value, csrf)
  }

  static async #enter(url: string, door: string): Promise<Administrator> {
    const reply = await fetch(`${url}${door}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ name: NAME, password: PASSWORD }),
    })
    if (!reply.ok) throw new Error(`${door}: ${reply.status} ${await reply.text()}`)
    const token = /bauta_session=([^;]+)/.exec(reply.headers.get('set-cookie') ?? '')![1]!
    const { csrf } = (await reply.json()) as { csrf: string }
    return new Administrator(url, token, csrf)
  }

  /** What a browser needs to have this session. */
  get storageState(): StorageState {
    const { hostname } = new URL(this.url)
    const cookie = { name: 'bauta_session', value: this.#token, domain: hostname, path: '/' }
    return {
      cookies: [{ ...cookie, expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' }],
      origins: [],
    }
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        cookie: `bauta_session=${this.#token}`,
        origin: this.url,
        'x-csrf-token': this.#csrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as T
  }

  settings = (): Promise<Stored> => this.call<Stored>('GET', '/api/settings')

  async save<N extends Noun>(noun: N, value: Snapshot[N]): Promise<void> {
    const { revision } = await this.settings()
    await this.call('PUT', `/api/settings/${noun}`, { base: revision.number, value })
  }

  /** Changes one noun from what it is now. */
  async change<N extends Noun>(noun: N, edit: (value: Snapshot[N]) => void): Promise<void> {
    const { snapshot } = await this.settings()
    edit(snapshot[noun])
    await this.save(noun, snapshot[noun])
  }

  /**
   * Back to what a fresh box has; the interfaces stay. DHCP first: the box refuses to let a home network go that it gives addresses
   * for.
   */
  async reset(): Promise<void> {
    const { snapshot } = await this.settings()
    const fresh = defaultSnapshot(snapshot.interfaces.list)
    const nouns = ['dhcp' as const, ...NOUNS.filter((noun) => noun !== 'dhcp')]
    for (const noun of nouns)
      if (JSON.stringify(snapshot[noun]) !== JSON.stringify(fresh[noun])) await this.save(noun, fresh[noun])
  }
}
