/**
 * libbpf, bound at first need so that a machine without it gets a sentence instead of a failed import. Debian 12 brings 1.1, Debian 13 brings 1.5;
 * both are libbpf.so.1, and the structures below carry their own size, so either understands them.
 */
import koffi, { type LibraryHandle } from 'koffi'

type Pointer = bigint | null
type Bytes = Uint8Array

export interface Libbpf {
  openMem(file: Bytes, size: number, options: Bytes): Pointer
  load(object: Pointer): number
  close(object: Pointer): void
  program(object: Pointer, name: string): Pointer
  programFd(program: Pointer): number
  map(object: Pointer, name: string): Pointer
  mapFd(map: Pointer): number
  setMaxEntries(map: Pointer, entries: number): number
  /** The map of the object becomes another name for one that there is already. */
  reuseFd(map: Pointer, fd: number): number
  possibleCpus(): number
  updateElement(fd: number, key: Bytes, value: Bytes, flags: number): number
  deleteElement(fd: number, key: Bytes): number
  tcHookCreate(hook: Bytes): number
  tcAttach(hook: Bytes, options: Bytes): number
  tcDetach(hook: Bytes, options: Bytes): number
  tcQuery(hook: Bytes, options: Bytes): number
  programFdById(id: number): number
  mapFdById(id: number): number
  /** @param length 4 bytes, in and out */
  infoOf(fd: number, info: Bytes, length: Bytes): number
}

let bound: Libbpf | undefined

/** @throws Error that says which package is missing */
export function libbpf(): Libbpf {
  bound ??= bind()
  return bound
}

function bind(): Libbpf {
  const library = load()
  // What goes wrong is told by our own errors; libbpf would write to the standard error of the dataplane.
  library.func('libbpf_set_print', 'void *', ['void *'])(null)
  return {
    openMem: library.func('bpf_object__open_mem', 'void *', ['void *', 'size_t', 'void *']),
    load: library.func('bpf_object__load', 'int', ['void *']),
    close: library.func('bpf_object__close', 'void', ['void *']),
    program: library.func('bpf_object__find_program_by_name', 'void *', ['void *', 'const char *']),
    programFd: library.func('bpf_program__fd', 'int', ['void *']),
    map: library.func('bpf_object__find_map_by_name', 'void *', ['void *', 'const char *']),
    mapFd: library.func('bpf_map__fd', 'int', ['void *']),
    setMaxEntries: library.func('bpf_map__set_max_entries', 'int', ['void *', 'uint32_t']),
    reuseFd: library.func('bpf_map__reuse_fd', 'int', ['void *', 'int']),
    possibleCpus: library.func('libbpf_num_possible_cpus', 'int', []),
    updateElement: library.func('bpf_map_update_elem', 'int', ['int', 'void *', 'void *', 'uint64_t']),
    deleteElement: library.func('bpf_map_delete_elem', 'int', ['int', 'void *']),
    tcHookCreate: library.func('bpf_tc_hook_create', 'int', ['void *']),
    tcAttach: library.func('bpf_tc_attach', 'int', ['void *', 'void *']),
    tcDetach: library.func('bpf_tc_detach', 'int', ['void *', 'void *']),
    tcQuery: library.func('bpf_tc_query', 'int', ['void *', 'void *']),
    programFdById: library.func('bpf_prog_get_fd_by_id', 'int', ['uint32_t']),
    mapFdById: library.func('bpf_map_get_fd_by_id', 'int', ['uint32_t']),
    infoOf: library.func('bpf_obj_get_info_by_fd', 'int', ['int', 'void *', 'void *']),
  }
}

function load(): LibraryHandle {
  try {
    return koffi.load('libbpf.so.1')
  } catch {
    throw new Error('the library libbpf.so.1 is missing: install the package libbpf1')
  }
}
