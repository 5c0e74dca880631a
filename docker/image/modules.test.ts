import { expect, test } from 'vitest'
import { choose } from './modules.ts'

test('what a router needs, and whatever that needs in turn; nothing else', () => {
  const kept = choose(
    [
      'kernel/drivers/net/ppp/pppoe.ko.xz: kernel/drivers/net/ppp/pppox.ko.xz kernel/misc/odd.ko.xz',
      'kernel/drivers/net/ppp/pppox.ko.xz:',
      'kernel/drivers/net/slip/slip.ko.xz: kernel/drivers/net/slip/slhc.ko.xz',
      'kernel/drivers/net/slip/slhc.ko.xz:',
      'kernel/misc/odd.ko.xz: kernel/misc/deeper.ko.xz',
      'kernel/misc/deeper.ko.xz:',
      'kernel/drivers/gpu/drm/radeon/radeon.ko.xz:',
      'kernel/drivers/net/tun.ko.xz:',
      'kernel/drivers/net/wireless/ath/ath.ko.xz:',
      'kernel/net/sched/cls_bpf.ko.xz:',
      'kernel/net/bluetooth/bluetooth.ko.xz:',
      'kernel/drivers/net/ethernet/broadcom/bnx2x/bnx2x.ko.xz:',
      'kernel/drivers/net/ethernet/broadcom/tg3.ko.xz:',
      '',
    ].join('\n'),
  )
  expect([...kept].map((name) => name.split('/').at(-1)!.split('.')[0]).sort()).toEqual([
    'cls_bpf',
    'deeper',
    'odd',
    'pppoe',
    'pppox',
    'slhc',
    'slip',
    'tg3',
    'tun',
  ])
})
