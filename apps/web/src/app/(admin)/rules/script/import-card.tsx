'use client'

import { pathInterfaces } from '@bauta/config'
import { useRef, useState } from 'react'
import { useSettings } from '../../../../live/settings.ts'
import { Button, Card, Field, FormFault, Notice, Select, TextArea, TextInput } from '../../../../ui/index.ts'
import { LineList } from './line-list.tsx'
import { useImport } from './use-import.ts'

const EXAMPLE = `ipchains -P forward DENY
ipchains -A forward -i ppp0 -s 192.168.1.0/24 -j MASQ`
/** As the API takes it. */
const MOST = 2_000_000

export function ImportCard() {
  const [text, setText] = useState('')
  const [variables, setVariables] = useState<Record<string, string>>({})
  const [interfaces, setInterfaces] = useState<Record<string, string>>({})
  const [fileFault, setFileFault] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const { shown, busy, fault, check, take, forget } = useImport()
  const look = () => void check({ text, variables: filled(variables), interfaces: filled(interfaces) })
  const change = (next: string) => {
    setText(next)
    forget()
  }
  const read = async (file: File | undefined) => {
    setFileFault(null)
    if (!file) return
    if (file.size > MOST) setFileFault(`${file.name} has more than 2 MB: this is no firewall script.`)
    else change(await file.text())
    // The same file once more is a choice too.
    if (input.current) input.current.value = ''
  }
  return (
    <div className="grid gap-4">
      <Card title="The script">
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            look()
          }}
        >
          <Field
            layout="stack"
            label="Shell lines with ipchains, ipfwadm or iptables, or a file of iptables-save"
            hint="Comments, variables and continued lines are understood. What loops, asks or runs other programs is told and left out."
          >
            <TextArea
              mono
              rows={12}
              value={text}
              placeholder={EXAMPLE}
              onChange={(event) => change(event.target.value)}
              className="min-h-56 text-sm whitespace-pre"
            />
          </Field>
          <FormFault>{fileFault ?? fault}</FormFault>
          <div className="flex flex-wrap gap-2">
            <input
              ref={input}
              type="file"
              aria-label="Script file"
              className="sr-only"
              tabIndex={-1}
              onChange={(event) => void read(event.target.files?.[0])}
            />
            <Button type="submit" kind="primary" busy={busy === 'check'} disabled={text.trim() === ''}>
              Show what it would do
            </Button>
            <Button onClick={() => input.current?.click()}>Read a file …</Button>
          </div>
        </form>
      </Card>
      {shown && (
        <>
          <Wanting
            missing={shown.checked.script.missing}
            theirs={shown.checked.script.interfaces}
            variables={variables}
            interfaces={interfaces}
            onVariables={setVariables}
            onInterfaces={setInterfaces}
            busy={busy === 'check'}
            onLook={look}
          />
          <Card title="What each line becomes">
            <LineList lines={shown.checked.script.lines} />
          </Card>
          <Effect checked={shown.checked} busy={busy === 'take'} onTake={() => void take()} />
        </>
      )}
    </div>
  )
}

const filled = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))

interface WantingProps {
  missing: readonly string[]
  theirs: readonly string[]
  variables: Record<string, string>
  interfaces: Record<string, string>
  onVariables: (values: Record<string, string>) => void
  onInterfaces: (values: Record<string, string>) => void
  busy: boolean
  onLook: () => void
}

/** What the script leaves open: values of variables, and which of this box's interfaces it means. */
function Wanting(props: WantingProps) {
  const { missing, theirs, variables, interfaces, busy } = props
  const { snapshot } = useSettings('rules')
  const ours = snapshot ? pathInterfaces(snapshot).map(({ name }) => name) : []
  const names = [...new Set([...missing, ...Object.keys(variables)])]
  const foreign = theirs.filter((name) => name !== 'lo' && !name.startsWith('@'))
  if (names.length === 0 && foreign.length === 0) return null
  return (
    <Card title="What it means on this box">
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          props.onLook()
        }}
      >
        {names.map((name) => (
          <Field
            key={name}
            label={<span className="num">${name}</span>}
            hint="A variable that the script does not set."
          >
            <TextInput
              mono
              value={variables[name] ?? ''}
              onChange={(event) => props.onVariables({ ...variables, [name]: event.target.value })}
            />
          </Field>
        ))}
        {foreign.map((name) => (
          <Field
            key={name}
            label={<span className="num">{name}</span>}
            hint={
              ours.includes(name)
                ? 'This box has an interface of that name.'
                : 'This box has no interface of that name.'
            }
          >
            <Select
              value={interfaces[name] ?? ''}
              onChange={(event) => props.onInterfaces({ ...interfaces, [name]: event.target.value })}
            >
              <option value="">stays {name}</option>
              <option value="@lan">the home network (@lan)</option>
              <option value="@wan">the Internet (@wan)</option>
              {ours.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </Select>
          </Field>
        ))}
        <div>
          <Button type="submit" busy={busy}>
            Show again
          </Button>
        </div>
      </form>
    </Card>
  )
}

interface EffectProps {
  checked: NonNullable<ReturnType<typeof useImport>['shown']>['checked']
  busy: boolean
  onTake: () => void
}

function Effect({ checked, busy, onTake }: EffectProps) {
  const { script, summary, refusal } = checked
  const problems = script.lines.filter(({ fate }) => fate === 'problem').length
  return (
    <Card title="What would change">
      <div className="grid gap-3">
        {refusal && (
          <Notice tone="bad" live title="The box cannot take this">
            {refusal}
          </Notice>
        )}
        {script.warnings.map((warning) => (
          <Notice key={warning} tone="warn">
            {warning}
          </Notice>
        ))}
        {problems > 0 && (
          <Notice tone="warn">
            {problems === 1 ? 'One line is' : `${problems} lines are`} left out: look above for the reason.
          </Notice>
        )}
        {summary.length > 0 ? (
          <ul className="grid max-h-96 gap-1 overflow-y-auto rounded-control border border-line bg-sunken px-3 py-2">
            {summary.map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
              <li key={i} className="break-words">
                {line}
              </li>
            ))}
          </ul>
        ) : (
          !refusal && <p className="text-mute">Nothing: the settings in force are the same.</p>
        )}
        {checked.checked && checked.checked.cut > 0 && (
          <p className="text-mute">
            {checked.checked.cut === 1 ? 'One live connection' : `${checked.checked.cut} live connections`}{' '}
            would be cut.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button
            kind="primary"
            busy={busy}
            disabled={refusal !== null || summary.length === 0}
            onClick={onTake}
          >
            Take these rules
          </Button>
          <p className="min-w-0 flex-1 basis-64 text-sm text-mute">
            It becomes one revision. The box goes back by itself unless you confirm within a minute that it
            still answers you.
          </p>
        </div>
      </div>
    </Card>
  )
}
