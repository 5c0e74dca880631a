import type { SystemStatus } from '@bauta/control/schemas'
import { count, lasting, plural } from '../../../live/format.ts'
import { Card, EmptyState, SkeletonRows, Table, Tag, TBody, Td, THead, Th, Tr } from '../../../ui/index.ts'
import { workOf } from './words.ts'

type Daemon = SystemStatus['daemons'][number]

/** The programs that do what they do best, and how often one had to be helped up. */
export function DaemonsCard({ system }: { system: SystemStatus | undefined }) {
  const daemons = system?.daemons
  return (
    <Card
      title="Programs that work for the box"
      aside={daemons && `${daemons.filter((one) => one.running).length} of ${daemons.length} run`}
    >
      {!daemons ? (
        <SkeletonRows rows={4} />
      ) : daemons.length === 0 ? (
        <EmptyState title="None runs now">
          With the settings in force the box needs no other program.
        </EmptyState>
      ) : (
        <Table caption="Programs that work for the box" fixed>
          <THead>
            <Th>Program</Th>
            <Th className="w-24">State</Th>
            <Th numeric className="w-24">
              For
            </Th>
            <Th numeric className="w-20">
              Restarts
            </Th>
          </THead>
          <TBody>
            {daemons.map((daemon) => (
              <Row key={daemon.name} daemon={daemon} now={system!.now} />
            ))}
          </TBody>
        </Table>
      )}
    </Card>
  )
}

function Row({ daemon, now }: { daemon: Daemon; now: number }) {
  const { name, running, startedAt, restarts, problem, pid } = daemon
  return (
    <Tr>
      <Td phone="lead">
        <span className="num font-semibold" title={pid === null ? undefined : `process ${pid}`}>
          {name}
        </span>
        <span className="block text-sm text-mute">{workOf(name)}</span>
        {problem && <span className="block text-sm font-medium break-words text-bad">{problem}</span>}
      </Td>
      <Td phone="trail">
        <Tag tone={running ? 'good' : 'bad'}>{running ? 'runs' : 'stands still'}</Tag>
      </Td>
      <Td numeric phone="sub" className="text-mute">
        {startedAt === null ? '–' : lasting((now - startedAt) / 1000)}
      </Td>
      <Td numeric phone="subtrail" className={restarts > 0 ? 'text-warn' : 'text-mute'}>
        {count(restarts)}
        <span className="font-sans [word-spacing:normal] sm:hidden">
          {' '}
          {plural(restarts, 'restart').replace(/^\S+ /, '')}
        </span>
      </Td>
    </Tr>
  )
}
