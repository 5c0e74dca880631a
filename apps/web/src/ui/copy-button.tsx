'use client'

import { useEffect, useState } from 'react'
import { Button, type ButtonSize } from './button.tsx'

/** Without TLS a page has no clipboard object; the old command still works there. */
function copyOldWay(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'fixed top-0 opacity-0'
  const back = document.activeElement
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (back instanceof HTMLElement) back.focus()
  return done
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyOldWay(text)
  }
}

interface CopyButtonProps {
  /** What lands in the clipboard; a function is asked at the moment of the click. */
  text: string | (() => string | Promise<string>)
  label?: string
  size?: ButtonSize
}

export function CopyButton({ text, label = 'Copy', size = 'small' }: CopyButtonProps) {
  const [said, setSaid] = useState<string | null>(null)
  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => setSaid(null), 1600)
    return () => clearTimeout(timer)
  }, [said])
  const act = async () => {
    try {
      const done = await copy(typeof text === 'function' ? await text() : text)
      setSaid(done ? 'Copied' : 'Not allowed')
    } catch {
      setSaid('No answer')
    }
  }
  return (
    <Button size={size} kind="plain" onClick={() => void act()}>
      {/* Both words take their room, so that the button never changes its width. */}
      <span className="grid *:col-start-1 *:row-start-1" aria-live="polite">
        <span className={said ? 'invisible' : undefined}>{label}</span>
        <span className={said ? undefined : 'invisible'}>{said ?? 'Copied'}</span>
      </span>
    </Button>
  )
}
