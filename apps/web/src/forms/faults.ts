/** From the path of a fault to the field it belongs to. */
import type { Fault } from '@bauta/config'

type Path = Fault['path']

/** @returns whether `path` is `prefix` or lies below it */
export function isUnder(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, i) => String(path[i]) === String(part))
}

/** @returns the first message at this field or below it */
export function messageAt(faults: readonly Fault[], path: Path): string | undefined {
  return faults.find((fault) => isUnder(fault.path, path))?.message
}

/** @returns the first message of exactly this field, not of its parts */
export function messageExactlyAt(faults: readonly Fault[], path: Path): string | undefined {
  return faults.find((fault) => fault.path.length === path.length && isUnder(fault.path, path))?.message
}

/** @returns the faults below a path, with the path shortened to what is left */
export function faultsBelow(faults: readonly Fault[], prefix: Path): Fault[] {
  return faults
    .filter((fault) => isUnder(fault.path, prefix))
    .map(({ path, message }) => ({ path: path.slice(prefix.length), message }))
}
