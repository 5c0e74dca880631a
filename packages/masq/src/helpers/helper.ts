/**
 * What a protocol helper is ("ip_masq_app" in 2.2), and what it is given to work with.
 *
 * A helper is one file that exports one `Helper`; registry.ts lists them. It is bound to a connection when that is opened, by
 * protocol and port: the port that was asked of the server, or for a server behind the box its own. From then on it is asked about what is
 * said in the connection, with the Conversation: one object that is used again for every packet, so nothing of it may
 * be kept. What has to outlive the packet goes into `stage` and `note` (kept with the connection in the table) or
 * into an expectation.
 *
 * TCP. read() gets the stream, not packets: every byte once, in order, from the first byte on, in the directions that `reads` names.
 * What is retransmitted is not shown again: it is rewritten the same way as the first time. A helper takes whole units (lines, records)
 * from `start` on; where the last one is not complete it says `hold(at)`, and is shown the bytes from `at` on again
 * together with what follows. Streams that were not seen from their beginning are not shown at all.
 * UDP. read() gets every datagram, in both directions.
 *
 * A helper must neither throw nor trust: every byte comes from a stranger. It only opens what its protocol really asked for,
 * never a port of the box, never for another machine than the one that speaks, and never a port below 1024
 * (`isSafePort`): a browser may be made to send text of somebody else's choice to any server (NAT slipstreaming).
 */
import type { HelperName } from '@bauta/config'
import type { Direction } from '../key-index.ts'

/** Bits of `reads`. */
export const READS = { out: 1, in: 2, both: 3 } as const

export interface Helper {
  readonly name: HelperName
  readonly reads: number
  read(talk: Conversation): void
}

/** What is waited for. Get one by `talk.expectation()`, which sets everything as below; fill it in; hand it to `talk.expect()`. */
export interface Expectation {
  /** 6 or 17; at first the conversation's own. */
  protocol: number
  /** Who will open: IN (at first): the far side, coming to the WAN address; OUT: the near side, going out. */
  opener: Direction
  /** The LAN machine: where it is led to, or whom it comes from. At first the conversation's client and port 0. OUT: port 0 is any. */
  near: number
  nearPort: number
  /** The far end; 0: any. At first the server as the client's side does not see it (`server`) and port 0. */
  far: number
  farPort: number
  /** IN: the port of the WAN address. 0 (at first): the one that the LAN socket has, or is given now. */
  masqPort: number
  /** OUT: whom `far` stands for, where the far end of this conversation is translated, too. At first 0: itself. */
  target: number
  targetPort: number
  /** How long it is waited for; at first 120, as 2.2 did in LISTEN. */
  seconds: number
  /** Not over with the first connection. */
  permanent: boolean
  /** The connection belongs to this one, which is kept while it lives; and is not waited for once this one ended. At first true. */
  controlled: boolean
  /** Read along by this helper too, beginning at this `stage`. At first none. */
  helper: HelperName | null
  stage: number
}

export interface Conversation {
  // --- this packet
  /** OUT: from the near end (`client`) to the far one (`server`); IN: the other way. */
  readonly direction: Direction
  /** 6 or 17 */
  readonly protocol: number
  /** The packet's own buffer. What there is to read: from `start`, up to before `end`; replace() moves `end`. */
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** Ticks. */
  readonly now: number

  // --- its connection. Addresses are unsigned numbers.
  /** Opened by the far end: `client` is a server behind the box. */
  readonly fromOutside: boolean
  /** The near end as it is. */
  readonly client: number
  readonly clientPort: number
  /** The near end as the far one sees it. */
  readonly wan: number
  readonly masqPort: number
  /** The far end as the near one addresses it. */
  readonly asked: number
  readonly askedPort: number
  /** The far end as it is. */
  readonly server: number
  readonly serverPort: number
  /** See STATE; as this packet leaves it. */
  readonly state: number
  /** Kept with the connection, 0 at first: 0 to 255. */
  stage: number
  /** Kept with the connection, 0 at first: 0 to 65535. */
  note: number

  // --- what may be done with what is said
  /**
   * Puts `text` (Latin-1, or bytes) in the place of `length` bytes at `at`. Lengths, checksums and the sequence numbers of all that follows
   * are seen to. @returns false: cannot be done now; the packet will not pass, and is shown again when it is sent again
   */
  replace(at: number, length: number, text: string | Uint8Array): boolean
  /** In network order, in place. */
  set16(at: number, value: number): boolean
  set32(at: number, value: number): boolean
  /** HELPED; above 0: replace() could not be done, or refuse() was said. Nothing more need be read then. */
  readonly stopped: number
  /** TCP: what begins at `at` is not complete; it stays here until the rest comes. Only what lies before it passes now. */
  hold(at: number): void
  /** The packet is dropped. Of a stream: only where it may never pass, as the sender will send it again. */
  refuse(): void
  /** This helper has nothing more to do with this connection. */
  leave(): void

  // --- what may be opened
  /** The one object to be filled in for expect(), fresh. */
  expectation(): Expectation
  /**
   * Waits for a connection. Asked again for the same one it only begins to wait anew, and answers the same.
   * @returns IN: the port of the WAN address; OUT: 0. -1: refused (limit, no port, not safe); it is counted
   */
  expect(expectation: Expectation): number
  /**
   * Two of the same, for `nearPort` and the one after it, behind an even port and the one after it (RTP and RTCP).
   * @returns the even port, or -1
   */
  expectPair(expectation: Expectation): number
  /** What this conversation has announced so far is not waited for any longer. */
  forget(): void
  /** @returns the port of the WAN address that a LAN socket has now, or -1 */
  masqPortOf(protocol: number, near: number, nearPort: number): number
  /** @returns the LAN machine that has a port of the WAN address now, unsigned; 0: nobody */
  ownerOf(protocol: number, masqPort: number): number
  ownerPortOf(protocol: number, masqPort: number): number

  // --- GRE of PPTP, whose packets name only the receiver's call (RFC 2637 4.1)
  /** The client has named its call: @returns the number that the server shall call it by, or -1. Asked again it answers the same. */
  reserveCall(clientCall: number): number
  /** @returns the client's own number of a call reserved or opened in this conversation, or -1 */
  clientCallOf(masqCall: number): number
  /** @returns by what number the server calls the client's end of an open call whose own end it calls `serverCall`; or -1 */
  masqCallOf(serverCall: number): number
  /** The server has named its call too: the tunnel is opened, controlled by this connection. */
  openCall(masqCall: number, serverCall: number): boolean
  endCall(masqCall: number): void
}

/** Ports that are never opened for anybody: system ports, and X11 as 2.2's ip_masq_ftp had it (`noport`). */
export const isSafePort = (port: number, protocol = 6): boolean =>
  port >= 1024 && port <= 65_535 && (port !== 6000 || protocol !== 6)
