'use client'

import { useEffect, useRef } from 'react'
import UPlot, { type Options } from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { bitRate } from '../../../live/format.ts'
import { type Palette, usePalette } from './palette.ts'
import { type Sample, scaleTop } from './samples.ts'

const WINDOW_S = 300
const SCALE_WIDTH = 76

interface ThroughputChartProps {
  samples: readonly Sample[]
  /** The box's clock, ms. */
  now: number
  direction: 'down' | 'up'
  height: number
  /** Draws the minutes below. */
  axis?: boolean
  onPoint: (sample: Sample | null) => void
}

/** One direction. The canvas is a picture of the figures beside it, so it is hidden from screen readers. */
export function ThroughputChart({ samples, now, direction, height, axis, onPoint }: ThroughputChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const latest = useRef({ samples, now })
  const palette = usePalette()

  useEffect(() => {
    const element = host.current
    if (!element || !palette) return
    const options = optionsFor({
      direction,
      height,
      axis: axis ?? false,
      palette,
      width: element.clientWidth,
    })
    options.hooks = {
      setCursor: [
        (self) => onPoint(self.cursor.idx == null ? null : (latest.current.samples[self.cursor.idx] ?? null)),
      ],
    }
    const made = new UPlot(options, dataOf(latest.current.samples, latest.current.now, direction), element)
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [direction, height, axis, palette, onPoint])

  useEffect(() => {
    latest.current = { samples, now }
    plot.current?.setData(dataOf(samples, now, direction))
  }, [samples, now, direction])

  return <div ref={host} aria-hidden className={axis ? 'h-[94px]' : 'h-[112px]'} />
}

/** Seconds before now, so that the scale below never moves. */
function dataOf(samples: readonly Sample[], now: number, direction: 'down' | 'up'): [number[], number[]] {
  return [samples.map((sample) => (sample.at - now) / 1000), samples.map((sample) => sample[direction])]
}

interface Wanted {
  direction: 'down' | 'up'
  height: number
  width: number
  axis: boolean
  palette: Palette
}

function optionsFor({ direction, height, width, axis, palette }: Wanted): Options {
  const font = '11px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'
  return {
    width,
    height,
    padding: [6, 0, axis ? 0 : 4, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { setScale: false },
      sync: { key: 'throughput' },
      points: { size: 6 },
    },
    scales: {
      x: { time: false, range: () => [-WINDOW_S, 0] },
      y: { range: (_, __, max) => [0, scaleTop(max ?? 0)] },
    },
    axes: [
      {
        show: axis,
        size: 22,
        gap: 4,
        font,
        stroke: palette.mute,
        splits: () => [-240, -180, -120, -60, 0],
        values: (_, splits) => splits.map(minuteLabel),
        grid: { show: false },
        ticks: { stroke: palette.line, size: 4, width: 1 },
      },
      {
        size: SCALE_WIDTH,
        gap: 6,
        side: 1,
        font,
        stroke: palette.mute,
        splits: (self) => [0, (self.scales.y?.max ?? 0) / 2, self.scales.y?.max ?? 0],
        values: (_, splits) => splits.map((value) => (value === 0 ? '0' : shortRate(value))),
        grid: { stroke: palette.line, width: 1 },
        ticks: { show: false },
      },
    ],
    series: [
      {},
      {
        stroke: palette[direction],
        fill: palette[`${direction}Soft`],
        width: 1.5,
        points: { show: false },
      },
    ],
  }
}

const minuteLabel = (seconds: number): string =>
  seconds === 0 ? 'now' : `${seconds / 60} min`.replace('-', '−')

/** `600 Mbit/s`: scale figures are round already. */
const shortRate = (value: number): string => bitRate(value).replace(/\.0+(?= )/, '')
