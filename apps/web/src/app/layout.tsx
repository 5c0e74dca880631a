import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '../ui/providers.tsx'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Bauta', template: '%s · Bauta' },
  description: 'Home router',
  referrer: 'same-origin',
  icons: { icon: '/mask.svg' },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f5f2' },
    { media: '(prefers-color-scheme: dark)', color: '#131417' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    // The theme script writes data-theme before React wakes up.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script src="/theme.js" nonce={nonce} suppressHydrationWarning />
      </head>
      <body>
        <noscript>
          <p className="p-4">This page needs JavaScript: every figure on it is live.</p>
        </noscript>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
