'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ApiError } from '../live/api.ts'
import { ToastArea } from './toast.tsx'
import { TooltipProvider } from './tooltip.tsx'

/** Trying again helps when the box was away; it does not help when the box said no. */
const worthRetrying = (failures: number, error: Error) =>
  failures < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 500)

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 5000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

/** `networkMode: always`: the box is reachable without the Internet, so the browser's idea of “offline” means nothing here. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient)
  return (
    <QueryClientProvider client={client}>
      <TooltipProvider>
        {children}
        <ToastArea />
      </TooltipProvider>
    </QueryClientProvider>
  )
}
