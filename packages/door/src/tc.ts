/**
 * Hanging a program into the traffic of a device: a clsact qdisc with one cls_bpf filter per direction, in direct action. Handle and
 * priority are fixed, so the filter of a former process is replaced in place, in one step of the kernel, and only ours is ever
 * removed. The qdisc itself stays when the filter goes: it costs nothing empty, and others may have hung filters into it.
 */
import { libbpf } from './libbpf.ts'
import { EEXIST, EPERM, errnoName } from './system.ts'

/** enum bpf_tc_attach_point */
export const INGRESS = 1
export const EGRESS = 2
export type Direction = typeof INGRESS | typeof EGRESS

/** 0xba07a reads “bauta”; the priority is low enough to come before filters that tc numbers itself (49152 and up). */
const HANDLE = 0xba07a
const PRIORITY = 0xba
const REPLACE = 1 // BPF_TC_F_REPLACE

export function attachProgram(index: number, direction: Direction, program: number): void {
  const created = libbpf().tcHookCreate(hookOf(index, direction))
  if (created < 0 && created !== -EEXIST) throw new Error(why('the clsact queue cannot be made', created))
  const attached = libbpf().tcAttach(hookOf(index, direction), optionsOf(program, REPLACE))
  if (attached < 0) throw new Error(why('the filter cannot be attached', attached))
}

/** @returns false where there was none, or no such device any more */
export function detachProgram(index: number, direction: Direction): boolean {
  return libbpf().tcDetach(hookOf(index, direction), optionsOf(0, 0)) === 0
}

/** @returns the kernel's number of the program that hangs there as ours, or 0 */
export function attachedProgram(index: number, direction: Direction): number {
  const options = optionsOf(0, 0)
  if (libbpf().tcQuery(hookOf(index, direction), options) < 0) return 0
  return new DataView(options.buffer, options.byteOffset).getUint32(16, true)
}

function why(what: string, code: number): string {
  if (code === -EPERM) return `${what}: no permission, the dataplane needs CAP_NET_ADMIN`
  return `${what}: ${errnoName(code)}; the kernel needs CONFIG_NET_CLS_ACT, NET_SCH_INGRESS and NET_CLS_BPF`
}

/** struct bpf_tc_hook { size_t sz; int ifindex; enum attach_point; __u32 parent } */
function hookOf(index: number, direction: Direction): Uint8Array {
  const view = new DataView(new ArrayBuffer(24))
  view.setUint32(0, view.byteLength, true)
  view.setInt32(8, index, true)
  view.setUint32(12, direction, true)
  return new Uint8Array(view.buffer)
}

/** struct bpf_tc_opts { size_t sz; int prog_fd; __u32 flags, prog_id, handle, priority } */
function optionsOf(program: number, flags: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(32))
  view.setUint32(0, view.byteLength, true)
  view.setInt32(8, program, true)
  view.setUint32(12, flags, true)
  view.setUint32(20, HANDLE, true)
  view.setUint32(24, PRIORITY, true)
  return new Uint8Array(view.buffer)
}
