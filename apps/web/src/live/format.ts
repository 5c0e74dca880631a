/**
 * Figures for people. Every function is pure and gives the same width for the same size of number as far as it can:
 * three significant figures for what scales, thin spaces in counts, two digits in clocks.
 */

/** Groups thousands and never breaks a line; `.num` draws it thin, which a thin space itself is not in monospaced faces. */
export const THIN = '\u00a0'
const NONE = '–'

/** `1 284`, with thin spaces from four digits on. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, THIN)
}

/** `1 connection`, `1 284 connections` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${Math.round(value) === 1 ? one : many}`
}

/** Three significant figures; whole numbers below the first step. */
function scaled(value: number, units: readonly string[]): string {
  let size = Math.max(0, value)
  let unit = 0
  while (unit < units.length - 1 && size >= 999.5) {
    size /= 1000
    unit++
  }
  const digits = unit === 0 ? 0 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0
  return `${size.toFixed(digits)} ${units[unit]}`
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
const BITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] as const
const PACKETS = ['pkt/s', 'kpkt/s', 'Mpkt/s'] as const

/** `12.9 GB`: SI steps of 1000, as disks and providers count. */
export const bytes = (value: number): string => scaled(value, BYTES)
/** `84.1 Mbit/s` */
export const bitRate = (value: number): string => scaled(value, BITS)
export const packetRate = (value: number): string => scaled(value, PACKETS)

/** `04:51`, `124:00`: minutes and seconds as `ipchains -M -L` writes them. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return `${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`
}

const pad = (value: number): string => value.toString().padStart(2, '0')

/** The two largest units that matter: `9 s`, `12 min`, `3 h 12 min`, `2 days 4 h`, `41 days`. */
export function lasting(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  if (s < 60) return `${s} s`
  if (s < 600 && s % 60 > 0) return `${Math.floor(s / 60)} min ${s % 60} s`
  if (s < 3600) return `${Math.floor(s / 60)} min`
  const minutes = Math.floor(s / 60) % 60
  const hours = Math.floor(s / 3600)
  if (hours < 24) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  const days = Math.floor(hours / 24)
  const rest = hours % 24
  return days < 10 && rest > 0 ? `${plural(days, 'day')} ${rest} h` : plural(days, 'day')
}

/** The largest unit only, for narrow columns: `9 s`, `12 min`, `3 h`, `41 d`. */
export function lastingShort(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min`
  if (s < 86_400) return `${Math.floor(s / 3600)} h`
  return `${Math.floor(s / 86_400)} d`
}

/** `3.5 %`; small shares keep a figure so that “some” never reads as “none”. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return NONE
  const value = share * 100
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`
}

/** `20:14:07` of the reader's own clock. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `today 20:14`, `20 Nov 20:14`, `20 Nov 2025` relative to `now`. */
export function moment(at: number, now: number): string {
  const date = new Date(at)
  const today = new Date(now)
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`
  if (date.toDateString() === today.toDateString()) return `today ${time}`
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`
  return date.getFullYear() === today.getFullYear() ? `${day} ${time}` : `${day} ${date.getFullYear()}`
}
