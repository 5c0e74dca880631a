/** An authority of the test's own, and certificates that it made; openssl does the work. Nothing of it outlives the folder. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from '../../lab/shell.ts'

export interface Certificate {
  certificate: string
  key: string
}

export interface Authority {
  folder: string
  /** File with the certificate of the authority. */
  file: string
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export function makeAuthority(): Authority {
  const folder = mkdtempSync(path.join(tmpdir(), 'bauta-ca-'))
  const file = path.join(folder, 'ca.pem')
  const key = path.join(folder, 'ca.key')
  run([
    'openssl',
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    key,
    '-out',
    file,
    '-days',
    '2',
    '-subj',
    '/CN=An authority of a test',
  ])
  return { folder, file }
}

export function certificateFor(authority: Authority, name: string): Certificate {
  const at = (end: string) => path.join(authority.folder, `${name}.${end}`)
  run(['openssl', 'req', ...NEW_KEY, '-keyout', at('key'), '-out', at('csr'), '-subj', `/CN=${name}`])
  writeFileSync(at('ext'), `subjectAltName=DNS:${name}\n`)
  const signed = [
    '-CA',
    authority.file,
    '-CAkey',
    path.join(authority.folder, 'ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
  ]
  run(['openssl', 'x509', '-req', '-in', at('csr'), ...signed, '-extfile', at('ext'), '-out', at('pem')])
  return { certificate: readFileSync(at('pem'), 'utf8'), key: readFileSync(at('key'), 'utf8') }
}
