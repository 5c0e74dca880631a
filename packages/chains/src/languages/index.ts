/** ipchains, ipfwadm and iptables: their command lines, listings and scripts, over the settings. Browser-safe. */
export {
  type Command,
  isModuleProgram,
  type ListFlags,
  MODULE_PROGRAMS,
  type Program,
  type TestPacket,
} from './commands.ts'
export { applyEdits, type Subject, type Zeroed } from './edit.ts'
export {
  EXPORT_LANGUAGES,
  type ExportedScript,
  type ExportLanguage,
  exportScript,
  languagesOf,
} from './export-script.ts'
export { type ModuleLine, moduleLine } from './helper-modules.ts'
export { type ForwardsOutcome, listPortfw, runIpmasqadm } from './ipmasqadm.ts'
export { listMfw } from './ipmasqadm-mfw.ts'
export type { UserEntry, UserOutcome } from './ipmasqadm-user.ts'
export { listIpfwadm } from './list-ipfwadm.ts'
export { listIptables } from './list-iptables.ts'
export { type Lookup, NO_HOSTS } from './lookup.ts'
export { ipchainsScript, ipfwadmScript } from './print-classic.ts'
export { iptablesCommands, iptablesSave } from './print-iptables.ts'
export { restoreIptables } from './restore.ts'
export { type Outcome, parseCommand, programOf, runCommand } from './run-command.ts'
export {
  type ReadScript,
  readScript,
  type ScriptLine,
  type ScriptOptions,
  type ScriptSettings,
} from './script.ts'
export { readShell } from './shell-lines.ts'
export { testPacket } from './test-packet.ts'
export { wrongDialect } from './wrong-dialect.ts'
