export { COUNTERS as DOOR_COUNTERS, type CounterMeaning, QUEUE_FULL } from './counters.ts'
export { Door, type DoorCounter, type DoorPort, mapHeartbeat } from './door.ts'
export { BOX_TUN, prepareDevice, prepareTun, tunNameOf } from './prepare.ts'
