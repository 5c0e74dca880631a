import type { SystemStatus } from '@bauta/control/schemas'
import { Card, Num } from '../../../ui/index.ts'
import { Facts } from '../_home/facts.tsx'

export function MachineCard({ system }: { system: SystemStatus | undefined }) {
  return (
    <Card title="This machine">
      <Facts
        rows={[
          ['Bauta', system && <Num>{system.version}</Num>],
          [
            'Runs as',
            system &&
              (system.kind === 'appliance'
                ? 'appliance: the whole machine is the box'
                : 'guest on somebody’s Linux'),
          ],
          ['Hardware', system && (system.model ?? 'does not say what it is')],
          [
            'Processor',
            system && (
              <Num>
                {system.processors} × {system.architecture}
              </Num>
            ),
          ],
          ['Linux', system && <Num>{system.kernel}</Num>],
          ...(system?.slot
            ? [
                [
                  'Image',
                  <span key="slot">
                    slot <Num>{system.slot}</Num> of two
                  </span>,
                ] as const,
              ]
            : []),
        ]}
      />
    </Card>
  )
}
