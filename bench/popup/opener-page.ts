/** What the opener tells. Times are Unix ms of the machine's one clock. */
export type OpenerReport = {
  readonly from: 'opener'
  /** The query of the page that tells: each click has a page of its own. */
  readonly page: string
} & (
  | { readonly what: 'ready' }
  | { readonly what: 'clicked'; readonly at: number; readonly returned: number }
  | { readonly what: 'claimed'; readonly at: number }
  | { readonly what: 'failed'; readonly message: string }
)

/** Where the buttons are, for a real click. */
export const buttons = { bare: { x: 50, y: 25 }, ours: { x: 150, y: 25 }, still: { x: 250, y: 25 } } as const
export type Side = keyof typeof buttons

/** The customer page: a button for each of the pages, which open in the same kind of popup; ours by our client. */
export function openerPage(settings: { host: string; type: string; token: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Customer</title><style>
button { position: fixed; top: 0; width: 100px; height: 50px } #bare { left: 0 } #ours { left: 100px } #still { left: 200px }
</style></head><body><button id="bare">Bare</button><button id="ours">Ours</button><button id="still">Still</button>
<script type="module">(${runOpener.toString()})(${JSON.stringify(settings)})</script></body></html>`
}

interface Client {
  createConnect(options: { host: string }): {
    addSource(options: object): Promise<unknown>
  }
}

/** Runs inside of the page, alone: it must not use anything from outside of itself. */
async function runOpener({
  host,
  type,
  token,
}: {
  host: string
  type: string
  token: string
}): Promise<void> {
  const tell = (report: object) => {
    const body = JSON.stringify({ from: 'opener', page: location.search, ...report })
    return fetch('/bench/report', { method: 'POST', body })
  }
  const now = () => performance.timeOrigin + performance.now()
  const client = '/client/bobbin.js'
  const { createConnect } = (await import(client)) as Client
  const { addSource } = createConnect({ host })

  /** So that the report does not stand in the way of what is measured. */
  const tellLater = (report: object) => setTimeout(() => void tell(report), 500)

  function onClick(id: string, open: () => void): void {
    document.querySelector(`#${id}`)!.addEventListener('click', (event) => {
      open()
      tellLater({ what: 'clicked', at: performance.timeOrigin + event.timeStamp, returned: now() })
    })
  }

  for (const side of ['bare', 'still']) {
    onClick(side, () => {
      const width = 600
      const height = 740
      const left = Math.round(screenX + (outerWidth - width) / 2)
      const top = Math.round(screenY + (outerHeight - height) / 2)
      const features = `popup,width=${width},height=${height},left=${left},top=${top}`
      window.open(`${host}/${side}`, `${side}-${crypto.randomUUID()}`, features)
    })
  }
  onClick('ours', () => {
    addSource({
      type,
      ephemeral_token: token,
      onEvent: (event: { type: string }) => {
        if (event.type === 'claimed') tellLater({ what: 'claimed', at: now() })
      },
    }).catch((error: unknown) => void tell({ what: 'failed', message: String(error) }))
  })
  await tell({ what: 'ready' })
}
