import { PageHeader } from '../../ui/index.ts'

export default function HomePage() {
  return <PageHeader title="Home" />
}
