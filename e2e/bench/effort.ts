/** How long and how often everything is done. Every load of the bench is bounded by these. */
export interface Effort {
  bulkSeconds: number
  pings: number
  /** Of one try of a search for a rate. */
  udpSeconds: number
  connectionsPerTry: number
  /** Halvings between the best good rate and the worst bad one: 6 % apart after four, 12 % after three. */
  halvings: number
  /** Questions and answers over one connection; whichever comes first ends them. */
  exchanges: number
  exchangeSeconds: number
  /** New flows, one after the other. */
  firstPackets: number
  /** At a rate that is given, for what it costs. */
  costSeconds: number
  /** With and without readers. */
  watchRounds: number
  /** Halvings and connections of a try where many searches follow each other. */
  rules: { halvings: number; connectionsPerTry: number; udpSeconds: number }
}

export const FULL: Effort = {
  bulkSeconds: 3,
  pings: 1000,
  udpSeconds: 1,
  connectionsPerTry: 20_000,
  halvings: 4,
  exchanges: 6000,
  exchangeSeconds: 6,
  firstPackets: 1000,
  costSeconds: 5,
  watchRounds: 4,
  rules: { halvings: 3, connectionsPerTry: 8000, udpSeconds: 0.5 },
}

export const QUICK: Effort = {
  bulkSeconds: 1,
  pings: 250,
  udpSeconds: 0.3,
  connectionsPerTry: 10_000,
  halvings: 3,
  exchanges: 2000,
  exchangeSeconds: 1,
  firstPackets: 250,
  costSeconds: 2,
  watchRounds: 1,
  rules: { halvings: 2, connectionsPerTry: 5000, udpSeconds: 0.3 },
}
