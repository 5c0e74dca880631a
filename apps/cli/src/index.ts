/** The `bauta` client as a function, for tests of the whole. */
export { EXIT, run, type World } from './run.ts'
