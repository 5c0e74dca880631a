/**
 * Why a DNS server cannot be asked over TLS, in words. unbound itself only says SERVFAIL; so when it does, the servers are tried from
 * here, the same way: connect, shake hands, compare the certificate with the name.
 */
import { readFileSync } from 'node:fs'
import type { Dns } from '@bauta/config'

const TLS_PORT = 853
const PATIENCE_MS = 3000
type Server = Dns['tlsServers'][number]

/** `import` would load it at start, for the few who use it. */
const tls = () => process.getBuiltinModule('node:tls')

/** @returns what is wrong, as a sentence; null when the handshake succeeds */
export function probeTls({ address, name }: Server, authorities: string): Promise<string | null> {
  return new Promise((resolve) => {
    let ca: string
    try {
      ca = readFileSync(authorities, 'utf8')
    } catch {
      return resolve(
        `the list of certificate authorities ${authorities} cannot be read; install ca-certificates`,
      )
    }
    const socket = tls().connect({
      host: address,
      port: TLS_PORT,
      servername: name,
      ca,
      minVersion: 'TLSv1.2',
    })
    const finish = (problem: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(problem)
    }
    const timer = setTimeout(() => finish(words('ETIMEDOUT', address, name)), PATIENCE_MS)
    socket.once('secureConnect', () => finish(null))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(words(error.code ?? error.message, address, name)),
    )
  })
}

export function words(code: string, address: string, name: string): string {
  switch (code) {
    case 'ETIMEDOUT':
      return `${address} does not answer on port ${TLS_PORT}; it may not speak TLS, or the provider does not let it through`
    case 'ECONNREFUSED':
      return `${address} refuses connections on port ${TLS_PORT}; it does not speak DNS over TLS`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${address} cannot be reached; is the box online?`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${address} is not for ${name}; look up the name that belongs to this server`
    case 'CERT_NOT_YET_VALID':
    case 'CERT_HAS_EXPIRED':
      return `the certificate of ${address} is not valid today; is the clock of the box right?`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `nobody that the box trusts vouches for the certificate of ${address}; somebody may be in between`
    default:
      return `${address} cannot be asked over TLS (${code})`
  }
}
