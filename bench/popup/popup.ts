import type { BenchOptions } from '../bench-options.ts'
import type { Row } from '../row.ts'
import { startBareServer } from '../servers/bare.ts'
import { freePort } from '../../scripts/free-port.mjs'
import { startHostApp } from '../servers/host-app.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio, percentile } from '../statistics.ts'
import { startChromium, type Chromium } from './chromium.ts'
import { weighFirstStep } from './first-step-bytes.ts'
import { startFront, type Front } from './front.ts'
import { createProfile, type Opening } from './open-popup.ts'
import type { Side } from './opener-page.ts'

const type = 'platform.hp-postgres'

const sides = ['bare', 'still', 'ours'] as const satisfies readonly Side[]

const cells = [
  { isCold: true, delay: 0 },
  { isCold: false, delay: 0 },
  { isCold: true, delay: 40 },
  { isCold: false, delay: 40 },
] as const

type Round = Readonly<Record<Side, Opening>>

/**
 * From the click to a form that can be typed in, and to the exchanged token, beside the first paint of a bare
 * page of 1 KB, and of our page without its scripts, in the same kind of popup on the same site.
 */
export function measurePopup({ chromiumPath, rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  if (chromiumPath === null) throw new Error('There is no Chromium; set BOBBIN_CHROMIUM to the path of one.')
  return inWorkFolder(async (folder) => {
    const [openerPort, hostPort] = [await freePort(), await freePort()]
    const opener = `http://127.0.0.1:${openerPort}`
    const url = `http://localhost:${hostPort}`
    const bare = await startBareServer(folder)
    const hostApp = await startHostApp({ folder, url, origin: opener, profileFolder })
    const front = await startFront({
      openerPort,
      hostPort,
      hostAppPort: hostApp.port,
      barePort: bare.port,
      type,
    })
    const chromium = await startChromium(chromiumPath, folder)
    try {
      // Each opener page has a token, used or not; three pages make a round, two rounds warm up.
      front.tokens = await hostApp.createTokens(cells.length * (rounds + 2) * sides.length)
      const rows: Row[] = []
      let last: Opening | null = null
      for (const { isCold, delay } of cells) {
        front.delay = delay
        const measured = await (isCold ? coldRounds : warmRounds)(chromium, front, opener, rounds)
        rows.push(...rowsOf(`${isCold ? 'cold' : 'warm'}, +${delay} ms`, isCold, measured))
        last = measured.at(-1)?.ours ?? null
      }
      if (last) rows.push(...(await loadRows(last, hostApp.port)))
      return rows
    } finally {
      await chromium.stop()
      await front.stop()
      await hostApp.stop()
      await bare.stop()
    }
  })
}

/** Every opening in a profile of its own: no cache, no connection, no code seen before. */
async function coldRounds(chromium: Chromium, front: Front, opener: string, count: number): Promise<Round[]> {
  const openIn = async (side: Side) => {
    const profile = await createProfile(chromium, front, opener)
    try {
      return await profile.open(side)
    } finally {
      await profile.close()
    }
  }
  return interleave(openIn, count)
}

async function warmRounds(chromium: Chromium, front: Front, opener: string, count: number): Promise<Round[]> {
  const profile = await createProfile(chromium, front, opener)
  try {
    return await interleave((side) => profile.open(side), count)
  } finally {
    await profile.close()
  }
}

/** Who goes first changes from round to round. The first round warms up and does not count. */
async function interleave(open: (side: Side) => Promise<Opening>, count: number): Promise<Round[]> {
  const rounds: Round[] = []
  for (let number = 0; number <= count; number++) {
    const round: Partial<Record<Side, Opening>> = {}
    for (const turn of sides.keys()) {
      const side = sides[(number + turn) % sides.length]!
      round[side] = await open(side)
    }
    if (number > 0) rounds.push(round as Round)
  }
  return rounds
}

function rowsOf(cell: string, isCold: boolean, rounds: readonly Round[]): Row[] {
  const bare = rounds.map((round) => round.bare.painted)
  const still = rounds.map((round) => round.still.typable)
  const typable = rounds.map((round) => round.ours.typable)
  const row = (what: string, ours: readonly number[], atMost: number): Row => ({
    what: `${what} (${cell})`,
    unit: 'ms',
    ours: median(ours),
    anchor: { name: 'bare page painted', value: median(bare) },
    limit: { of: 'ratio', atMost },
    detail: {
      paired: pairedRatio(ours, bare),
      p95_ratio: percentile(ours, 0.95) / percentile(bare, 0.95),
      ours_window_open_ms: median(rounds.map((round) => round.ours.returned)),
      bare_window_open_ms: median(rounds.map((round) => round.bare.returned)),
      ours_page_arrived_ms: median(rounds.map((round) => round.ours.arrived)),
      bare_page_arrived_ms: median(rounds.map((round) => round.bare.arrived)),
      rounds: rounds.length,
    },
  })
  return [
    row('click to typable form', typable, isCold ? 1.25 : 1.12),
    {
      what: `click to typable form (${cell})`,
      unit: 'ms',
      ours: median(typable),
      anchor: { name: 'our page without scripts', value: median(still) },
      limit: { of: 'ratio', atMost: 1.05 },
      detail: { paired: pairedRatio(typable, still), still_to_bare: median(still) / median(bare) },
    },
    row(
      'click to session exchanged',
      rounds.map((round) => round.ours.claimed ?? NaN),
      1,
    ),
  ]
}

/** What stands between the click and the form, and what the first step loads in all. */
async function loadRows({ resources }: Opening, hostAppPort: number): Promise<Row[]> {
  const bytes = await weighFirstStep(hostAppPort, type)
  const blocking = resources.filter(({ isBlocking }) => isBlocking).length
  return [
    {
      what: 'requests before the form is typable',
      unit: 'requests',
      ours: 1 + blocking,
      anchor: null,
      limit: { of: 'figure', atMost: 1 },
    },
    {
      what: 'bytes until the form is typable, brotli',
      unit: 'B',
      ours: bytes.page,
      anchor: null,
      limit: null,
    },
    {
      what: 'bytes before the first key, brotli',
      unit: 'B',
      ours: bytes.early,
      anchor: null,
      limit: { of: 'figure', atMost: 10_240 },
    },
    {
      what: 'bytes of the whole first step, brotli',
      unit: 'B',
      ours: bytes.all,
      anchor: null,
      limit: null,
    },
  ]
}
