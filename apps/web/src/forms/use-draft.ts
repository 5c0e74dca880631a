'use client'

/**
 * One noun being edited: what is in force, what the draft would make of it, what is wrong with it, what applying it would
 * do to live connections, and what to do when somebody else was faster. Nothing is applied but by `apply`.
 */
import { describeNoun, type Fault, faultsOf, type Noun, nouns, type Snapshot } from '@bauta/config'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState, useSyncExternalStore } from 'react'
import { ApiError } from '../live/api.ts'
import { useSession } from '../live/session.ts'
import { type Conflict, type Revision, useSave, useSettings } from '../live/settings.ts'
import { toast } from '../ui/toast-store.ts'
import { drafts } from './draft-store.ts'
import { mergeFields, same } from './merge.ts'
import { useSettled } from './use-settled.ts'

/** What is special about a noun. */
export interface DraftKind<N extends Noun> {
  /** The value as it is sent; rules that are new have no number yet. */
  toSend?: (value: Snapshot[N]) => Snapshot[N]
  /** The value as the schema may judge it here, before the box has given numbers. */
  toJudge?: (value: Snapshot[N]) => unknown
  words?: (origin: Snapshot[N], mine: Snapshot[N]) => string[]
  merge?: (origin: Snapshot[N], mine: Snapshot[N], theirs: Snapshot[N]) => Snapshot[N]
}

/** What applying would do. */
export interface Preview {
  state: 'none' | 'asking' | 'ready' | 'refused'
  cut: number
  actions: readonly string[]
  /** Why the box would refuse. */
  message: string
  faults: readonly Fault[]
}

const NO_PREVIEW: Preview = { state: 'none', cut: 0, actions: [], message: '', faults: [] }
const NO_FAULTS: readonly Fault[] = []
const noDraft = () => null
const PLAIN = {}

/** @param kind the same object at every call */
export function useDraft<N extends Noun>(noun: N, kind: DraftKind<N> = PLAIN) {
  const author = useSession().data?.name ?? ''
  const settings = useSettings(noun)
  const saving = useSave(noun)
  const found = useSyncExternalStore(drafts.watch, () => drafts.read(noun), noDraft)
  const draft = found && found.author === author ? found : null
  const stored = settings.value
  const value = draft?.value ?? stored
  const send = (mine: Snapshot[N]) => (kind.toSend ? kind.toSend(mine) : mine)

  const words = useMemo(
    () => (draft ? (kind.words ?? ((a, b) => describeNoun(noun, a, b)))(draft.origin, draft.value) : []),
    [draft, kind, noun],
  )
  const ownFaults = useMemo(() => {
    if (!draft) return NO_FAULTS
    const judged = nouns[noun].safeParse(kind.toJudge ? kind.toJudge(draft.value) : draft.value)
    return judged.success ? NO_FAULTS : faultsOf(judged.error)
  }, [draft, kind, noun])
  const [applying, setApplying] = useState(false)
  const preview = usePreview(noun, draft, ownFaults.length === 0, applying, (mine) =>
    saving.check(send(mine as Snapshot[N]), { base: draft?.base ?? 0 }),
  )
  const failure = draft ? saving.failure : null
  const faults =
    ownFaults.length > 0 ? ownFaults : (failure?.faults.length ?? 0) > 0 ? failure!.faults : preview.faults

  /** Keeps an edit; one that leads back to what is in force leaves no draft. */
  const set = (next: Snapshot[N]) => {
    if (!stored) return
    saving.clearFailure()
    const origin = draft?.origin ?? stored
    const base = draft?.base ?? settings.revision?.number ?? 0
    drafts.write(noun, same(next, origin) ? null : { author, base, origin, value: next })
  }

  const discard = () => {
    saving.clearFailure()
    saving.dismissConflict()
    drafts.write(noun, null)
  }

  /**
   * @param confirm seconds after which the box goes back by itself unless somebody keeps the change
   * @returns whether it is in force now
   */
  const apply = async (confirm?: number): Promise<boolean> => {
    if (!draft) return false
    setApplying(true)
    try {
      const reply = await saving.save(send(draft.value), {
        base: draft.base,
        ...(confirm === undefined ? {} : { confirm }),
      })
      if (reply) drafts.write(noun, null)
      return reply !== null
    } finally {
      setApplying(false)
    }
  }

  const takeTheirs = async () => {
    drafts.write(noun, null)
    await saving.takeTheirs()
  }

  /** Makes the draft one of their revision, with my changes in it; to be looked at and applied again. */
  const putOnTop = async ({ current }: Conflict<N>) => {
    if (!draft) return
    const merged = (kind.merge ?? mergeFields)(draft.origin, draft.value, current.value)
    const isTheirs = same(merged, current.value)
    drafts.write(
      noun,
      isTheirs ? null : { author, base: current.revision, origin: current.value, value: merged },
    )
    await saving.takeTheirs()
    if (isTheirs) toast.note('Nothing is left to apply', 'What they saved holds your changes already.')
  }

  return {
    noun,
    author,
    loading: settings.loading,
    error: settings.error,
    snapshot: settings.snapshot,
    revision: settings.revision as Revision | undefined,
    /** In force now. */
    stored,
    /** What the page shows: the draft where there is one. */
    value,
    changed: draft !== null,
    origin: draft?.origin,
    words,
    faults,
    failure,
    preview,
    applying,
    conflict: saving.conflict,
    dismissConflict: saving.dismissConflict,
    set,
    discard,
    apply,
    takeTheirs,
    putOnTop,
  }
}

export type DraftOf<N extends Noun> = ReturnType<typeof useDraft<N>>

type Check = (value: unknown) => Promise<{ cut: number; actions: string[] }>

/** The dry run, asked when the typing has paused. */
function usePreview(
  noun: Noun,
  draft: { base: number; value: unknown } | null,
  sound: boolean,
  applying: boolean,
  check: Check,
): Preview {
  const wanted = useSettled(draft && sound ? JSON.stringify([draft.base, draft.value]) : '', 350)
  const asked = wanted !== ''
  const { data, error, isFetching } = useQuery({
    queryKey: ['check', noun, wanted],
    queryFn: () => check((JSON.parse(wanted) as [number, unknown])[1]),
    // A draft that is being applied, or was, is made of a revision that is no longer the newest: asking would be a conflict.
    enabled: asked && draft !== null && !applying,
    retry: false,
    staleTime: 10_000,
    gcTime: 10_000,
    placeholderData: (previous) => previous,
  })
  if (!draft || !sound) return NO_PREVIEW
  if (error && asked) {
    const faults = error instanceof ApiError ? error.faults : NO_FAULTS
    return { state: 'refused', cut: 0, actions: [], message: error.message, faults }
  }
  if (!data) return { ...NO_PREVIEW, state: 'asking' }
  return {
    state: isFetching ? 'asking' : 'ready',
    cut: data.cut,
    actions: data.actions,
    message: '',
    faults: NO_FAULTS,
  }
}
