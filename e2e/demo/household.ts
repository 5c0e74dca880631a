/**
 * A household at work: programs that run on lan1 and lan2 and use the small Internet as people's machines do, with pauses, in
 * turns, and never fast enough to trouble a small machine. What they print is thrown away; an error is part of life.
 */
import type { Lab } from '../lab/lab.ts'
import { SERVERS } from '../lab/plan.ts'

const [WWW, , , NEWS, VIDEO] = Object.keys(SERVERS)

/**
 * One shell per habit: each line is said once, then waits. The random pauses come from the shell's process id and the clock, so
 * that no two machines walk in step.
 */
const HABITS: Record<'lan1' | 'lan2', string[]> = {
  lan1: [
    // reading the news
    `while :; do curl -s -m 20 -o /dev/null http://${NEWS}/bytes/180000; pause 2 7; curl -s -m 5 -o /dev/null http://${WWW}/; pause 3 9; done`,
    // a film at a steady 400 kB/s, then a break
    `while :; do curl -s -o /dev/null "http://${VIDEO}/bytes/60000000?rate=400000"; pause 5 20; done`,
    // is the line alive?
    `exec ping -i 2 ${WWW}`,
  ],
  lan2: [
    // a download in bursts
    `while :; do curl -s -o /dev/null "http://ftp.example.org/bytes/12000000?rate=900000"; pause 10 30; done`,
    // passive FTP
    `while :; do pause 8 16; curl -s -m 30 --ftp-pasv -o /dev/null ftp://ftp.example.org/1048576.bin; done`,
    // names, a game's short datagrams, and a far server
    `while :; do getent ahostsv4 far.example.org; getent ahostsv4 echo.example.org; pause 2 5; done`,
    `while :; do echo tick | timeout 1 bash -c 'cat > /dev/udp/echo.example.org/7'; pause 1 3; done`,
    `while :; do curl -s -m 10 -o /dev/null http://far.example.org/bytes/40000; pause 6 18; done`,
  ],
}

/** pause FROM TO: sleeps a random number of seconds between the two. */
const PAUSE = 'pause() { sleep $(($1 + RANDOM % ($2 - $1 + 1))); }'

export function startHousehold(lab: Lab): void {
  for (const host of ['lan1', 'lan2'] as const)
    HABITS[host].forEach((habit, i) => {
      lab.start(`${host}-${i + 1}`, host, ['bash', '-c', `${PAUSE}; { ${habit}; } >/dev/null 2>&1`])
    })
}
