/** One thing that an apply does, in words for people. Pure functions in this folder say which, from (old, new). */
import type { Noun } from '@bauta/config'

export interface Action {
  noun: Noun
  text: string
}
