/**
 * A PPPoE provider, as lines of a shell script for a guest: rp-pppoe's server with pppd behind it. The image's tests use it as well, with
 * a network card of the guest as the line.
 */
export interface Provider {
  /** The device that leads to the customer. */
  line: string
  /** Command that enters the provider's namespace, or nothing. */
  inside?: string
  own: string
  /** What the customer gets. */
  address: string
  dns?: string
  auth: 'chap' | 'pap'
  user: string
  password: string
  mtu?: number
}

export const CONCENTRATOR = 'bauta-provider'

/** @returns lines that (re)write the provider's files and start its server in the background, its pid in $PROVIDER */
export function providerLines(provider: Provider): string[] {
  const { line, inside = '', own, address, auth, user, password, dns = own, mtu = 1500 } = provider
  const options = [
    `require-${auth}`,
    'nodetach',
    'noipv6',
    'noccp',
    `ms-dns ${dns}`,
    'lcp-echo-interval 10',
    'lcp-echo-failure 6',
    `mtu ${mtu}`,
    `mru ${mtu}`,
  ]
  return [
    'modprobe pppoe',
    `cat > /etc/ppp/chap-secrets <<'SECRETS'\n${word(user)} * ${word(password)} *\nSECRETS`,
    'cp /etc/ppp/chap-secrets /etc/ppp/pap-secrets',
    `printf '${options.join('\\n')}\\n' > /run/provider-options`,
    `${inside} ip link set ${line} mtu 1508 up`,
    `${inside} pppoe-server -I ${line} -C ${CONCENTRATOR} -L ${own} -R ${address} -N 1 -O /run/provider-options -F > /run/provider.log 2>&1 &`,
    'PROVIDER=$!',
  ]
}

/** As pppd reads a word in a file. */
const word = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`
