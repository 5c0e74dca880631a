/**
 * Run by allocation.test.ts in a process of its own: pushes a million packets through the path between devices that
 * keep nothing, and prints how the heap grew. With a young generation larger than anything this could allocate no
 * collection hides garbage. An argument names settings of golden-netfilter.ts.
 */
import type { Device } from '@bauta/tun-tap'
import { Bench, LAN, WAN } from './bench.ts'
import { BOX } from './crossing.ts'
import { NETFILTER_SETTINGS } from './golden-netfilter.ts'
import { framesFromText } from './packet-text.ts'

const ROUNDS = 100_000

class Sink implements Device {
  readonly name = 'sink'
  readonly fd = -1
  written = 0
  read(): number {
    return 0
  }
  write(_: Uint8Array, length: number): number {
    this.written++
    return length
  }
  close(): void {}
}

const bench = new Bench(NETFILTER_SETTINGS[process.argv[2] ?? ''])
const sink = new Sink()
bench.path.connect([sink, sink, sink], sink)

const script: [number, Uint8Array][] = (
  [
    [LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [.] len 1500'],
    [WAN, 'tcp 93.184.216.34:80 > 198.51.100.2:40000 [.] len 1500'],
    [LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [.] len 40000 gso 1448'],
    [LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:53 len 60'],
    [WAN, 'udp 93.184.216.34:53 > 198.51.100.2:5000 len 90'],
    [LAN, 'icmp 192.168.77.11 > 93.184.216.34 type 8 icmpid 5007 len 84'],
    [LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:53 ttl 1 len 60'],
    [WAN, 'udp 93.184.216.34:54 > 198.51.100.2:5000 len 60'],
    [LAN, 'udp 10.1.2.3:5000 > 93.184.216.34:9 len 60'],
    [BOX, 'udp 198.51.100.2:6000 > 9.9.9.9:53 len 60'],
  ] as const
).map(([from, text]) => [from, framesFromText(text)[0]!])

function push(rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    for (let j = 0; j < script.length; j++) bench.receive(script[j]![0], script[j]![1])
    if (i % 64 === 0) bench.now++
  }
}

/** A round that allocates one small object per packet: shows that the method would see it. */
const kept: { at: number }[] = [{ at: 0 }]
function control(rounds: number): void {
  for (let i = 0; i < rounds * script.length; i++) kept[0] = { at: i }
}

function growth(work: (rounds: number) => void): number {
  const before = process.memoryUsage().heapUsed
  work(ROUNDS)
  return process.memoryUsage().heapUsed - before
}

push(20_000)
control(20_000)
growth(() => undefined)
const started = performance.now()
const bytes = growth(push)
const microseconds = ((performance.now() - started) * 1000) / (ROUNDS * script.length)
const figures = {
  packets: ROUNDS * script.length,
  bytes,
  control: growth(control),
  microseconds,
  written: sink.written,
}
process.stdout.write(JSON.stringify(figures))
