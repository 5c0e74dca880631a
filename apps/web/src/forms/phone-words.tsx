import type { ReactNode } from 'react'

/** Beside a figure on phones: the word that a column heading says on wide screens. */
export function PhoneWords({ children }: { children: ReactNode }) {
  return <span className="font-sans [word-spacing:normal] sm:hidden">{children}</span>
}
