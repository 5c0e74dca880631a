import type { Counters } from '@bauta/control/schemas'
import { bytes, count } from '../../../live/format.ts'
import { Card, SkeletonRows, Table, TBody, Td, THead, Th, Tr } from '../../../ui/index.ts'

/** What came through, by where from and where to. */
export function PathsCard({ counters }: { counters: Counters | null }) {
  return (
    <Card title="Carried">
      {counters ? (
        <Table caption="Packets carried, by their way" fixed>
          <THead>
            <Th className="w-40">Way</Th>
            <Th>Meaning</Th>
            <Th numeric className="w-36">
              Packets
            </Th>
            <Th numeric className="w-28">
              Bytes
            </Th>
          </THead>
          <TBody>
            {counters.paths.map((path) => (
              <Tr key={path.name}>
                <Td mono phone="lead">
                  {path.name}
                </Td>
                <Td phone="sub" className="text-mute">
                  {path.meaning}
                </Td>
                <Td numeric phone="trail">
                  {count(path.packets)}
                </Td>
                <Td numeric phone="subtrail">
                  {bytes(path.bytes)}
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Card>
  )
}
