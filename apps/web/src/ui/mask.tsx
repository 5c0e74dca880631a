/** The bauta: brow, eyes, the long nose, and a jaw that stands out so that its wearer can drink and speak. */
export function Mask({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <path
        className="fill-ink"
        d="M16 3c5.2 0 9.6 1.3 11.5 3.1.6.6.8 1.3.7 2.1-.3 3.3-1.2 5.7-2.8 7.5-.9 1-1.3 2-1.4 3.2l-.4 4.3c-.1 1.1-.5 1.9-1.4 2.6l-3.9 2.8c-.7.5-1.5.7-2.3.7s-1.6-.2-2.3-.7l-3.9-2.8c-.9-.7-1.3-1.5-1.4-2.6L8 18.9c-.1-1.2-.5-2.2-1.4-3.2-1.6-1.8-2.5-4.2-2.8-7.5-.1-.8.1-1.5.7-2.1C6.4 4.3 10.8 3 16 3Z"
      />
      <path
        className="fill-paper"
        d="M6.8 11.4c2.7-1.3 5.7-.9 7.4 1-1.9 1.7-5.7 1.5-7.4-1ZM25.2 11.4c-2.7-1.3-5.7-.9-7.4 1 1.9 1.7 5.7 1.5 7.4-1ZM15.3 13.5h1.4l1.5 5.8c-.7.7-1.4 1-2.2 1s-1.5-.3-2.2-1l1.5-5.8Z"
      />
    </svg>
  )
}
