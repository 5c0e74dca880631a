/**
 * What sshd is told: keys only, root only, one address only. It does not read /etc, whose files belong to the image.
 * Every key comes from a schema that allows one line of printable characters, so none can bring a second one.
 */
import type { Access } from '@bauta/config'

export interface SshPaths {
  hostKey: string
  keys: string
  pid: string
}

/** @param address of the box in the home network */
export function renderSshd(address: string, { hostKey, keys, pid }: SshPaths): string {
  return [
    `ListenAddress ${address}`,
    'Port 22',
    `HostKey ${hostKey}`,
    `PidFile ${pid}`,
    `AuthorizedKeysFile ${keys}`,
    'PermitRootLogin prohibit-password',
    'AllowUsers root',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'HostbasedAuthentication no',
    // Keys need no PAM, and the image has no configuration for it: no maintainer script ever ran there.
    'UsePAM no',
    'X11Forwarding no',
    'AllowAgentForwarding no',
    'AllowTcpForwarding no',
    'PermitTunnel no',
    'PermitUserEnvironment no',
    'MaxAuthTries 3',
    'MaxStartups 4:50:8',
    'LoginGraceTime 20',
    'ClientAliveInterval 60',
    'PrintMotd no',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n')
}

export const renderKeys = ({ keys }: Access): string => keys.map((key) => `${key}\n`).join('')
