import { Notice, PageHeader } from '../ui/index.ts'

/** The page has nothing to show because the box did not say anything. */
export function LoadFault({ title, error }: { title: string; error: Error }) {
  return (
    <>
      <PageHeader title={title} />
      <Notice tone="bad" title="This page could not be loaded">
        {error.message}
      </Notice>
    </>
  )
}
