'use client'

import { chainLabel, pathInterfaces, type Rule, type Rules, rulesAdvice } from '@bauta/config'
import { useMemo, useState } from 'react'
import { useAnchor } from '../../../forms/anchors.ts'
import { cutOff } from '../../../forms/cut-off.ts'
import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { type DraftKind, useDraft } from '../../../forms/use-draft.ts'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { useSession } from '../../../live/session.ts'
import { useStatus } from '../../../live/use-live.ts'
import {
  Button,
  Card,
  LinkButton,
  Notice,
  PageHeader,
  SkeletonRows,
  TextInput,
  toast,
} from '../../../ui/index.ts'
import { ChainCard } from './chain-card.tsx'
import { ChainDialog } from './chain-dialog.tsx'
import { ChainGroups } from './chain-groups.tsx'
import { CountsProvider } from './counts.tsx'
import { DialectDialog } from './dialect-dialog.tsx'
import {
  addChain,
  chainAt,
  changesInWords,
  duplicateRule,
  findRule,
  insertRule,
  keepRule,
  moveRule,
  placeOf,
  placeRule,
  removeChain,
  removeRule,
  renameChain,
  setPolicy,
  switchRule,
  toJudge,
  toSend,
} from './draft-operations.ts'
import { PacketTest } from './packet-test.tsx'
import { putOnTop } from './put-on-top.ts'
import { type Editing, RuleDrawer } from './rule-drawer.tsx'
import { matchesSearch } from './search.ts'

const KIND: DraftKind<'rules'> = { toSend, toJudge, words: changesInWords, merge: putOnTop }

export function RulesPage() {
  const draft = useDraft('rules', KIND)
  const { data: status } = useStatus()
  const peer = useSession().data?.address ?? null
  const [search, setSearch] = useState('')
  const [editing, setEditing] = useState<Editing | null>(null)
  const [chain, setChain] = useState<{ name: string | null } | null>(null)
  const [switching, setSwitching] = useState(false)
  const [said, setSaid] = useState('')
  const { value: rules, stored, snapshot } = draft

  const danger = useMemo(() => {
    if (!draft.changed || draft.faults.length > 0 || !rules || !stored || !snapshot || !status) return null
    return cutOff({ ...snapshot, rules: stored }, { ...snapshot, rules }, status.interfaces, peer)
  }, [draft.changed, draft.faults, rules, stored, snapshot, status, peer])

  const change = (next: Rules) => draft.set(next)
  const undoable = (next: Rules, what: string) => {
    change(next)
    toast.note(what, 'Nothing is applied yet; the change waits at the top of the page.', {
      label: 'Undo',
      run: () => rules && change(rules),
    })
  }
  const place = (next: Rules, rule: Rule) => {
    change(next)
    const now = placeOf(next, rule.id)
    const there = now && chainAt(next, now.chain)
    if (now && there) setSaid(`Place ${now.at + 1} of ${there.rules.length} in ${now.chain}`)
  }

  // Drawn again when the rules change, not with every figure that comes in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the actions close over changes only together with these
  const grid = useMemo(
    () =>
      rules?.chains.map((one) => {
        const label = chainLabel(one)
        return (
          <ChainCard
            key={label}
            chain={one}
            rules={rules}
            origin={draft.origin}
            faults={draft.faults}
            visible={(rule) => matchesSearch(rule, label, search, rules.dialect)}
            searching={search.trim() !== ''}
            actions={{
              edit: (rule) => setEditing({ id: rule.id, chain: label, rule }),
              add: (at) => setEditing({ id: null, chain: label, at }),
              enable: (rule, enabled) => change(switchRule(rules, rule.id, enabled)),
              move: (rule, by) => place(moveRule(rules, rule.id, by), rule),
              moveTo: (rule, chainName, at) => place(placeRule(rules, rule.id, chainName, at), rule),
              duplicate: (rule) => change(duplicateRule(rules, rule.id)),
              remove: (rule) => undoable(removeRule(rules, rule.id), 'The rule is out of the draft'),
              policy: (policy) => change(setPolicy(rules, label, policy)),
              rename: () => setChain({ name: label }),
              removeChain: () => undoable(removeChain(rules, label), `Chain ${label} is out of the draft`),
            }}
          />
        )
      }),
    [rules, stored, draft.origin, draft.faults, search],
  )

  useAnchor(Boolean(rules && snapshot))
  if (draft.error && !rules) return <LoadFault title="Rules" error={draft.error} />
  if (!rules || !snapshot) return <Loading />

  return (
    <>
      <PageHeader
        title="Rules"
        lead="Every packet is tried against the rules of a chain from the top; the first that matches and has a verdict decides."
        actions={
          <>
            <TextInput
              data-filter
              type="search"
              aria-label="Search the rules"
              placeholder="Search: address, port, word"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              className="w-56! max-sm:w-full!"
            />
            <LinkButton href="#test">Test a packet</LinkButton>
            <LinkButton href="/rules/script">Import, export</LinkButton>
            <Button onClick={() => setChain({ name: null })}>New chain</Button>
            <Button onClick={() => setSwitching(true)}>
              {rules.dialect === 'classic' ? 'classic' : 'netfilter'} dialect …
            </Button>
          </>
        }
      />
      <DraftBars>
        <DraftBar draft={draft} danger={danger} />
      </DraftBars>
      <p role="status" className="sr-only">
        {said}
      </p>
      {rulesAdvice(rules).map(({ ruleId, text }) => (
        <Notice key={ruleId} tone="warn" title="Masquerades everybody" className="mb-4">
          {text}
        </Notice>
      ))}
      <div className="grid gap-4">
        <CountsProvider>
          <ChainGroups rules={rules} cards={grid ?? []} />
        </CountsProvider>
        <PacketTest
          rules={rules}
          stored={draft.changed ? stored : undefined}
          sound={draft.faults.length === 0}
          around={{ interfaces: { list: pathInterfaces(snapshot) }, links: status?.interfaces ?? [] }}
        />
        <GoodToKnow page="rules" />
      </div>
      {editing && (
        <RuleDrawer
          key={`${editing.id}`}
          editing={editing}
          rules={rules}
          devices={pathInterfaces(snapshot).map(({ name }) => name)}
          onClose={() => setEditing(null)}
          onKeep={(rule, chainName) => {
            const known = findRule(rules, rule.id) !== undefined
            change(
              known
                ? keepRule(rules, chainName, rule)
                : insertRule(rules, chainName, rule, chainName === editing.chain ? editing.at : undefined),
            )
            setEditing(null)
          }}
        />
      )}
      {switching && (
        <DialectDialog
          rules={rules}
          onClose={() => setSwitching(false)}
          onKeep={(next) => {
            setSwitching(false)
            undoable(next, `The draft speaks ${next.dialect} now`)
          }}
        />
      )}
      {chain && (
        <ChainDialog
          name={chain.name}
          rules={rules}
          onClose={() => setChain(null)}
          onKeep={(name, table) => {
            change(chain.name === null ? addChain(rules, name, table) : renameChain(rules, chain.name, name))
            setChain(null)
          }}
        />
      )}
    </>
  )
}

function Loading() {
  return (
    <>
      <PageHeader
        title="Rules"
        lead="Every packet is tried against the rules of a chain from the top; the first that matches and has a verdict decides."
      />
      <div className="mb-4 h-16 max-md:hidden" />
      <div className="grid gap-4">
        {['input', 'forward', 'output'].map((name) => (
          <Card key={name} title={<span className="num">{name}</span>}>
            <SkeletonRows rows={3} />
          </Card>
        ))}
      </div>
    </>
  )
}
