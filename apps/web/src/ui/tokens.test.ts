/** Every pair of colours that the design system writes with, in both themes, against WCAG 2.2 (1.4.3 and 1.4.11). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../app/globals.css', import.meta.url), 'utf8')
const TOKEN = /--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);/g
const tokens = new Map(
  [...css.matchAll(TOKEN)].map(([, name, light, dark]) => [name!, { light: light!, dark: dark! }]),
)

function luminance(hex: string): number {
  const [r, g, b] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

const GROUNDS = ['paper', 'panel', 'sunken', 'hover']
const TEXT: [ink: string, ground: string][] = [
  ...['ink', 'mute', 'accent', 'down', 'good', 'warn', 'bad'].flatMap((ink) =>
    GROUNDS.map((ground): [string, string] => [ink, ground]),
  ),
  ...['accent', 'down', 'good', 'warn', 'bad'].map((tone): [string, string] => [tone, `${tone}-soft`]),
  ...['warn-soft', 'bad-soft', 'good-soft'].map((ground): [string, string] => ['ink', ground]),
  ['paper', 'ink'],
]
const SHAPES: [shape: string, ground: string][] = ['edge', 'focus'].flatMap((shape) =>
  ['paper', 'panel'].map((ground): [string, string] => [shape, ground]),
)

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const of = (name: string) => tokens.get(name)![theme]
  it.each(TEXT)('%s on %s can be read', (ink, ground) => {
    expect(contrast(of(ink), of(ground))).toBeGreaterThanOrEqual(4.5)
  })
  it.each(SHAPES)('%s on %s can be seen', (shape, ground) => {
    expect(contrast(of(shape), of(ground))).toBeGreaterThanOrEqual(3)
  })
})
