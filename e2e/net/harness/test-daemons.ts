/** Programs of other people that ./bauta unpacks into .bauta/test-daemons for the tests, and never installs, are found first. */
import path from 'node:path'
import { ROOT } from '../../lab/record.ts'

process.env.PATH = `${path.join(ROOT, '.bauta/test-daemons/bin')}:${process.env.PATH}`
