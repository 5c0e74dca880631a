/** Servers that speak DNS over TLS, to fill in the form: nobody is asked before somebody chose one. */
import type { Dns } from '@bauta/config'

export interface TlsPreset {
  name: string
  servers: Dns['tlsServers']
}

export const TLS_PRESETS: readonly TlsPreset[] = [
  {
    name: 'Quad9',
    servers: [
      { address: '9.9.9.9', name: 'dns.quad9.net' },
      { address: '149.112.112.112', name: 'dns.quad9.net' },
    ],
  },
  {
    name: 'Cloudflare',
    servers: [
      { address: '1.1.1.1', name: 'cloudflare-dns.com' },
      { address: '1.0.0.1', name: 'cloudflare-dns.com' },
    ],
  },
  { name: 'Mullvad', servers: [{ address: '194.242.2.2', name: 'dns.mullvad.net' }] },
  {
    name: 'Google',
    servers: [
      { address: '8.8.8.8', name: 'dns.google' },
      { address: '8.8.4.4', name: 'dns.google' },
    ],
  },
]
