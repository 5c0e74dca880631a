/**
 * What appears when a field is left may move what stands below it. Where the field was left by a press on something
 * else, the press must end where it was aimed, or it never becomes a click: so the change waits for the release.
 */
let pressed = false

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', () => set(true), true)
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, () => set(false), true)
}

function set(down: boolean): void {
  pressed = down
}

/** Runs at once, or after the press that is going on. */
export function afterPress(change: () => void): void {
  if (!pressed) {
    change()
    return
  }
  const release = () => {
    for (const end of ['pointerup', 'pointercancel']) window.removeEventListener(end, release)
    // the click comes right behind the release
    setTimeout(change)
  }
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, release)
}
