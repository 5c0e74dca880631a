import { LinkButton } from '../ui/button.tsx'
import { Entrance } from '../ui/entrance.tsx'

export default function NotFound() {
  return (
    <Entrance
      title="There is nothing here"
      lead="The address leads to no page of this box. It may be an old link."
    >
      <LinkButton kind="primary" href="/" className="hover:bg-ink/85">
        Home
      </LinkButton>
    </Entrance>
  )
}
