/** How a program inside a guest says what it found out: a line `@@ {"name": …}`, which findings.ts outside reads. */
export async function finding(name: string, work: () => unknown): Promise<void> {
  const began = Date.now()
  try {
    const value = await work()
    console.log(`@@ ${JSON.stringify({ name, ok: true, ms: Date.now() - began, value })}`)
  } catch (error) {
    console.log(`@@ ${JSON.stringify({ name, ok: false, error: (error as Error).message })}`)
  }
}
