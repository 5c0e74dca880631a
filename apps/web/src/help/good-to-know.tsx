'use client'

import { Fragment } from 'react'
import { Card } from '../ui/index.ts'
import { type Topic, topicsOf } from './topics.ts'

/** What somebody should know on this page, folded away until wanted. */
export function GoodToKnow({ page }: { page: Topic['pages'][number] }) {
  return (
    <Card title="Good to know">
      <div className="grid">
        {topicsOf(page).map(({ id, title, text }) => (
          <details key={id} id={`help-${id}`} className="group border-t border-line py-2 first:border-t-0">
            <summary className="cursor-pointer font-medium">{title}</summary>
            {text.map((paragraph) => (
              <p key={paragraph} className="mt-1.5 max-w-[72ch] text-mute">
                <Words text={paragraph} />
              </p>
            ))}
          </details>
        ))}
      </div>
    </Card>
  )
}

/** `code` between backticks in the monospaced face. */
function Words({ text }: { text: string }) {
  return text.split('`').map((piece, i) =>
    i % 2 === 1 ? (
      <code key={piece} className="font-mono text-[0.93em]">
        {piece}
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces keep their places
      <Fragment key={i}>{piece}</Fragment>
    ),
  )
}
