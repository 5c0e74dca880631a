import { DoorBench, LAN } from '/work/main/e2e/net/door-bench.ts'

const wan = process.argv[2] as any
const b = new DoorBench(wan)
try {
  await b.up()
  await new Promise((r) => setTimeout(r, 100))
  console.log(
    'lan->box',
    b.ping('lan', LAN.box),
    'lan->isp',
    b.ping('lan', b.addresses.isp),
    'isp->box',
    b.ping('isp', b.addresses.box),
    'box->lan',
    b.ping('rt', LAN.client),
    'box->isp',
    b.ping('rt', b.addresses.isp),
  )
  console.log(await b.counted(() => {}))
  console.log(await b.ask('counters'))
  b.spawn('isp', 'iperf3', '-s')
  await new Promise((r) => setTimeout(r, 300))
  for (const a of [[], ['-R']])
    console.log(
      'through',
      JSON.parse(b.exec('lan', 'iperf3', '-J', '-t', '3', '-c', b.addresses.isp, ...a)).end.sum_received
        .bits_per_second / 1e9,
    )
  for (const a of [[], ['-R']])
    console.log(
      'box to isp',
      JSON.parse(b.exec('rt', 'iperf3', '-J', '-t', '2', '-c', b.addresses.isp, ...a)).end.sum_received
        .bits_per_second / 1e9,
    )
  b.spawn('rt', 'iperf3', '-s', '-p', '5202')
  await new Promise((r) => setTimeout(r, 300))
  for (const a of [[], ['-R']])
    console.log(
      'lan to box',
      JSON.parse(b.exec('lan', 'iperf3', '-J', '-t', '2', '-p', '5202', '-c', LAN.box, ...a)).end.sum_received
        .bits_per_second / 1e9,
    )
  console.log(await b.ask('counters'))
} finally {
  await b.down()
}
