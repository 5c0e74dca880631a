/** The backup as a file of the browser. */

/** As the box has it (server/backup.ts). */
const MOST = 5 * 1024 * 1024

/** @returns the content, or the sentence that says why there is none */
export async function backupIn(
  file: Pick<File, 'name' | 'size' | 'text'>,
): Promise<{ content: unknown } | string> {
  if (file.size > MOST)
    return `${file.name} has more than 5 MB; a backup of Bauta is far smaller. Nothing was changed.`
  try {
    return { content: JSON.parse(await file.text()) as unknown }
  } catch {
    return `${file.name} is not a backup of Bauta: it is not JSON. Nothing was changed.`
  }
}

export function fileName({ revision }: { revision: number }, at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `bauta-${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}-r${revision}.json`
}

export function saveFile(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
