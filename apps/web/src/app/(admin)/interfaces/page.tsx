import { permanentRedirect } from 'next/navigation'

/** Where the page Network was before it had more than interfaces. */
export default function Page() {
  permanentRedirect('/network')
}
