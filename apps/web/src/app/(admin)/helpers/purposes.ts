/** What each helper is for, and who needs it, in the words of a household. */
import type { HelperName } from '@bauta/config'

export interface Purpose {
  /** In a few words, beside the name. */
  what: string
  text: string
}

export const PURPOSES: Readonly<Record<HelperName, Purpose>> = {
  ftp: {
    what: 'files the old way',
    text: 'In active mode the server opens the connection for every file, and without the helper it never arrives. Passive mode, which browsers used, needs it only for a server at home. Into FTP over TLS nobody can look.',
  },
  irc: {
    what: 'chat',
    text: 'Chatting works without. Files and private talk that somebody here offers to others (DCC) need it.',
  },
  tftp: {
    what: 'firmware and start-up files',
    text: 'Telephones and machines without a disk fetch what they start with. The server answers from another port than was asked.',
  },
  pptp: {
    what: 'VPN of old offices',
    text: 'Lets several machines at home use a PPTP tunnel at once. What is in such a tunnel can be read by who wants to; WireGuard and IPsec need no helper.',
  },
  sip: {
    what: 'Internet telephony',
    text: 'Only where calls connect and nobody is heard. Most telephones and providers find the way themselves, and two who correct the same address spoil it.',
  },
  h323: {
    what: 'video conferences of offices',
    text: 'Conference rooms and NetMeeting call by H.323, and agree on ports for sound and picture while they do.',
  },
  rtsp: {
    what: 'cameras and streams',
    text: 'The player asks by TCP for sound and picture, which then come by UDP from the server.',
  },
  raudio: {
    what: 'RealPlayer, until about 2002',
    text: 'The servers of then speak a language of their own (PNA), and send the sound by UDP.',
  },
  vdolive: {
    what: 'video of the nineties',
    text: 'The picture comes by UDP from the server that was asked.',
  },
  cuseeme: {
    what: 'video conferences of the nineties',
    text: 'The programs of a conference name each other’s addresses in every packet.',
  },
  quake: {
    what: 'the first Quake',
    text: 'The server names another port for each player. QuakeWorld and later ones need no helper.',
  },
  icq: {
    what: 'ICQ of before 2000',
    text: 'Messages and files from person to person, when the server had told each where the other is.',
  },
}

/** In this order on the page. */
export const GROUPS: readonly { title: string; lead: string; names: readonly HelperName[] }[] = [
  {
    title: 'Still met',
    lead: 'Switch one on when the program that needs it does not work; off again when nobody uses it.',
    names: ['ftp', 'tftp', 'sip', 'rtsp', 'irc', 'pptp', 'h323'],
  },
  {
    title: 'For machines of their time',
    lead: 'What Linux 2.2 had helpers for. Programs of today need none of these.',
    names: ['raudio', 'vdolive', 'cuseeme', 'quake', 'icq'],
  },
]
