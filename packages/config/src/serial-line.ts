/** What is said of a serial line, whoever uses it. */
import { z } from 'zod'

/** `/dev/ttyS0`, `/dev/ttyUSB0` */
export const serialDevice = z
  .string()
  .regex(/^\/dev\/tty[A-Za-z0-9]{1,16}$/, 'a serial line is called /dev/ttyS0, for instance')

/** Bits a second. */
export const SERIAL_SPEEDS = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600] as const

export const serialSpeed = z.union(
  SERIAL_SPEEDS.map((speed) => z.literal(speed)),
  'a speed of serial lines, such as 115200',
)
