/** The accounts as slip-login-main.ts reads them: a file of root's alone, beside those that pppd reads. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { DialinAccount } from '@bauta/config'

export type NamedPassword = Pick<DialinAccount, 'name' | 'password'>

export const renderAccounts = (accounts: readonly NamedPassword[]): string =>
  `${JSON.stringify(accounts.map(({ name, password }) => ({ name, password })))}\n`

/** Takes the same time whatever is wrong. */
export const isAccountOf =
  (accounts: readonly NamedPassword[]) =>
  (name: string, password: Buffer): boolean => {
    const account = accounts.find((one) => one.name === name)
    const same = timingSafeEqual(digest(account?.password ?? ''), digest(password))
    return account !== undefined && same
  }

const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest()
